// SPDX-License-Identifier: GPL-2.0
/*H:093
 * trace.c - emitting the events, and their sequence numbers.
 *
 * Fixed per-CPU slots, no lock, no allocation.  All of it runs with interrupts off,
 * so a CPU's numbers come in the order of its events.
 */
#include <linux/cpu.h>
#include <linux/smp.h>
#ifndef LG_NO_EVENTS
#define CREATE_TRACE_POINTS
#endif
#include "trace.h"

#ifndef LG_NO_EVENTS
static DEFINE_PER_CPU(u32[LG_NR_EVENTS], next_seq);

static u32 take_seq(enum lg_event event)
{
	return this_cpu_inc_return(next_seq[event]) - 1;
}

/* Number and event must not be parted by an interrupt that emits one of its own. */
#define EMIT(NAME, name, ...)						\
do {									\
	unsigned long emit_flags;					\
									\
	local_irq_save(emit_flags);					\
	trace_lg_##name(take_seq(LG_EVENT_##NAME), ##__VA_ARGS__);	\
	local_irq_restore(emit_flags);					\
} while (0)

void lg_emit_enter(struct lg_guest *g, struct lg_cpu *cpu)
{
	EMIT(ENTER, enter, g->id, g->blob->number, g->blob->twin, g->regs->eip,
	     g->regs->cs & 3, rdtsc());
	cpu->tsc_call = rdtsc();
}

/* The stamps of both worlds, in the order of LG_PROBES. */
static void gather_stamps(struct lg_guest *g, struct lg_cpu *cpu, u32 *stamps)
{
	u32 *host = cpu->state->stamps, *guest = g->regs_page->stamps;

#define LG_X(SYMBOL, name, world) \
	stamps[LG_PROBE_##SYMBOL] = world[LG_PROBE_##SYMBOL];
	LG_PROBES(LG_X)
#undef LG_X
}

void lg_emit_exit(struct lg_guest *g, struct lg_cpu *cpu, u8 vector, u32 cr2, u64 tsc)
{
	u32 stamps[LG_NR_PROBES] = {};

	if (g->blob->twin == LG_TWIN_PROBED)
		gather_stamps(g, cpu, stamps);
	EMIT(EXIT, exit, g->id, g->blob->number, g->blob->twin, vector, g->regs->error,
	     cr2, g->regs->eip, g->regs->cs & 3, cpu->tsc_call, tsc, stamps);
	cpu->tsc_call = 0;
}

void lg_emit_copy_in(struct lg_guest *g, enum lg_copy_reason reason, u32 changed)
{
	u32 bytes = 0;

	if (changed & LG_CHANGED_IDT)
		bytes += sizeof(g->idt);
	if (changed & LG_CHANGED_GDT)
		bytes += sizeof(g->gdt) - 4 * 8;
	else if (changed & LG_CHANGED_TLS)
		bytes += LG_TLS_ENTRIES * 8;
	EMIT(COPY_IN, copy_in, g->id, g->blob->number, reason, changed, bytes);
}

void lg_emit_trap(struct lg_guest *g, enum lg_trap_class class)
{
	EMIT(TRAP, trap, g->id, g->blob->number, class, g->regs->error, g->cr2,
	     g->regs->eip);
}

void lg_emit_hypercall(struct lg_guest *g, u32 number, enum lg_call_from from, u32 arg1,
		       u32 arg2, u32 arg3)
{
	EMIT(HYPERCALL, hypercall, g->id, g->blob->number, number, from, arg1, arg2, arg3);
}

void lg_emit_irq(struct lg_guest *g, u32 irq, enum lg_irq_what what)
{
	EMIT(IRQ, irq, g->id, irq, what);
}

void lg_emit_pages(struct lg_guest *g, enum lg_pages_what what, u32 va, u32 entries)
{
	EMIT(PAGES, pages, g->id, what, va, entries);
}

void lg_emit_host_cpu(struct lg_guest *g, enum lg_host_cpu_what what)
{
	EMIT(HOST_CPU, host_cpu, g->id, g->blob->number, what, g->levers);
}

/* A user-return notifier belongs to a CPU and to no Guest. */
void lg_emit_notifier(struct lg_guest *g, enum lg_notifier_what what)
{
	EMIT(NOTIFIER, notifier, g ? g->id : 0, what);
}

void lg_emit_life(struct lg_guest *g, enum lg_life_what what, const char *reason)
{
	EMIT(LIFE, life, g->id, g->blob->number, g->blob->twin, what, reason);
}

/* Pairs at either end of a recording: enough for a median. */
#define CALIBRATION_PAIRS	32

static void calibrate(void)
{
	unsigned int i;

	if (!trace_lg_calibrate_enabled())
		return;
	for (i = 0; i < 2 * CALIBRATION_PAIRS; i++)
		trace_lg_calibrate(take_seq(LG_EVENT_CALIBRATE));
}

static void mark(bool start)
{
	u32 seq, next[LG_NR_EVENTS];

	if (!trace_lg_mark_enabled())
		return;
	seq = take_seq(LG_EVENT_MARK);
	memcpy(next, this_cpu_ptr(next_seq), sizeof(next));
	trace_lg_mark(seq, start ? 0 : 1, num_online_cpus(), next);
}

/* The pairs lie inside the marks, so that they are numbered like all else. */
static void mark_this_cpu(void *start)
{
	unsigned long flags;

	local_irq_save(flags);
	if (start) {
		mark(true);
		calibrate();
	} else {
		calibrate();
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
#else
void lg_mark_recording(bool start)
{
}
#endif
