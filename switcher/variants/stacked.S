/* SPDX-License-Identifier: GPL-2.0 */
/*
 * stacked - the best of the others together.
 *
 * cr3_only's steps with SYSENTER lazily off and fast re-entry.
 */
#define LG_VARIANT		stacked
#define LG_VARIANT_LEVERS	(LG_LEVER_ALIAS_TABLES | LG_LEVER_LAZY_SYSENTER | \
				 LG_LEVER_FAST_REENTRY)
#include "cr3_only.S"
