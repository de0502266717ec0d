/* SPDX-License-Identifier: GPL-2.0 */
/*H:095
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
#include "lg/dev.h"
#include "lg/probe.h"
#include "lg_enums.h"
#include "lg-variants.h"

#define lg_show_mark(v)		__print_symbolic(v, { 0, "start" }, { 1, "stop" })
#define lg_show_twin(v)		__print_symbolic(v, { 0, "plain" }, { 1, "probed" })
#define lg_show_reason(v)						\
	__print_symbolic(v, { LG_COPY_HIT, "hit" },			\
			 { LG_COPY_FIRST_RUN, "first_run" },		\
			 { LG_COPY_OTHER_GUEST, "other_guest" },	\
			 { LG_COPY_OTHER_CPU, "other_cpu" },		\
			 { LG_COPY_BITS, "bits" })

/* A recording starts or stops; one on each online CPU.  next_seq is the seq that
 * this CPU's next event of each type will carry, in the order of LG_EVENTS. */
TRACE_EVENT(lg_mark,
	TP_PROTO(u32 seq, u8 mark, u32 cpus, const u32 *next_seq),
	TP_ARGS(seq, mark, cpus, next_seq),
	TP_STRUCT__entry(
		__field(u32, seq)
		__field(u8, mark)
		__field(u32, cpus)
		__array(u32, next_seq, LG_NR_EVENTS)
	),
	TP_fast_assign(
		__entry->seq = seq;
		__entry->mark = mark;
		__entry->cpus = cpus;
		memcpy(__entry->next_seq, next_seq, sizeof(__entry->next_seq));
	),
	TP_printk("seq=%u mark=%s cpus=%u next_seq=%s", __entry->seq,
		  lg_show_mark(__entry->mark), __entry->cpus,
		  __print_array(__entry->next_seq, LG_NR_EVENTS, 4))
);

/* The Host is about to leave for the Guest. */
TRACE_EVENT(lg_enter,
	TP_PROTO(u32 seq, u32 guest, u8 variant, u8 twin, u32 eip, u8 ring, u64 tsc),
	TP_ARGS(seq, guest, variant, twin, eip, ring, tsc),
	TP_STRUCT__entry(
		__field(u32, seq)
		__field(u32, guest)
		__field(u8, variant)
		__field(u8, twin)
		__field(u32, eip)
		__field(u8, ring)
		__field(u64, tsc)
	),
	TP_fast_assign(
		__entry->seq = seq;
		__entry->guest = guest;
		__entry->variant = variant;
		__entry->twin = twin;
		__entry->eip = eip;
		__entry->ring = ring;
		__entry->tsc = tsc;
	),
	TP_printk("seq=%u guest=%u variant=%s twin=%s eip=%#x ring=%u tsc=%llu",
		  __entry->seq, __entry->guest,
		  __print_symbolic(__entry->variant, LG_VARIANT_SYMBOLS),
		  lg_show_twin(__entry->twin), __entry->eip, __entry->ring,
		  __entry->tsc)
);

/* The Guest came back.  tsc_call is the last TSC read in C before the far call (0 if
 * lg_enter is off), tsc_back the first after it.  The stamps taken in the Guest's
 * world lay in memory that the Guest can write. */
TRACE_EVENT(lg_exit,
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
	TP_printk("seq=%u guest=%u variant=%s twin=%s vector=%u error=%#x cr2=%#x eip=%#x ring=%u tsc_call=%llu tsc_back=%llu stamps=%s",
		  __entry->seq, __entry->guest,
		  __print_symbolic(__entry->variant, LG_VARIANT_SYMBOLS),
		  lg_show_twin(__entry->twin), __entry->vector, __entry->error,
		  __entry->cr2, __entry->eip, __entry->ring, __entry->tsc_call,
		  __entry->tsc_back, __print_array(__entry->stamps, LG_NR_PROBES, 4))
);

/* What copy-in found in the per-CPU cache of Guest state, and what it copied. */
TRACE_EVENT(lg_copy_in,
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
		  lg_show_reason(__entry->reason), __entry->changed, __entry->bytes)
);

#endif

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE lg_trace
#include <trace/define_trace.h>
