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

void lg_emit_enter(struct lg_guest *g, struct lg_cpu *cpu)
{
	trace_lg_enter(take_seq(LG_EVENT_ENTER), g->id, g->blob->number, g->blob->twin,
		       g->regs->eip, g->regs->cs & 3, rdtsc());
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
	trace_lg_exit(take_seq(LG_EVENT_EXIT), g->id, g->blob->number, g->blob->twin,
		      vector, g->regs->error, cr2, g->regs->eip, g->regs->cs & 3,
		      cpu->tsc_call, tsc, stamps);
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
	trace_lg_copy_in(take_seq(LG_EVENT_COPY_IN), g->id, g->blob->number, reason,
			 changed, bytes);
}

static void mark_this_cpu(void *start)
{
	u32 seq, next[LG_NR_EVENTS];
	unsigned long flags;

	if (!trace_lg_mark_enabled())
		return;
	local_irq_save(flags);
	seq = take_seq(LG_EVENT_MARK);
	memcpy(next, this_cpu_ptr(next_seq), sizeof(next));
	trace_lg_mark(seq, start ? 0 : 1, num_online_cpus(), next);
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
