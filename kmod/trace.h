/* SPDX-License-Identifier: GPL-2.0 */
/*
 * trace.h - emits the Host's events.  While an event is off its call site is
 * one no-op: the static key skips everything here, the sequence number too.
 */
#ifndef KMOD_TRACE_H
#define KMOD_TRACE_H

#include "lg.h"

#include "lg_enums.h"

#ifdef LG_NO_EVENTS
/* Tier A of every experiment: the events are not even compiled in. */
#define LG_EVENT_BY(by, name, ...)			\
do {							\
	if (0)						\
		lg_emit_##by(__VA_ARGS__);		\
} while (0)
#define LG_EVENT(name, ...)	LG_EVENT_BY(name, name, __VA_ARGS__)
#define LG_SWITCH_EVENT	LG_EVENT
#else
#include "lg-trace.h"
/* Emitted by lg_emit_BY: one that takes few arguments leaves the compiler its registers. */
#define LG_EVENT_BY(by, name, ...)			\
do {							\
	if (trace_lg_##name##_enabled())		\
		lg_emit_##by(__VA_ARGS__);		\
} while (0)
#define LG_EVENT(name, ...)	LG_EVENT_BY(name, name, __VA_ARGS__)

/* The way in, the way out and a miss of copy-in, each as an event or packed: one key, so
 * that each costs one no-op while all of them are off. */
DECLARE_STATIC_KEY_FALSE(lg_switches_on);
#define LG_SWITCH_EVENT(name, ...)			\
do {							\
	if (static_branch_unlikely(&lg_switches_on))	\
		lg_emit_##name(__VA_ARGS__);		\
} while (0)
#endif

/* Each may be called with interrupts on or off; it reads values out of its arguments.  Those of
 * a switch get the low half of the time before the call; there is one of each for the probed twin,
 * and one for the way in of fast re-entry. */
void lg_emit_enter(u32 tsc, struct lg_guest *g);
void lg_emit_enter_probed(u32 tsc, struct lg_guest *g);
void lg_emit_reenter(u32 tsc, struct lg_guest *g);
void lg_emit_reenter_probed(u32 tsc, struct lg_guest *g);
void lg_emit_exit(u32 tsc, struct lg_guest *g, u32 vector, u32 cr2);
void lg_emit_exit_probed(u32 tsc, struct lg_guest *g, u32 vector, u32 cr2);
void lg_emit_copy_in(struct lg_guest *g, enum lg_copy_reason reason, u32 changed);
void lg_emit_trap(struct lg_guest *g, enum lg_trap_class class);
void lg_emit_hypercall(struct lg_guest *g, u32 number, enum lg_call_from from, u32 arg1,
		       u32 arg2, u32 arg3);
void lg_emit_direct_call(struct lg_guest *g);
void lg_emit_stayed(struct lg_guest *g, enum lg_trap_class class, u32 exits, u32 ticks);
void lg_emit_irq(struct lg_guest *g, u32 irq, enum lg_irq_what what);
void lg_emit_pages(struct lg_guest *g, enum lg_pages_what what, u32 va, u32 entries);
void lg_emit_host_cpu(struct lg_guest *g, enum lg_host_cpu_what what);
void lg_emit_notifier(struct lg_guest *g, enum lg_notifier_what what);
void lg_emit_life(struct lg_guest *g, enum lg_life_what what, const char *reason);

/* A recording begins or ends: emit marks, and pairs that measure the cost of an event. */
void lg_mark_recording(bool start);

/* The flight recorder: after a switch whose handling took more ticks no event is emitted,
 * until this is called again; 0: no limit. */
void lg_slow_set(u64 tsc);
bool lg_slow_seen(void);

/* Count an exit, by CPU and by Guest.  Only the owner counts a Guest.  The CPU's count is
 * kept in halves, since one instruction is atomic to whoever else uses this CPU, and two
 * are not. */
static __always_inline void lg_count(struct lg_guest *g, enum lg_trap_class class)
{
	LG_EVENT(trap, g, class);
	if (unlikely(!this_cpu_inc_return(lg_cpus.class_low[class])))
		this_cpu_inc(lg_cpus.class_high[class]);
	g->counters.classes[class]++;
}

#endif
