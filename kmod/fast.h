/* SPDX-License-Identifier: GPL-2.0 */
/*H:124
 * fast.h - the part of fast re-entry that every exit passes (lever fast_reentry).
 */
#ifndef KMOD_FAST_H
#define KMOD_FAST_H

#include "lg.h"
#include "trace.h"

struct lg_host_saved;

bool lg_fast_other(struct lg_guest *g, u8 vector, u32 cr2, struct lg_host_saved *saved);

static __always_inline bool lg_fast_ring_empty(struct lg_guest *g)
{
	return g->data && READ_ONCE(g->data->ring_status[g->ring_next]) == LG_RING_FREE;
}

/* Hypercalls that ask for nothing but the exit itself. */
static __always_inline bool lg_fast_nothing(struct lg_guest *g, u8 vector)
{
	u32 number = g->regs->eax;

	return vector == LG_HYPERCALL_VECTOR &&
	       (number == LG_HC_FLUSH_ASYNC || number == LG_HC_SEND_INTERRUPTS) &&
	       lg_fast_ring_empty(g);
}

/*
 * True if the exit is dealt with and the Guest goes straight back in.  The reasons to go
 * the long way are those that the run loop looks for, and copy-in's; what comes up after
 * the look interrupts the Guest as soon as it runs.
 */
static __always_inline bool lg_fast_exit(struct lg_guest *g, struct lg_cpu *cpu, u8 vector,
					 u32 cr2, struct lg_host_saved *saved)
{
	if (unlikely(READ_ONCE(g->attention) || g->changed || lg_must_look_first()))
		return false;
	if (likely(lg_fast_nothing(g, vector))) {
		lg_count(g, LG_CLASS_HYPERCALL);
		LG_EVENT(hypercall, g, g->regs->eax, LG_CALL_DIRECT, 0, 0, 0);
	} else if (!lg_fast_other(g, vector, cr2, saved)) {
		return false;
	}
	cpu->counters.copies[LG_COPY_REENTRY]++;
	g->counters.copies[LG_COPY_REENTRY]++;
	return true;
}

#endif
