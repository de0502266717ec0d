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

/*M:
 * PCID.  Two loads of CR3 a round trip flush the TLB, which counts of instructions do not show and
 * a real CPU pays for in misses.  In the way: PCID exists in 64-bit mode alone, so this cannot be
 * had on i386; global pages for the region are what is left, and pge_toggle shows what it costs to
 * turn PGE on and off.
 */
