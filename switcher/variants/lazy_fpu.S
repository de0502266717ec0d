/* SPDX-License-Identifier: GPL-2.0 */
/*
 * lazy_fpu - the FPU changes hands on first use, as in lguest.
 *
 * The Host sets TS itself; the #NM of the Guest's first FPU instruction loads its registers.
 * The Switcher is the classic one; the lever is the Host's.
 */
#define LG_VARIANT		lazy_fpu
#define LG_VARIANT_LEVERS	LG_LEVER_LAZY_FPU
#include "../body.S"
