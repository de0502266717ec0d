/* SPDX-License-Identifier: GPL-2.0 */
/*
 * lg_trace.h - the events, as the kernel's own tracepoints: ftrace, perf and
 * trace-cmd see them in the system `lg`; tracepoints/lttng/ holds their LTTng twins.
 *
 * Events carry values, never structures of the Host.  They fire in full Host context
 * only.  `seq` counts this event type on this CPU while it is on, so that a reader
 * can prove that nothing was lost: on every CPU the first seq after a start mark is
 * the mark's next_seq, each is one more than the last, and the stop mark's next_seq
 * is one more than the final one.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM lg

#if !defined(TRACEPOINTS_LG_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define TRACEPOINTS_LG_TRACE_H

#include <linux/tracepoint.h>
#include "lg/abi.h"
#include "lg/dev.h"
#include "lg/probe.h"
#include "lg_enums.h"
#include "lg-variants.h"

/* Tables of names for the kernel's own printing, from the X-macros. */
#define LG_NUMBERED(number, name)	{ number, #name },
#define LG_CLASS_SYMBOL(NAME, name)	{ LG_CLASS_##NAME, #name },
#define LG_COPY_SYMBOL(NAME, name)	{ LG_COPY_##NAME, #name },
#define LG_CALL_SYMBOL(NAME, name)	{ LG_CALL_##NAME, #name },
#define LG_IRQ_SYMBOL(NAME, name)	{ LG_IRQ_##NAME, #name },
#define LG_PAGES_SYMBOL(NAME, name)	{ LG_PAGES_##NAME, #name },
#define LG_HOST_CPU_SYMBOL(NAME, name)	{ LG_HOST_CPU_##NAME, #name },
#define LG_NOTIFIER_SYMBOL(NAME, name)	{ LG_NOTIFIER_##NAME, #name },
#define LG_LIFE_SYMBOL(NAME, name)	{ LG_LIFE_##NAME, #name },
#define LG_HC_SYMBOL(number, NAME, name) { number, #name },
#define LG_CLASS_SYMBOLS	LG_TRAP_CLASSES(LG_CLASS_SYMBOL) { -1, NULL }
#define LG_COPY_SYMBOLS		LG_COPY_REASONS(LG_COPY_SYMBOL) { -1, NULL }
#define LG_FROM_SYMBOLS		LG_CALL_FROM(LG_CALL_SYMBOL) { -1, NULL }
#define LG_IRQ_SYMBOLS		LG_IRQ_WHAT(LG_IRQ_SYMBOL) { -1, NULL }
#define LG_PAGES_SYMBOLS	LG_PAGES_WHAT(LG_PAGES_SYMBOL) { -1, NULL }
#define LG_HOST_CPU_SYMBOLS	LG_HOST_CPU_WHAT(LG_HOST_CPU_SYMBOL) { -1, NULL }
#define LG_NOTIFIER_SYMBOLS	LG_NOTIFIER_WHAT(LG_NOTIFIER_SYMBOL) { -1, NULL }
#define LG_LIFE_SYMBOLS		LG_LIFE_WHAT(LG_LIFE_SYMBOL) { -1, NULL }
#define LG_HYPERCALL_SYMBOLS	LG_HYPERCALLS(LG_HC_SYMBOL) { -1, NULL }
#define LG_MARK_SYMBOLS		LG_MARKS(LG_NUMBERED) { -1, NULL }
#define LG_TWIN_SYMBOLS		LG_TWIN_NAMES(LG_NUMBERED) { -1, NULL }
#define LG_VECTOR_SYMBOLS	LG_VECTORS(LG_NUMBERED) { -1, NULL }
#define LG_COUNTER_NAME(NAME, name) #name ","

/* Called when the first of its readers comes to an event, and when the last goes. */
int lg_switches_get(void);
void lg_switches_put(void);

/* A recording starts or stops; one on each online CPU.  next_seq is the seq that
 * this CPU's next event of each type will carry, in the order of LG_EVENTS; batched:
 * the switches come as lg_batch. */
TRACE_EVENT(lg_mark,
	TP_PROTO(u32 seq, u8 mark, u32 cpus, u8 batched, const u32 *next_seq),
	TP_ARGS(seq, mark, cpus, batched, next_seq),
	TP_STRUCT__entry(
		__field(u32, seq)
		__field(u8, mark)
		__field(u32, cpus)
		__field(u8, batched)
		__array(u32, next_seq, LG_NR_EVENTS)
	),
	TP_fast_assign(
		__entry->seq = seq;
		__entry->mark = mark;
		__entry->cpus = cpus;
		__entry->batched = batched;
		memcpy(__entry->next_seq, next_seq, sizeof(__entry->next_seq));
	),
	TP_printk("seq=%u mark=%s cpus=%u batched=%u next_seq=%s counters=" LG_EVENTS(LG_COUNTER_NAME), __entry->seq,
		  __print_symbolic(__entry->mark, LG_MARK_SYMBOLS), __entry->cpus,
		  __entry->batched,
		  __print_array(__entry->next_seq, LG_NR_EVENTS, 4))
);

/* The Host is about to leave for the Guest.  looking: ticks that emitting events took on this
 * CPU since the last exit came back in C; read, like tsc, before this event is written.  The
 * stamps are those of C since the last enter; 0: not passed. */
TRACE_EVENT_FN(lg_enter,
	TP_PROTO(u32 seq, u32 guest, u8 variant, u8 twin, u32 eip, u8 ring, u32 looking,
		 u64 tsc, const u32 *stamps),
	TP_ARGS(seq, guest, variant, twin, eip, ring, looking, tsc, stamps),
	TP_STRUCT__entry(
		__field(u32, seq)
		__field(u32, guest)
		__field(u8, variant)
		__field(u8, twin)
		__field(u32, eip)
		__field(u8, ring)
		__field(u32, looking)
		__field(u64, tsc)
		__array(u32, stamps, LG_NR_C_PROBES)
	),
	TP_fast_assign(
		__entry->seq = seq;
		__entry->guest = guest;
		__entry->variant = variant;
		__entry->twin = twin;
		__entry->eip = eip;
		__entry->ring = ring;
		__entry->looking = looking;
		__entry->tsc = tsc;
		memcpy(__entry->stamps, stamps, sizeof(__entry->stamps));
	),
	TP_printk("seq=%u guest=%u variant=%s twin=%s eip=%#x ring=%u looking=%u tsc=%llu stamps=%s",
		  __entry->seq, __entry->guest,
		  __print_symbolic(__entry->variant, LG_VARIANT_SYMBOLS),
		  __print_symbolic(__entry->twin, LG_TWIN_SYMBOLS), __entry->eip, __entry->ring,
		  __entry->looking, __entry->tsc,
		  __print_array(__entry->stamps, LG_NR_C_PROBES, 4)),
	lg_switches_get, lg_switches_put
);

/* The Guest came back.  tsc_call is the last TSC read in C before the far call (0 if
 * lg_enter is off), tsc_back the first after it.  The stamps taken in the Guest's
 * world lay in memory that the Guest can write. */
TRACE_EVENT_FN(lg_exit,
	TP_PROTO(u32 seq, u32 guest, u8 variant, u8 twin, u8 vector, u32 error, u32 cr2,
		 u32 eip, u8 ring, u64 tsc_call, u64 tsc_back, const u32 *stamps),
	TP_ARGS(seq, guest, variant, twin, vector, error, cr2, eip, ring, tsc_call,
		tsc_back, stamps),
	TP_STRUCT__entry(
		__field(u32, seq)
		__field(u32, guest)
		__field(u8, variant)
		__field(u8, twin)
		__field(u8, vector)
		__field(u8, number)
		__field(u32, error)
		__field(u32, cr2)
		__field(u32, eip)
		__field(u8, ring)
		__field(u64, tsc_call)
		__field(u64, tsc_back)
		__array(u32, stamps, LG_NR_PROBES)
	),
	TP_fast_assign(
		__entry->seq = seq;
		__entry->guest = guest;
		__entry->variant = variant;
		__entry->twin = twin;
		__entry->vector = vector;
		__entry->number = vector;
		__entry->error = error;
		__entry->cr2 = cr2;
		__entry->eip = eip;
		__entry->ring = ring;
		__entry->tsc_call = tsc_call;
		__entry->tsc_back = tsc_back;
		memcpy(__entry->stamps, stamps, sizeof(__entry->stamps));
	),
	TP_printk("seq=%u guest=%u variant=%s twin=%s vector=%s number=%u error=%#x cr2=%#x eip=%#x ring=%u tsc_call=%llu tsc_back=%llu stamps=%s",
		  __entry->seq, __entry->guest,
		  __print_symbolic(__entry->variant, LG_VARIANT_SYMBOLS),
		  __print_symbolic(__entry->twin, LG_TWIN_SYMBOLS),
		  __print_symbolic(__entry->vector, LG_VECTOR_SYMBOLS), __entry->number, __entry->error,
		  __entry->cr2, __entry->eip, __entry->ring, __entry->tsc_call,
		  __entry->tsc_back, __print_array(__entry->stamps, LG_NR_PROBES, 4)),
	lg_switches_get, lg_switches_put
);

/* What copy-in found in the per-CPU cache of Guest state, and what it copied. */
TRACE_EVENT_FN(lg_copy_in,
	TP_PROTO(u32 seq, u32 guest, u8 variant, u8 reason, u32 changed, u32 bytes),
	TP_ARGS(seq, guest, variant, reason, changed, bytes),
	TP_STRUCT__entry(
		__field(u32, seq)
		__field(u32, guest)
		__field(u8, variant)
		__field(u8, reason)
		__field(u32, changed)
		__field(u32, bytes)
	),
	TP_fast_assign(
		__entry->seq = seq;
		__entry->guest = guest;
		__entry->variant = variant;
		__entry->reason = reason;
		__entry->changed = changed;
		__entry->bytes = bytes;
	),
	TP_printk("seq=%u guest=%u variant=%s reason=%s changed=%#x bytes=%u",
		  __entry->seq, __entry->guest,
		  __print_symbolic(__entry->variant, LG_VARIANT_SYMBOLS),
		  __print_symbolic(__entry->reason, LG_COPY_SYMBOLS), __entry->changed, __entry->bytes),
	lg_switches_get, lg_switches_put
);

/* What the Host made of an exit: the class in which the counters have it. */
TRACE_EVENT(lg_trap,
	TP_PROTO(u32 seq, u32 guest, u8 variant, u8 class, u32 error, u32 cr2, u32 eip),
	TP_ARGS(seq, guest, variant, class, error, cr2, eip),
	TP_STRUCT__entry(
		__field(u32, seq)
		__field(u32, guest)
		__field(u8, variant)
		__field(u8, class)
		__field(u32, error)
		__field(u32, cr2)
		__field(u32, eip)
	),
	TP_fast_assign(
		__entry->seq = seq;
		__entry->guest = guest;
		__entry->variant = variant;
		__entry->class = class;
		__entry->error = error;
		__entry->cr2 = cr2;
		__entry->eip = eip;
	),
	TP_printk("seq=%u guest=%u variant=%s class=%s error=%#x cr2=%#x eip=%#x",
		  __entry->seq, __entry->guest,
		  __print_symbolic(__entry->variant, LG_VARIANT_SYMBOLS),
		  __print_symbolic(__entry->class, LG_CLASS_SYMBOLS), __entry->error,
		  __entry->cr2, __entry->eip)
);

/* A hypercall is about to be carried out. */
TRACE_EVENT(lg_hypercall,
	TP_PROTO(u32 seq, u32 guest, u8 variant, u32 number, u8 from, u32 arg1, u32 arg2, u32 arg3),
	TP_ARGS(seq, guest, variant, number, from, arg1, arg2, arg3),
	TP_STRUCT__entry(
		__field(u32, seq)
		__field(u32, guest)
		__field(u8, variant)
		__field(u32, number)
		__field(u8, from)
		__field(u32, arg1)
		__field(u32, arg2)
		__field(u32, arg3)
	),
	TP_fast_assign(
		__entry->seq = seq;
		__entry->guest = guest;
		__entry->variant = variant;
		__entry->number = number;
		__entry->from = from;
		__entry->arg1 = arg1;
		__entry->arg2 = arg2;
		__entry->arg3 = arg3;
	),
	TP_printk("seq=%u guest=%u variant=%s number=%s from=%s arg1=%#x arg2=%#x arg3=%#x",
		  __entry->seq, __entry->guest,
		  __print_symbolic(__entry->variant, LG_VARIANT_SYMBOLS),
		  __print_symbolic(__entry->number, LG_HYPERCALL_SYMBOLS),
		  __print_symbolic(__entry->from, LG_FROM_SYMBOLS), __entry->arg1,
		  __entry->arg2, __entry->arg3)
);

/* A virtual irq is raised, delivered, or held back and why. */
TRACE_EVENT(lg_irq,
	TP_PROTO(u32 seq, u32 guest, u8 irq, u8 what),
	TP_ARGS(seq, guest, irq, what),
	TP_STRUCT__entry(
		__field(u32, seq)
		__field(u32, guest)
		__field(u8, irq)
		__field(u8, what)
	),
	TP_fast_assign(
		__entry->seq = seq;
		__entry->guest = guest;
		__entry->irq = irq;
		__entry->what = what;
	),
	TP_printk("seq=%u guest=%u irq=%u what=%s",
		  __entry->seq, __entry->guest, __entry->irq,
		  __print_symbolic(__entry->what, LG_IRQ_SYMBOLS))
);

/* The shadow page tables change; `entries` page tables were thrown away by a flush. */
TRACE_EVENT(lg_pages,
	TP_PROTO(u32 seq, u32 guest, u8 what, u32 va, u32 entries),
	TP_ARGS(seq, guest, what, va, entries),
	TP_STRUCT__entry(
		__field(u32, seq)
		__field(u32, guest)
		__field(u8, what)
		__field(u32, va)
		__field(u32, entries)
	),
	TP_fast_assign(
		__entry->seq = seq;
		__entry->guest = guest;
		__entry->what = what;
		__entry->va = va;
		__entry->entries = entries;
	),
	TP_printk("seq=%u guest=%u what=%s va=%#x entries=%u",
		  __entry->seq, __entry->guest,
		  __print_symbolic(__entry->what, LG_PAGES_SYMBOLS), __entry->va,
		  __entry->entries)
);

/* A Host CPU is changed for a Guest, or put back; `levers` are the variant's. */
TRACE_EVENT(lg_host_cpu,
	TP_PROTO(u32 seq, u32 guest, u8 variant, u8 what, u32 levers),
	TP_ARGS(seq, guest, variant, what, levers),
	TP_STRUCT__entry(
		__field(u32, seq)
		__field(u32, guest)
		__field(u8, variant)
		__field(u8, what)
		__field(u32, levers)
	),
	TP_fast_assign(
		__entry->seq = seq;
		__entry->guest = guest;
		__entry->variant = variant;
		__entry->what = what;
		__entry->levers = levers;
	),
	TP_printk("seq=%u guest=%u variant=%s what=%s levers=%#x",
		  __entry->seq, __entry->guest,
		  __print_symbolic(__entry->variant, LG_VARIANT_SYMBOLS),
		  __print_symbolic(__entry->what, LG_HOST_CPU_SYMBOLS), __entry->levers)
);

/* The Launcher gets or loses the CPU, or some task returns to user space (guest 0). */
TRACE_EVENT(lg_notifier,
	TP_PROTO(u32 seq, u32 guest, u8 what),
	TP_ARGS(seq, guest, what),
	TP_STRUCT__entry(
		__field(u32, seq)
		__field(u32, guest)
		__field(u8, what)
	),
	TP_fast_assign(
		__entry->seq = seq;
		__entry->guest = guest;
		__entry->what = what;
	),
	TP_printk("seq=%u guest=%u what=%s",
		  __entry->seq, __entry->guest,
		  __print_symbolic(__entry->what, LG_NOTIFIER_SYMBOLS))
);

/* A Guest is created, started, killed with its reason, or closed. */
TRACE_EVENT(lg_life,
	TP_PROTO(u32 seq, u32 guest, u8 variant, u8 twin, u8 what, const char *reason),
	TP_ARGS(seq, guest, variant, twin, what, reason),
	TP_STRUCT__entry(
		__field(u32, seq)
		__field(u32, guest)
		__field(u8, variant)
		__field(u8, twin)
		__field(u8, what)
		__string(reason, reason)
	),
	TP_fast_assign(
		__entry->seq = seq;
		__entry->guest = guest;
		__entry->variant = variant;
		__entry->twin = twin;
		__entry->what = what;
		__assign_str(reason, reason);
	),
	TP_printk("seq=%u guest=%u variant=%s twin=%s what=%s reason=%s",
		  __entry->seq, __entry->guest,
		  __print_symbolic(__entry->variant, LG_VARIANT_SYMBOLS),
		  __print_symbolic(__entry->twin, LG_TWIN_SYMBOLS),
		  __print_symbolic(__entry->what, LG_LIFE_SYMBOLS), __get_str(reason))
);

/* One of a pair emitted back to back: their distance is what an event costs, and that of
 * `looking` how much of it lg_enter tells. */
TRACE_EVENT(lg_calibrate,
	TP_PROTO(u32 seq, u32 looking),
	TP_ARGS(seq, looking),
	TP_STRUCT__entry(
		__field(u32, seq)
		__field(u32, looking)
	),
	TP_fast_assign(
		__entry->seq = seq;
		__entry->looking = looking;
	),
	TP_printk("seq=%u looking=%u",
		  __entry->seq, __entry->looking)
);

/* The flight recorder's trigger: from back in C to the next enter took longer than
 * allowed.  No event follows, on any CPU, but what was under way there. */
TRACE_EVENT_FN(lg_slow,
	TP_PROTO(u32 seq, u32 guest, u8 variant, u8 vector, u64 tsc_back, u64 ticks),
	TP_ARGS(seq, guest, variant, vector, tsc_back, ticks),
	TP_STRUCT__entry(
		__field(u32, seq)
		__field(u32, guest)
		__field(u8, variant)
		__field(u8, vector)
		__field(u64, tsc_back)
		__field(u64, ticks)
	),
	TP_fast_assign(
		__entry->seq = seq;
		__entry->guest = guest;
		__entry->variant = variant;
		__entry->vector = vector;
		__entry->tsc_back = tsc_back;
		__entry->ticks = ticks;
	),
	TP_printk("seq=%u guest=%u variant=%s vector=%u tsc_back=%llu ticks=%llu",
		  __entry->seq, __entry->guest,
		  __print_symbolic(__entry->variant, LG_VARIANT_SYMBOLS), __entry->vector,
		  __entry->tsc_back, __entry->ticks),
	lg_switches_get, lg_switches_put
);

/* Many switches at once, packed by kmod/batch.h.  first_seq has the numbers of the first
 * of them as lg_enter, lg_exit and lg_copy_in; pack_tsc is what packing one took after
 * the way back, flush_tsc what the event before this one took. */
TRACE_EVENT_FN(lg_batch,
	TP_PROTO(u32 seq, const u32 *first_seq, u32 switches, u32 pack_tsc, u32 flush_tsc,
		 const u32 *words, u32 n_words),
	TP_ARGS(seq, first_seq, switches, pack_tsc, flush_tsc, words, n_words),
	TP_STRUCT__entry(
		__field(u32, seq)
		__array(u32, first_seq, 3)
		__field(u32, switches)
		__field(u32, pack_tsc)
		__field(u32, flush_tsc)
		__field(u32, n_words)
		__dynamic_array(u32, words, n_words)
	),
	TP_fast_assign(
		__entry->seq = seq;
		memcpy(__entry->first_seq, first_seq, sizeof(__entry->first_seq));
		__entry->switches = switches;
		__entry->pack_tsc = pack_tsc;
		__entry->flush_tsc = flush_tsc;
		__entry->n_words = n_words;
		memcpy(__get_dynamic_array(words), words, n_words * sizeof(*words));
	),
	TP_printk("seq=%u first_seq=%s switches=%u pack_tsc=%u flush_tsc=%u n_words=%u",
		  __entry->seq, __print_array(__entry->first_seq, 3, 4), __entry->switches,
		  __entry->pack_tsc, __entry->flush_tsc, __entry->n_words),
	lg_switches_get, lg_switches_put
);

#endif

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE lg_trace
#include <trace/define_trace.h>
