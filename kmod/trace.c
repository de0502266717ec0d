// SPDX-License-Identifier: GPL-2.0
/*
 * trace.c - emitting the events, and their sequence numbers.
 *
 * Fixed per-CPU slots, no lock, no allocation.  All of it runs with interrupts off,
 * so a CPU's numbers come in the order of its events.
 */
#include <linux/cpu.h>
#include <linux/slab.h>
#include <linux/smp.h>
#ifndef LG_NO_EVENTS
#define CREATE_TRACE_POINTS
#endif
#include "batch.h"
#include "trace.h"

#ifndef LG_NO_EVENTS
static DEFINE_PER_CPU(u32[LG_NR_EVENTS], next_seq);

/* On while any of lg_enter, lg_exit, lg_copy_in, lg_batch or lg_slow is. */
DEFINE_STATIC_KEY_FALSE(lg_switches_on);

int lg_switches_get(void)
{
	static_branch_inc(&lg_switches_on);
	return 0;
}

void lg_switches_put(void)
{
	static_branch_dec(&lg_switches_on);
}

/* A flight recorder stops at the first slow switch, so that the events before it stay. */
static u64 slow_tsc;
static bool frozen;

static u32 take_seq(enum lg_event event)
{
	return this_cpu_inc_return(next_seq[event]) - 1;
}

/* The cost of emitting on this CPU since the last exit, in ticks. */
static DEFINE_PER_CPU(u32, overhead);

/*
 * Number and event must not be parted by an interrupt that emits one of its own.  `from` is
 * the TSC where its emitter began.
 */
#define EMIT_ALWAYS(from, NAME, name, ...)				\
do {									\
	unsigned long emit_flags;					\
									\
	local_irq_save(emit_flags);					\
	trace_lg_##name(take_seq(LG_EVENT_##NAME), ##__VA_ARGS__);	\
	this_cpu_add(overhead, (u32)rdtsc() - (from));			\
	local_irq_restore(emit_flags);					\
} while (0)

#define EMIT(from, NAME, name, ...)					\
do {									\
	if (likely(!READ_ONCE(frozen)))					\
		EMIT_ALWAYS(from, NAME, name, ##__VA_ARGS__);		\
} while (0)

/* The stamps of both worlds, in the order of LG_PROBES.  The Guest may have changed those of the
 * way out (lg/probe.h). */
static __always_inline void gather_stamps(struct lg_guest *g, struct lg_state *state,
					  u32 *stamps)
{
	u32 *host = state->stamps, *guest = g->regs_page->stamps, *claimed = guest;

#define LG_X(SYMBOL, name, world) \
	stamps[LG_PROBE_##SYMBOL] = world[LG_PROBE_##SYMBOL];
	LG_PROBES(LG_X)
#undef LG_X
}

/* How often this Launcher has lost its CPU. */
static __always_inline u32 times_away(void)
{
	return current->nvcsw + current->nivcsw;
}

/* Since the last enter it has, so it may have come from another CPU, or another may have passed
 * here: what was taken while that could happen is not known to be of this Guest. */
static noinline void forget_away(struct lg_cpu *cpu)
{
	cpu->times_away = times_away();
	cpu->stamps[LG_C_PROBE_HOST_IRQS] = cpu->stamps[LG_C_PROBE_RING] = 0;
	cpu->stamps[LG_C_PROBE_HANDLED] = cpu->stamps[LG_C_PROBE_LAUNCHER] = 0;
}

/* Those of C since the last enter: of fast re-entry two, else all.  What the next
 * way, maybe of another variant, may leave out is forgotten here, so that it is 0 then. */
static __always_inline void gather_c_stamps(struct lg_cpu *cpu, bool again, u32 *stamps)
{
	if (again) {
		stamps[LG_C_PROBE_RECORDED] = cpu->stamps[LG_C_PROBE_RECORDED];
		stamps[LG_C_PROBE_FAST] = cpu->stamps[LG_C_PROBE_FAST];
		return;
	}
	if (unlikely(cpu->times_away != times_away()))
		forget_away(cpu);
#define LG_X(SYMBOL, name) \
	stamps[LG_C_PROBE_##SYMBOL] = cpu->stamps[LG_C_PROBE_##SYMBOL];
	LG_C_PROBES(LG_X)
#undef LG_X
	cpu->stamps[LG_C_PROBE_FAST] = cpu->stamps[LG_C_PROBE_RING] = 0;
	cpu->stamps[LG_C_PROBE_LAUNCHER] = 0;
}

static void empty(struct lg_batch *batch)
{
	batch->at = batch->words;
	batch->rest = NULL;
	batch->switches = batch->copies = 0;
	batch->copied = 0;
}

/* The numbers that the switches of a batch have as three events each. */
static void take_seqs(struct lg_batch *batch, u32 *first)
{
	first[0] = this_cpu_read(next_seq[LG_EVENT_ENTER]);
	first[1] = this_cpu_read(next_seq[LG_EVENT_EXIT]);
	first[2] = this_cpu_read(next_seq[LG_EVENT_COPY_IN]);
	this_cpu_add(next_seq[LG_EVENT_ENTER], batch->switches);
	this_cpu_add(next_seq[LG_EVENT_EXIT], batch->switches);
	this_cpu_add(next_seq[LG_EVENT_COPY_IN], batch->copies);
}

/* With interrupts off. */
static noinline void flush(struct lg_batch *batch)
{
	u32 first[3];
	u64 start;

	if (!batch->switches)
		return;
	take_seqs(batch, first);
	start = rdtsc();
	EMIT((u32)start, BATCH, batch, first, batch->switches, batch->pack_tsc,
	     batch->flush_tsc, batch->words, batch->at - batch->words);
	empty(batch);
	batch->flush_tsc = rdtsc() - start;
}

/* A re-entry (`again`) has no copy-in. */
static __always_inline void pack_enter(u32 tsc, struct lg_guest *g, bool again, bool probed)
{
	struct lg_cpu *cpu = this_cpu_ptr(&lg_cpus);
	struct lg_batch *batch = this_cpu_read(lg_cpus.batch);
	u32 *record = batch->at, head = g->trace_head;
	u64 call;

	record[LG_RECORD_TSC] = tsc;
	if (again) {
		head |= LG_RECORD_AGAIN;
	} else {
		batch->copies++;
		head |= LG_RECORD_COPIED;
	}
	record[LG_RECORD_HEAD] = head;
	record[LG_RECORD_GUEST] = g->id;
	if (probed)
		gather_c_stamps(cpu, again, record + LG_RECORD_FIXED);
	batch->rest = record + LG_RECORD_FIXED;
	if (probed)
		batch->rest += again ? LG_RECORD_AGAIN_STAMPS : LG_NR_C_PROBES;
	call = rdtsc();
	record[LG_RECORD_TSC_CALL] = call;
	record[LG_RECORD_TSC_CALL_HIGH] = call >> 32;
}

static void note_miss(enum lg_copy_reason reason, u32 changed, u32 bytes)
{
	struct lg_batch *batch = this_cpu_read(lg_cpus.batch);

	batch->miss_head = reason << LG_RECORD_REASON;
	batch->copied = changed | bytes << LG_RECORD_BYTES;
}

static noinline u32 *pack_miss(struct lg_batch *batch, u32 *at)
{
	*batch->at |= batch->miss_head;
	*at++ = batch->copied;
	batch->copied = 0;
	return at;
}

static __always_inline void pack_exit(u32 tsc, struct lg_guest *g, u32 vector, u32 cr2,
				      bool probed)
{
	struct lg_batch *batch = this_cpu_read(lg_cpus.batch);
	struct lg_regs *regs = g->regs;
	u32 *record = batch->at, *rest = batch->rest;

	if (unlikely(!rest))
		return;
	batch->rest = NULL;
	record[LG_RECORD_HEAD] |= vector | (regs->cs & 3) << LG_RECORD_RING;
	record[LG_RECORD_TSC_BACK] = tsc;
	record[LG_RECORD_ERROR] = regs->error;
	record[LG_RECORD_CR2] = cr2;
	record[LG_RECORD_EIP] = regs->eip;
	if (probed) {
		gather_stamps(g, this_cpu_read(lg_cpus.state), rest);
		rest += LG_NR_PROBES;
	}
	if (unlikely(batch->copied))
		rest = pack_miss(batch, rest);
	batch->at = rest;
	/* The first may hold a miss of copy-in, which takes longer. */
	if (unlikely(++batch->switches == 2))
		batch->pack_tsc = (u32)rdtsc() - tsc;
	if (unlikely(batch->at >= batch->full))
		flush(batch);
}

/* The last time that the TSC had this low half. */
static u64 lately(u32 low)
{
	u64 now = rdtsc();

	return now - (u32)((u32)now - low);
}

/* From back in C to the next enter took longer than the flight recorder waits for. */
static void look_for_slow(u64 tsc, struct lg_guest *g, struct lg_cpu *cpu)
{
	u64 limit = READ_ONCE(slow_tsc), ticks = tsc - cpu->tsc_back;

	if (!limit || !cpu->tsc_back || cpu->left_guest != g->id || ticks <= limit)
		return;
	EMIT((u32)(ticks + cpu->tsc_back), SLOW, slow, g->id, g->blob->number, cpu->left_vector,
	     cpu->tsc_back, ticks);
	WRITE_ONCE(frozen, true);
}

/* Handling ends where this begins: what writing the event takes is no part of it. */
static void emit_enter_event(u64 tsc, struct lg_guest *g, struct lg_cpu *cpu, bool again)
{
	u32 stamps[LG_NR_C_PROBES] = {};

	if (g->blob->twin == LG_TWIN_PROBED)
		gather_c_stamps(cpu, again, stamps);
	EMIT((u32)tsc, ENTER, enter, g->id, g->blob->number, g->blob->twin, g->regs->eip,
	     g->regs->cs & 3, this_cpu_read(overhead), tsc, stamps);
}

static __always_inline void emit_enter(u32 low, struct lg_guest *g, bool again)
{
	struct lg_cpu *cpu = this_cpu_ptr(&lg_cpus);
	u64 tsc = lately(low);

	if (trace_lg_enter_enabled())
		emit_enter_event(tsc, g, cpu, again);
	if (trace_lg_slow_enabled())
		look_for_slow(tsc, g, cpu);
	cpu->tsc_call = rdtsc();
}

static noinline void emit_first_enter(u32 tsc, struct lg_guest *g)
{
	emit_enter(tsc, g, false);
}

static noinline void emit_reenter(u32 tsc, struct lg_guest *g)
{
	emit_enter(tsc, g, true);
}

/* For each of first enter and re-entry, plain and probed. */
#define LG_EMIT_ENTER(name, again, probed)					\
void notrace lg_emit_##name(u32 tsc, struct lg_guest *g)			\
{										\
	if (trace_lg_batch_enabled())						\
		pack_enter(tsc, g, again, probed);				\
	else if (again)								\
		emit_reenter(tsc, g);						\
	else									\
		emit_first_enter(tsc, g);					\
}
LG_EMIT_ENTER(enter, false, false)
LG_EMIT_ENTER(reenter, true, false)
LG_EMIT_ENTER(enter_probed, false, true)
LG_EMIT_ENTER(reenter_probed, true, true)

static void emit_exit_event(struct lg_guest *g, struct lg_cpu *cpu, u8 vector, u32 cr2, u64 tsc)
{
	u32 stamps[LG_NR_PROBES] = {};

	if (g->blob->twin == LG_TWIN_PROBED)
		gather_stamps(g, cpu->state, stamps);
	EMIT((u32)tsc, EXIT, exit, g->id, g->blob->number, g->blob->twin, vector, g->regs->error,
	     cr2, g->regs->eip, g->regs->cs & 3, cpu->tsc_call, tsc, stamps);
}

static noinline void emit_exit(u32 low, struct lg_guest *g, u32 vector, u32 cr2)
{
	struct lg_cpu *cpu = this_cpu_ptr(&lg_cpus);
	u64 tsc = lately(low);

	if (trace_lg_exit_enabled())
		emit_exit_event(g, cpu, vector, cr2, tsc);
	if (trace_lg_slow_enabled()) {
		cpu->tsc_back = tsc;
		cpu->left_guest = g->id;
		cpu->left_vector = vector;
	}
	cpu->tsc_call = 0;
	this_cpu_write(overhead, (u32)rdtsc() - (u32)tsc);
}

#define LG_EMIT_EXIT(name, probed)						\
void notrace lg_emit_##name(u32 tsc, struct lg_guest *g, u32 vector, u32 cr2)	\
{										\
	if (trace_lg_batch_enabled())						\
		pack_exit(tsc, g, vector, cr2, probed);			\
	else									\
		emit_exit(tsc, g, vector, cr2);						\
}
LG_EMIT_EXIT(exit, false)
LG_EMIT_EXIT(exit_probed, true)

void lg_emit_copy_in(struct lg_guest *g, enum lg_copy_reason reason, u32 changed)
{
	u32 from = rdtsc(), bytes = 0;

	if (changed & LG_CHANGED_IDT)
		bytes += sizeof(g->idt);
	if (changed & LG_CHANGED_GDT)
		bytes += sizeof(g->gdt) - 4 * 8;
	else if (changed & LG_CHANGED_TLS)
		bytes += LG_TLS_ENTRIES * 8;
	if (trace_lg_batch_enabled())
		note_miss(reason, changed, bytes);
	else if (trace_lg_copy_in_enabled())
		EMIT(from, COPY_IN, copy_in, g->id, g->blob->number, reason, changed,
		     bytes);
}

void lg_emit_trap(struct lg_guest *g, enum lg_trap_class class)
{
	u32 from = rdtsc();

	EMIT(from, TRAP, trap, g->id, g->blob->number, class, g->regs->error, g->cr2,
	     g->regs->eip);
}

void lg_emit_hypercall(struct lg_guest *g, u32 number, enum lg_call_from source, u32 arg1,
		       u32 arg2, u32 arg3)
{
	u32 from = rdtsc();

	EMIT(from, HYPERCALL, hypercall, g->id, g->blob->number, number, source, arg1, arg2, arg3);
}

/* What the Guest itself asks for, in its registers. */
void lg_emit_direct_call(struct lg_guest *g)
{
	u32 from = rdtsc();
	struct lg_regs *regs = g->regs;

	EMIT(from, HYPERCALL, hypercall, g->id, g->blob->number, regs->eax, LG_CALL_DIRECT,
	     regs->ebx, regs->ecx, regs->edx);
}

void lg_emit_stayed(struct lg_guest *g, enum lg_trap_class class, u32 exits, u32 ticks)
{
	u32 from = rdtsc();

	EMIT(from, STAYED, stayed, g->id, g->blob->number, class, exits, ticks);
}

void lg_emit_irq(struct lg_guest *g, u32 irq, enum lg_irq_what what)
{
	u32 from = rdtsc();

	EMIT(from, IRQ, irq, g->id, irq, what);
}

void lg_emit_pages(struct lg_guest *g, enum lg_pages_what what, u32 va, u32 entries)
{
	u32 from = rdtsc();

	EMIT(from, PAGES, pages, g->id, what, va, entries);
}

void lg_emit_host_cpu(struct lg_guest *g, enum lg_host_cpu_what what)
{
	u32 from = rdtsc();

	EMIT(from, HOST_CPU, host_cpu, g->id, g->blob->number, what, g->levers);
}

/* A user-return notifier belongs to a CPU and to no Guest. */
void lg_emit_notifier(struct lg_guest *g, enum lg_notifier_what what)
{
	u32 from = rdtsc();

	EMIT(from, NOTIFIER, notifier, g ? g->id : 0, what);
}

void lg_trace_guest(struct lg_guest *g)
{
	g->trace_head = g->blob->number << LG_RECORD_VARIANT |
			g->blob->twin << LG_RECORD_TWIN;
}

void lg_emit_life(struct lg_guest *g, enum lg_life_what what, const char *reason)
{
	u32 from = rdtsc();

	EMIT(from, LIFE, life, g->id, g->blob->number, g->blob->twin, what, reason);
}

/* Pairs at either end of a recording: enough for a median. */
#define CALIBRATION_PAIRS	32

/* As any other event is emitted: out of line, behind its key. */
static noinline void emit_calibrate(void)
{
	u32 from = rdtsc();

	EMIT_ALWAYS(from, CALIBRATE, calibrate, this_cpu_read(overhead));
}

static void calibrate(void)
{
	unsigned int i;

	for (i = 0; i < 2 * CALIBRATION_PAIRS; i++)
		if (trace_lg_calibrate_enabled())
			emit_calibrate();
}

static void mark(bool start)
{
	u32 seq, next[LG_NR_EVENTS];

	if (!trace_lg_mark_enabled())
		return;
	seq = take_seq(LG_EVENT_MARK);
	memcpy(next, this_cpu_ptr(next_seq), sizeof(next));
	trace_lg_mark(seq, start ? 0 : 1, num_online_cpus(), trace_lg_batch_enabled(), next);
}

/* Switches of before the start mark are no part of the recording, and those that wait at
 * the stop mark are.  The pairs lie inside the marks, so that they are numbered like all
 * else. */
static void mark_this_cpu(void *start)
{
	struct lg_batch *batch = this_cpu_read(lg_cpus.batch);
	unsigned long flags;

	local_irq_save(flags);
	if (start) {
		empty(batch);
		batch->pack_tsc = batch->flush_tsc = 0;
		mark(true);
		calibrate();
	} else {
		calibrate();
		if (trace_lg_batch_enabled())
			flush(batch);
		mark(false);
	}
	local_irq_restore(flags);
}

void lg_mark_recording(bool start)
{
	cpus_read_lock();
	on_each_cpu(mark_this_cpu, start ? (void *)1 : NULL, 1);
	cpus_read_unlock();
}

/* 0: no switch is slow.  Either way a stopped flight recorder goes on. */
void lg_slow_set(u64 tsc)
{
	WRITE_ONCE(slow_tsc, tsc);
	WRITE_ONCE(frozen, false);
}

bool lg_slow_seen(void)
{
	return READ_ONCE(frozen);
}

void lg_trace_exit(void)
{
	unsigned int cpu;

	for_each_possible_cpu(cpu) {
		kfree(per_cpu(lg_cpus, cpu).batch);
		per_cpu(lg_cpus, cpu).batch = NULL;
	}
}

int lg_trace_init(void)
{
	unsigned int cpu;

	for_each_possible_cpu(cpu) {
		struct lg_batch *batch = kzalloc(sizeof(*batch), GFP_KERNEL);

		if (!batch) {
			lg_trace_exit();
			return -ENOMEM;
		}
		batch->full = batch->words + LG_BATCH_WORDS - LG_RECORD_WORDS + 1;
		empty(batch);
		per_cpu(lg_cpus, cpu).batch = batch;
	}
	return 0;
}
#else
void lg_mark_recording(bool start)
{
}

void lg_trace_guest(struct lg_guest *g)
{
}

void lg_slow_set(u64 tsc)
{
}

bool lg_slow_seen(void)
{
	return false;
}

int lg_trace_init(void)
{
	return 0;
}

void lg_trace_exit(void)
{
}
#endif
