/* SPDX-License-Identifier: GPL-2.0 */
/*
 * pge_toggle - global pages are on in the Host, and off only around each run.
 *
 * The Host keeps its global TLB entries between switches, and loses them at each: what
 * that is worth is a question of cycles, and only the two CR4 writes show in insns.
 */
#define LG_VARIANT		pge_toggle
#define LG_VARIANT_LEVERS	(LG_LEVER_PGE_TOGGLE)
#include "../body.S"
