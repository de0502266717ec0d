/* SPDX-License-Identifier: GPL-2.0 */
/*
 * fast_reentry - exits that need no Host service go straight back in.
 *
 * TS, a clock that is cancelled, a hypercall with an empty ring, IN and OUT of nobody's
 * ports, a shadow fill whose table is there: handled with interrupts still off and the
 * Host CPU still prepared.  Signals, rescheduling and pending irqs are looked for before
 * each return to the Guest, as in the run loop.
 */
#define LG_VARIANT		fast_reentry
#define LG_VARIANT_LEVERS	(LG_LEVER_FAST_REENTRY)
#include "../body.S"
