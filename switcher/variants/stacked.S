/* SPDX-License-Identifier: GPL-2.0 */
/*
 * stacked - the best of the others together.
 *
 * cr3_only's steps with SYSENTER lazily off and fast re-entry.
 */
#define LG_VARIANT		stacked
#define LG_VARIANT_LEVERS	LG_LEVERS_STACKED
#include "cr3_only.S"
