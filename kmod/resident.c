// SPDX-License-Identifier: GPL-2.0
/*
 * resident.c - the rare parts of exits that never leave (lever resident).
 */
#include <linux/hrtimer.h>
#include <linux/string.h>
#include "lg.h"
#include "check.h"
#include "resident.h"
#include "shadow.h"
#include "trace.h"

_Static_assert(LG_STAY_FLAGS == (LG_FLAGS_ALLOWED | LG_FLAG_FIXED | LG_FLAG_IF),
	       "the flags of lg_check_flags");
_Static_assert(LG_RING_FREE != 0, "what no_ring says");

/* What the Switcher uses of lguest_data is its beginning. */
#define SHARED_BYTES	offsetof(struct lguest_data, ring)

#define READ_ONLY	(LG_PTE_PRESENT | LG_PTE_ACCESSED)
#define NO_GPDE		(~0u)	/* present, and none that lg_check_gpde lets pass */

void lg_resident_state_init(struct lg_state *state, u32 tss_va)
{
	u8 *stay_of = state->stay_of;

	state->highest_frame = lg_region_va - LG_FRAME_BYTES;
	memset(stay_of, LG_STAY_OTHER * sizeof(struct lg_stay), LG_ASKED_GATES);
	stay_of[13] = LG_STAY_GP_REFLECTED * sizeof(struct lg_stay);
	stay_of[14] = LG_STAY_PF_REFLECTED * sizeof(struct lg_stay);
	stay_of[LG_ASKED_SYSCALL] = LG_STAY_SYSCALL * sizeof(struct lg_stay);
	state->tss_va = tss_va;
	state->closed = 1;
}

void lg_resident_share(struct lg_guest *g, gpa_t data)
{
	u32 offset = data.a & ~PAGE_MASK;

	if (!(g->levers & LG_LEVER_RESIDENT) || g->privileged || offset > PAGE_SIZE - SHARED_BYTES)
		return;
	g->shared_offset = offset;
	g->shared_pte = g->frames[data.a >> PAGE_SHIFT] | READ_ONLY | LG_PTE_RW | LG_PTE_DIRTY;
	lg_resident_news(g);
}

void lg_resident_news(struct lg_guest *g)
{
	static atomic_t last;

	g->ports_version = atomic_inc_return(&last);
	g->resident_news = true;
	g->told = LG_RESIDENT_UNTOLD;
}

/* Where in the CPU's slots `page` of its own is. */
static u32 *entry_of(struct lg_cpu *cpu, u32 page)
{
	return &cpu->table[cpu->regs_index - LG_CPU_REGS + page];
}

/* Whether the Switcher may read an instruction at the Guest's %eip: its code has no base. */
static bool may_fetch(struct lg_guest *g)
{
	return g->shared_pte && g->gdt[LG_GUEST_CS / 8] == LG_FLAT_GUEST_CODE;
}

/* A bit for each LG_PORTS_A_BIT ports, set if one of them is claimed. */
static void tell_ports(struct lg_guest *g, struct lg_state *state)
{
	const u32 *claimed = (const u32 *)g->ports;
	u32 i;

	memset(state->claimed_ports, may_fetch(g) ? 0 : 0xff, sizeof(state->claimed_ports));
	for (i = 0; i < LG_PORTS / LG_PORTS_A_BIT; i++)
		if (READ_ONCE(claimed[i]))
			state->claimed_ports[i / 32] |= 1u << i % 32;
}

static void tell_news(struct lg_guest *g, struct lg_cpu *cpu);

void lg_resident_tell(struct lg_guest *g, struct lg_cpu *cpu)
{
	struct lg_state *state = cpu->state;

	if (unlikely(cpu->resident != g->id || g->resident_news)) {
		tell_news(g, cpu);
		return;
	}
	if (cpu->resident_root != g->shadows[g->current_shadow].root.a)
		state->dir = 0;
	state->ring = cpu->resident_ring + g->ring_next;
	state->clock = hrtimer_is_queued(&g->clock);
	g->told = g->id;
}

/* What changes seldom: a Guest that was not here, of which nothing is known; INIT; ports. */
static noinline void tell_news(struct lg_guest *g, struct lg_cpu *cpu)
{
	struct lg_state *state = cpu->state;

	if (cpu->resident != g->id) {
		cpu->resident = g->id;
		/* What was the last Guest's directory may be this one's, by its number. */
		cpu->resident_root = LG_NO_PAGE;
		state->data = 0;
		state->dir = 0;
		state->highest_gpte = ((g->nr_pages + g->device_pages) << PAGE_SHIFT) - 1;
	}
	if (cpu->resident_ports != g->ports_version)
		tell_ports(g, state);
	cpu->resident_ports = g->ports_version;
	cpu->resident_ring = g->shared_pte ? cpu->shared_va + g->shared_offset +
			     offsetof(struct lguest_data, ring_status) : (u32)state->no_ring;
	*entry_of(cpu, LG_CPU_SHARED) = g->shared_pte;
	state->closed = READ_ONCE(g->attention);
	g->resident_news = false;
	lg_resident_tell(g, cpu);
}

void lg_resident_leave(struct lg_cpu *cpu)
{
	*entry_of(cpu, LG_CPU_SHARED) = 0;
	*entry_of(cpu, LG_CPU_DIR) = 0;
	*entry_of(cpu, LG_CPU_TABLE) = 0;
	cpu->resident = LG_RESIDENT_NOBODY;
}

static void tell_gates(struct lg_guest *g, struct lg_cpu *cpu)
{
	struct lg_state *state = cpu->state;

	if (!g->shared_pte)
		return;
	memcpy(state->asked_gates, g->guest_idt, LG_ASKED_SYSCALL * sizeof(u64));
	state->asked_gates[LG_ASKED_SYSCALL] = g->guest_idt[LG_SYSCALL_VECTOR];
	state->data = cpu->shared_va + g->shared_offset;
}

/* The trap has been reflected. */
static bool at_handler(struct lg_guest *g, u32 vector)
{
	u64 gate = g->guest_idt[vector];

	return g->shared_pte && g->regs->eip == ((gate >> 32 & 0xffff0000) | (gate & 0xffff));
}

/* The Guest's own directory and its page table for va, so that the next fault near it can be looked
 * up in them.  The Guest may read both; it may write neither by these addresses. */
static void tell_tables(struct lg_guest *g, struct lg_cpu *cpu, gva_t va)
{
	struct lg_state *state = cpu->state;
	u32 root = g->shadows[g->current_shadow].root.a, gpde;

	if (g->linear)
		return;
	*entry_of(cpu, LG_CPU_DIR) = g->frames[root >> PAGE_SHIFT] | READ_ONLY;
	cpu->resident_root = root;
	state->table_gpde = NO_GPDE;
	if (lg_guest_table(g, va, &gpde)) {
		*entry_of(cpu, LG_CPU_TABLE) = g->frames[gpde >> PAGE_SHIFT] | READ_ONLY;
		state->table_gpde = gpde;
		state->table_slot = lg_dir_index(va);
	}
	state->dir = 1;
}

void lg_resident_handled(struct lg_guest *g, u32 vector, u32 cr2)
{
	struct lg_cpu *cpu;

	local_irq_disable();
	cpu = this_cpu_ptr(&lg_cpus);
	if (cpu->resident == g->id && !g->changed) {
		if (!cpu->state->data)
			tell_gates(g, cpu);
		if (vector == 14 && at_handler(g, vector))
			tell_tables(g, cpu, GVA(cr2));
	}
	local_irq_enable();
}

static const u8 stay_class[] = {
#define LG_X(NAME, name) [LG_STAY_##NAME] = LG_CLASS_##NAME,
	LG_STAY_CLASSES(LG_X)
#undef LG_X
};

static void count_stay(struct lg_guest *g, struct lg_cpu *cpu, u32 i)
{
	struct lg_stay *stay = &g->regs_page->stays[i];
	u32 exits = READ_ONCE(stay->exits);

	if (!exits)
		return;
	cpu->counters.stays[i] += exits;
	g->counters.stays[i] += exits;
	LG_EVENT(stayed, g, stay_class[i], exits, READ_ONCE(stay->ticks));
	WRITE_ONCE(stay->exits, 0);
	WRITE_ONCE(stay->ticks, 0);
}

/* What has stayed since the Guest was entered, by its own word (lg/stay.h).  Interrupts off. */
void lg_count_stays(struct lg_guest *g, struct lg_cpu *cpu)
{
	u32 i;

	for (i = 0; i < LG_STAYS; i++)
		count_stay(g, cpu, i);
	WRITE_ONCE(g->regs_page->stayed, 0);
}

/*M:
 * A walker in the Switcher, for page faults under any of the Guest's page tables and not only under
 * the last.  Two tables in turns cost 583.7 instructions a fault in the mean (trap_sweep,
 * trap_reflected.other_table), under the table that is mapped it is 100: expected gain 480.  In the
 * way: ring 0 would read the Guest's memory where the Guest's own directory says, so either all its
 * page tables must lie in this CPU's Switcher slot, which has 1,024 entries and copy-in would have
 * to renew them, or the Switcher must change the one entry itself, in a table that ring 1, being
 * supervisor, could then write as well.
 */
