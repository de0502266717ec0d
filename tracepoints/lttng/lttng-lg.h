/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The LTTng twins of the events of lg_trace.h: the same prototypes, checked
 * against it when the probe is built, and fields in the same order.
 * Enumerations carry the names, so that a trace is readable with no decoder of
 * ours; only addresses and bit sets are hexadecimal.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM lg

#if !defined(LTTNG_LG_H) || defined(TRACE_HEADER_MULTI_READ)
#define LTTNG_LG_H

#include <lttng/tracepoint-event.h>
#include <linux/types.h>

#ifndef LTTNG_LG_VALUES
#define LTTNG_LG_VALUES
#define LG_CTF_VALUE(number, name)	ctf_enum_value(#name, number)
#define LG_CTF_REASON(NAME, name)	ctf_enum_value(#name, LG_COPY_##NAME)
#define LG_CTF_EVENT(NAME, name)	ctf_enum_value(#name, LG_EVENT_##NAME)
#define LG_CTF_CLASS(NAME, name)	ctf_enum_value(#name, LG_CLASS_##NAME)
#define LG_CTF_CALL(NAME, name)		ctf_enum_value(#name, LG_CALL_##NAME)
#define LG_CTF_IRQ(NAME, name)		ctf_enum_value(#name, LG_IRQ_##NAME)
#define LG_CTF_PAGES(NAME, name)	ctf_enum_value(#name, LG_PAGES_##NAME)
#define LG_CTF_HOST_CPU(NAME, name)	ctf_enum_value(#name, LG_HOST_CPU_##NAME)
#define LG_CTF_NOTIFIER(NAME, name)	ctf_enum_value(#name, LG_NOTIFIER_##NAME)
#define LG_CTF_LIFE(NAME, name)		ctf_enum_value(#name, LG_LIFE_##NAME)
#define LG_CTF_HC(number, NAME, name)	ctf_enum_value(#name, number)
#endif

LTTNG_TRACEPOINT_ENUM(lg_mark_names,
	TP_ENUM_VALUES(LG_MARKS(LG_CTF_VALUE))
)

LTTNG_TRACEPOINT_ENUM(lg_twin_names,
	TP_ENUM_VALUES(LG_TWIN_NAMES(LG_CTF_VALUE))
)

LTTNG_TRACEPOINT_ENUM(lg_variant_names,
	TP_ENUM_VALUES(LG_VARIANTS(LG_CTF_VALUE))
)

LTTNG_TRACEPOINT_ENUM(lg_reason_names,
	TP_ENUM_VALUES(LG_COPY_REASONS(LG_CTF_REASON))
)

LTTNG_TRACEPOINT_ENUM(lg_counter_names,
	TP_ENUM_VALUES(LG_EVENTS(LG_CTF_EVENT))
)

LTTNG_TRACEPOINT_ENUM(lg_class_names,
	TP_ENUM_VALUES(LG_TRAP_CLASSES(LG_CTF_CLASS))
)

LTTNG_TRACEPOINT_ENUM(lg_from_names,
	TP_ENUM_VALUES(LG_CALL_FROM(LG_CTF_CALL))
)

LTTNG_TRACEPOINT_ENUM(lg_irq_names,
	TP_ENUM_VALUES(LG_IRQ_WHAT(LG_CTF_IRQ))
)

LTTNG_TRACEPOINT_ENUM(lg_pages_names,
	TP_ENUM_VALUES(LG_PAGES_WHAT(LG_CTF_PAGES))
)

LTTNG_TRACEPOINT_ENUM(lg_host_cpu_names,
	TP_ENUM_VALUES(LG_HOST_CPU_WHAT(LG_CTF_HOST_CPU))
)

LTTNG_TRACEPOINT_ENUM(lg_notifier_names,
	TP_ENUM_VALUES(LG_NOTIFIER_WHAT(LG_CTF_NOTIFIER))
)

LTTNG_TRACEPOINT_ENUM(lg_life_names,
	TP_ENUM_VALUES(LG_LIFE_WHAT(LG_CTF_LIFE))
)

LTTNG_TRACEPOINT_ENUM(lg_hypercall_names,
	TP_ENUM_VALUES(LG_HYPERCALLS(LG_CTF_HC))
)

LTTNG_TRACEPOINT_ENUM(lg_vector_names,
	TP_ENUM_VALUES(
		LG_VECTORS(LG_CTF_VALUE)
		ctf_enum_range("irq", 32, 127)
		ctf_enum_range("irq", 129, 255)
	)
)

LTTNG_TRACEPOINT_EVENT(lg_mark,
	TP_PROTO(u32 seq, u8 mark, u32 cpus, u8 batched, const u32 *next_seq),
	TP_ARGS(seq, mark, cpus, batched, next_seq),
	TP_FIELDS(
		ctf_integer(u32, seq, seq)
		ctf_enum(lg_mark_names, u8, mark, mark)
		ctf_integer(u32, cpus, cpus)
		ctf_integer(u8, batched, batched)
		ctf_array(u32, next_seq, next_seq, LG_NR_EVENTS)
		/* Its labels tell whose number stands where in next_seq. */
		ctf_enum(lg_counter_names, u8, counters, 0)
	)
)

LTTNG_TRACEPOINT_EVENT(lg_enter,
	TP_PROTO(u32 seq, u32 guest, u8 variant, u8 twin, u32 eip, u8 ring, u32 looking,
		 u64 tsc, const u32 *stamps),
	TP_ARGS(seq, guest, variant, twin, eip, ring, looking, tsc, stamps),
	TP_FIELDS(
		ctf_integer(u32, seq, seq)
		ctf_integer(u32, guest, guest)
		ctf_enum(lg_variant_names, u8, variant, variant)
		ctf_enum(lg_twin_names, u8, twin, twin)
		ctf_integer_hex(u32, eip, eip)
		ctf_integer(u8, ring, ring)
		ctf_integer(u32, looking, looking)
		ctf_integer(u64, tsc, tsc)
		ctf_array(u32, stamps, stamps, LG_NR_C_PROBES)
	)
)

LTTNG_TRACEPOINT_EVENT(lg_exit,
	TP_PROTO(u32 seq, u32 guest, u8 variant, u8 twin, u8 vector, u32 error, u32 cr2,
		 u32 eip, u8 ring, u64 tsc_call, u64 tsc_back, const u32 *stamps),
	TP_ARGS(seq, guest, variant, twin, vector, error, cr2, eip, ring, tsc_call,
		tsc_back, stamps),
	TP_FIELDS(
		ctf_integer(u32, seq, seq)
		ctf_integer(u32, guest, guest)
		ctf_enum(lg_variant_names, u8, variant, variant)
		ctf_enum(lg_twin_names, u8, twin, twin)
		ctf_enum(lg_vector_names, u8, vector, vector)
		ctf_integer(u8, number, vector)
		ctf_integer_hex(u32, error, error)
		ctf_integer_hex(u32, cr2, cr2)
		ctf_integer_hex(u32, eip, eip)
		ctf_integer(u8, ring, ring)
		ctf_integer(u64, tsc_call, tsc_call)
		ctf_integer(u64, tsc_back, tsc_back)
		ctf_array(u32, stamps, stamps, LG_NR_PROBES)
	)
)

LTTNG_TRACEPOINT_EVENT(lg_copy_in,
	TP_PROTO(u32 seq, u32 guest, u8 variant, u8 reason, u32 changed, u32 bytes),
	TP_ARGS(seq, guest, variant, reason, changed, bytes),
	TP_FIELDS(
		ctf_integer(u32, seq, seq)
		ctf_integer(u32, guest, guest)
		ctf_enum(lg_variant_names, u8, variant, variant)
		ctf_enum(lg_reason_names, u8, reason, reason)
		ctf_integer_hex(u32, changed, changed)
		ctf_integer(u32, bytes, bytes)
	)
)

LTTNG_TRACEPOINT_EVENT(lg_trap,
	TP_PROTO(u32 seq, u32 guest, u8 variant, u8 class, u32 error, u32 cr2, u32 eip),
	TP_ARGS(seq, guest, variant, class, error, cr2, eip),
	TP_FIELDS(
		ctf_integer(u32, seq, seq)
		ctf_integer(u32, guest, guest)
		ctf_enum(lg_variant_names, u8, variant, variant)
		ctf_enum(lg_class_names, u8, class, class)
		ctf_integer_hex(u32, error, error)
		ctf_integer_hex(u32, cr2, cr2)
		ctf_integer_hex(u32, eip, eip)
	)
)

LTTNG_TRACEPOINT_EVENT(lg_hypercall,
	TP_PROTO(u32 seq, u32 guest, u8 variant, u32 number, u8 from, u32 arg1, u32 arg2, u32 arg3),
	TP_ARGS(seq, guest, variant, number, from, arg1, arg2, arg3),
	TP_FIELDS(
		ctf_integer(u32, seq, seq)
		ctf_integer(u32, guest, guest)
		ctf_enum(lg_variant_names, u8, variant, variant)
		ctf_enum(lg_hypercall_names, u32, number, number)
		ctf_enum(lg_from_names, u8, from, from)
		ctf_integer_hex(u32, arg1, arg1)
		ctf_integer_hex(u32, arg2, arg2)
		ctf_integer_hex(u32, arg3, arg3)
	)
)

LTTNG_TRACEPOINT_EVENT(lg_irq,
	TP_PROTO(u32 seq, u32 guest, u8 irq, u8 what),
	TP_ARGS(seq, guest, irq, what),
	TP_FIELDS(
		ctf_integer(u32, seq, seq)
		ctf_integer(u32, guest, guest)
		ctf_integer(u8, irq, irq)
		ctf_enum(lg_irq_names, u8, what, what)
	)
)

LTTNG_TRACEPOINT_EVENT(lg_pages,
	TP_PROTO(u32 seq, u32 guest, u8 what, u32 va, u32 entries),
	TP_ARGS(seq, guest, what, va, entries),
	TP_FIELDS(
		ctf_integer(u32, seq, seq)
		ctf_integer(u32, guest, guest)
		ctf_enum(lg_pages_names, u8, what, what)
		ctf_integer_hex(u32, va, va)
		ctf_integer(u32, entries, entries)
	)
)

LTTNG_TRACEPOINT_EVENT(lg_host_cpu,
	TP_PROTO(u32 seq, u32 guest, u8 variant, u8 what, u32 levers),
	TP_ARGS(seq, guest, variant, what, levers),
	TP_FIELDS(
		ctf_integer(u32, seq, seq)
		ctf_integer(u32, guest, guest)
		ctf_enum(lg_variant_names, u8, variant, variant)
		ctf_enum(lg_host_cpu_names, u8, what, what)
		ctf_integer_hex(u32, levers, levers)
	)
)

LTTNG_TRACEPOINT_EVENT(lg_notifier,
	TP_PROTO(u32 seq, u32 guest, u8 what),
	TP_ARGS(seq, guest, what),
	TP_FIELDS(
		ctf_integer(u32, seq, seq)
		ctf_integer(u32, guest, guest)
		ctf_enum(lg_notifier_names, u8, what, what)
	)
)

LTTNG_TRACEPOINT_EVENT(lg_life,
	TP_PROTO(u32 seq, u32 guest, u8 variant, u8 twin, u8 what, const char *reason),
	TP_ARGS(seq, guest, variant, twin, what, reason),
	TP_FIELDS(
		ctf_integer(u32, seq, seq)
		ctf_integer(u32, guest, guest)
		ctf_enum(lg_variant_names, u8, variant, variant)
		ctf_enum(lg_twin_names, u8, twin, twin)
		ctf_enum(lg_life_names, u8, what, what)
		ctf_string(reason, reason)
	)
)

LTTNG_TRACEPOINT_EVENT(lg_calibrate,
	TP_PROTO(u32 seq, u32 looking),
	TP_ARGS(seq, looking),
	TP_FIELDS(
		ctf_integer(u32, seq, seq)
		ctf_integer(u32, looking, looking)
	)
)

LTTNG_TRACEPOINT_EVENT(lg_slow,
	TP_PROTO(u32 seq, u32 guest, u8 variant, u8 vector, u64 tsc_back, u64 ticks),
	TP_ARGS(seq, guest, variant, vector, tsc_back, ticks),
	TP_FIELDS(
		ctf_integer(u32, seq, seq)
		ctf_integer(u32, guest, guest)
		ctf_enum(lg_variant_names, u8, variant, variant)
		ctf_enum(lg_vector_names, u8, vector, vector)
		ctf_integer(u64, tsc_back, tsc_back)
		ctf_integer(u64, ticks, ticks)
	)
)

LTTNG_TRACEPOINT_EVENT(lg_batch,
	TP_PROTO(u32 seq, const u32 *first_seq, u32 switches, u32 pack_tsc, u32 flush_tsc,
		 const u32 *words, u32 n_words),
	TP_ARGS(seq, first_seq, switches, pack_tsc, flush_tsc, words, n_words),
	TP_FIELDS(
		ctf_integer(u32, seq, seq)
		ctf_array(u32, first_seq, first_seq, 3)
		ctf_integer(u32, switches, switches)
		ctf_integer(u32, pack_tsc, pack_tsc)
		ctf_integer(u32, flush_tsc, flush_tsc)
		ctf_integer(u8, probes, LG_NR_PROBES)
		ctf_integer(u8, c_probes, LG_NR_C_PROBES)
		/* Their labels name what stands in the words. */
		ctf_enum(lg_variant_names, u8, variant, 0)
		ctf_enum(lg_twin_names, u8, twin, 0)
		ctf_enum(lg_vector_names, u8, vector, 0)
		ctf_enum(lg_reason_names, u8, reason, 0)
		ctf_sequence_hex(u32, words, words, u32, n_words)
	)
)

#endif

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE lttng-lg
#include <lttng/define_trace.h>
