/* SPDX-License-Identifier: GPL-2.0 */
/*
 * always_copy - no cache: every switch copies the whole IDT, GDT and TLS in.
 *
 * What it measures is the worth of the last Guest and of `changed`.
 * The Switcher is the classic one; the lever is the Host's.
 */
#define LG_VARIANT		always_copy
#define LG_VARIANT_LEVERS	LG_LEVER_ALWAYS_COPY
#include "../body.S"
