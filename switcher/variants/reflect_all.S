/* SPDX-License-Identifier: GPL-2.0 */
/*
 * reflect_all - no direct traps: every trap of the Guest exits, and the Host reflects it.
 *
 * What it measures is the worth of direct traps.
 * The Switcher is the classic one; the lever is the Host's.
 */
#define LG_VARIANT		reflect_all
#define LG_VARIANT_LEVERS	LG_LEVER_REFLECT_ALL
#include "../body.S"
