// SPDX-License-Identifier: GPL-2.0
/*
 * switch.c - the rare parts of a world switch: what copy-in does when its cache does not
 * hold, and a fault in the Switcher itself.
 */
#include <linux/cpumask.h>
#include <linux/preempt.h>
#include <linux/sched.h>
#include <linux/string.h>
#include "lg.h"
#include "switch.h"
#include "trace.h"

static void copy_tls(struct lg_guest *g, struct lg_tables *to)
{
	memcpy(&to->gdt[LG_TLS_ENTRY], &g->gdt[LG_TLS_ENTRY], LG_TLS_ENTRIES * 8);
}

/* Entries from `first` up to `end`. */
static __always_inline void copy_entries(struct lg_guest *g, struct lg_tables *to, u32 first,
					 u32 end)
{
	memcpy(&to->gdt[first], &g->gdt[first], (end - first) * 8);
}

_Static_assert(LG_SWITCHER_DS_ENTRY == LG_SWITCHER_CS_ENTRY + 1 &&
	       LG_DOUBLE_FAULT_ENTRY == LG_GDT_ENTRIES - 1, "what copy_gdt leaves out");

/* All but the entries that no Guest value ever reaches (lg_gdt_entry_reserved). */
static void copy_gdt(struct lg_guest *g, struct lg_tables *to)
{
	copy_entries(g, to, 0, LG_SWITCHER_CS_ENTRY);
	copy_entries(g, to, LG_SWITCHER_DS_ENTRY + 1, LG_TSS_ENTRY);
	copy_entries(g, to, LG_TSS_ENTRY + 1, LG_DOUBLE_FAULT_ENTRY);
}

static void copy_changed(struct lg_guest *g, struct lg_tables *to)
{
	if (g->changed & LG_CHANGED_IDT)
		memcpy(to->idt, g->idt, sizeof(g->idt));
	if (g->changed & LG_CHANGED_GDT)
		copy_gdt(g, to);
	else if (g->changed & LG_CHANGED_TLS)
		copy_tls(g, to);
	g->changed = 0;
}

static enum lg_copy_reason miss_reason(struct lg_guest *g, struct lg_cpu *cpu)
{
	if (!g->last_cpu)
		return LG_COPY_FIRST_RUN;
	if (g->last_cpu != cpu)
		return LG_COPY_OTHER_CPU;
	if (cpu->last_guest != g->id)
		return LG_COPY_OTHER_GUEST;
	return LG_COPY_BITS;
}

/* A task that has stayed on a CPU that goes offline is moved when it is next scheduled; alone
 * there it might never be, and the CPU would wait for it. */
static void leave_dying_cpu(void)
{
	if (likely(cpu_active(smp_processor_id())))
		return;
	set_tsk_need_resched(current);
	set_preempt_need_resched();
}

/* The Guest is new here, or has been elsewhere.  Not inline: a change of its own bits, which is
 * counted, must not pay for this. */
static noinline void arrive(struct lg_guest *g, struct lg_cpu *cpu)
{
	g->changed = LG_CHANGED_ALL;
	leave_dying_cpu();
	if (unlikely(cpu->resident))
		lg_resident_leave(cpu);
}

void lg_copy_missed(struct lg_guest *g, struct lg_cpu *cpu)
{
	enum lg_copy_reason reason = miss_reason(g, cpu);

	if (reason != LG_COPY_BITS)
		arrive(g, cpu);
	cpu->last_guest = g->id;
	g->last_cpu = cpu;
	cpu->counters.copies[reason]++;
	g->counters.copies[reason]++;
	LG_SWITCH_EVENT(copy_in, g, reason, g->changed);
	copy_changed(g, &cpu->tables[g->aliased]);
}

u8 lg_switcher_fault(struct lg_guest *g, u32 exit_sp)
{
	struct lg_regs *frame = (void *)g->regs_page + (exit_sp & ~PAGE_MASK);

	lg_count(g, LG_CLASS_SWITCHER_FAULT);
	if ((exit_sp & ~PAGE_MASK) > PAGE_SIZE - sizeof(*frame))
		frame = g->regs;
	kill_guest(g, "bad selector: trap %u, error %#x, in the Switcher",
		   LG_EXIT_VECTOR(frame->exit), frame->error);
	return LG_EXIT_VECTOR(frame->exit);
}
