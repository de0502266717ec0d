/* SPDX-License-Identifier: GPL-2.0 */
/*
 * classic - lguest's switch, unchanged in what it does: the baseline of every comparison.
 *
 * Every default step; no lever: SYSENTER_CS written twice a switch, copy-in by
 * changed bit, PGE off while the module is loaded, direct traps.
 */
#define LG_VARIANT		classic
#define LG_VARIANT_LEVERS	0
#include "../body.S"
