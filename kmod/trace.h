/* SPDX-License-Identifier: GPL-2.0 */
/*H:092
 * trace.h - where the Host fires its events.  While an event is off its call site is
 * one no-op: the static key skips everything here, the sequence number too.
 */
#ifndef KMOD_TRACE_H
#define KMOD_TRACE_H

#include "lg.h"

#ifdef LG_NO_EVENTS
/* Tier A of every experiment: the events are not even compiled in. */
#define lg_event_enter(g, cpu)			do { } while (0)
#define lg_event_exit(g, cpu, vector, cr2)	do { } while (0)
#define lg_event_copy_in(g, reason, changed)	do { } while (0)
#else
#include "lg_trace.h"

void lg_emit_enter(struct lg_guest *g, struct lg_cpu *cpu);
void lg_emit_exit(struct lg_guest *g, struct lg_cpu *cpu, u8 vector, u32 cr2, u64 tsc);
void lg_emit_copy_in(struct lg_guest *g, enum lg_copy_reason reason, u32 changed);

static __always_inline void lg_event_enter(struct lg_guest *g, struct lg_cpu *cpu)
{
	if (trace_lg_enter_enabled())
		lg_emit_enter(g, cpu);
}

/* Called first thing after the way back: the TSC is read before anything else. */
static __always_inline void lg_event_exit(struct lg_guest *g, struct lg_cpu *cpu,
					  u8 vector, u32 cr2)
{
	if (trace_lg_exit_enabled())
		lg_emit_exit(g, cpu, vector, cr2, rdtsc());
}

static __always_inline void lg_event_copy_in(struct lg_guest *g,
					     enum lg_copy_reason reason, u32 changed)
{
	if (trace_lg_copy_in_enabled())
		lg_emit_copy_in(g, reason, changed);
}
#endif

void lg_mark_recording(bool start);

#endif
