// SPDX-License-Identifier: GPL-2.0
/*
 * tables.c - GDT, IDT and TSS of a privileged Guest, which it keeps in its own memory and
 * changes by plain stores.
 *
 * What the CPU uses is a copy in lg_guest.gdt and .idt, made through the validators that
 * hypercalls use.  To learn of a change the pages that hold the tables are read-only in the
 * shadow.  The first store to one makes it writable and the table dirty, and the next exit,
 * whatever its reason, reads it again.
 *
 * In between the CPU has the old copy.  An `int n` through a gate that is not there yet faults,
 * finds the table read again, and is tried once more.  A kernel stores the TLS and then loads GS
 * from it without an exit, so that load must fault: the TLS descriptors leave the live GDT at the
 * first store.
 */
#include "lg.h"
#include "check.h"
#include "privileged.h"
#include "shadow.h"

#define GATES_AT_ONCE	32
#define TLS_FIRST	LG_TLS_ENTRY
#define TLS_LAST	(LG_TLS_ENTRY + LG_TLS_ENTRIES - 1)
/*
 * What GS holds while it is put away: an entry of the TLS, by a selector that no kernel loads, with
 * data that expand down from the top, so that no offset is within.  A null selector would not do:
 * an iret to an outer ring may turn any of them into 0, which the Guest may have loaded itself.
 * (TRICKS 22)
 */
#define AWAY_ENTRY	TLS_LAST
#define GS_PUT_AWAY	(AWAY_ENTRY * 8 | 2)
#define NOTHING_WITHIN	0x00cff7000000ffffULL

#define GATE_TRAP_BIT	0x00000100u	/* makes a trap gate of an interrupt gate */

static bool holds(u32 selector, u32 entry)
{
	return !(selector & 4) && (selector & 0xffff) / 8 == entry;
}

/* Whether a segment register was loaded from this entry: a CPU keeps what it read then. */
static bool is_held(struct lg_guest *g, u32 entry)
{
	struct lg_regs *r = g->regs;

	return holds(r->cs, entry) || holds(r->ss, entry) || holds(r->ds, entry) ||
	       holds(r->es, entry) || holds(r->fs, entry) || holds(r->gs, entry);
}

static void check_selector(struct lg_guest *g, u32 *selector)
{
	u32 value = READ_ONCE(*selector) & 0xffff;

	if (!lg_check_data_selector(value, lg_descriptor(g, value)))
		*selector = 0;
}

/* The Switcher loads them all at the next entry, where one that fails ends the Guest. */
static void check_selectors(struct lg_guest *g)
{
	check_selector(g, &g->regs->ds);
	check_selector(g, &g->regs->es);
	check_selector(g, &g->regs->fs);
	check_selector(g, &g->regs->gs);
}

static bool is_tls(u32 entry)
{
	return entry >= TLS_FIRST && entry <= TLS_LAST;
}

/* A table that cannot be read counts as one of absent descriptors.  What a segment register holds
 * stays, but for the TLS: a kernel that takes an entry of that away wants a load of it to fail. */
static void read_gdt(struct lg_guest *g)
{
	struct lg_privileged *p = g->privileged;
	u32 count = min_t(u32, (p->gdt.limit + 1) / 8, LG_GDT_ENTRIES), i;
	u64 table[LG_GDT_ENTRIES] = {}, fixed;

	if (!lg_copy_va(g, GVA(p->gdt.base), table, count * 8, false))
		memset(table, 0, sizeof(table));
	for (i = 0; i < LG_GDT_ENTRIES; i++) {
		if (lg_gdt_entry_reserved(i))
			continue;
		lg_check_descriptor(table[i], table[i] >> 32, &fixed);
		if (fixed || is_tls(i) || !is_held(g, i))
			g->gdt[i] = fixed;
	}
	check_selectors(g);
	lg_forget_insn_page(g);
	lg_mark_changed(g, LG_CHANGED_GDT);
}

/*
 * The handler of system calls may be entered without an exit if it turns the virtual IF off
 * itself: `cld; movl $0, %ss:irq_enabled` among its first bytes.  A trap gate then does what
 * the Guest's interrupt gate would, and no irq is delivered up to that store.
 */
static u32 direct_syscall(struct lg_guest *g, u32 low, u32 high)
{
	static const u8 mark[] = { 0xfc, 0x36, 0xc7, 0x05, LG_SHARED_IRQ_ENABLED & 0xff,
				   LG_SHARED_IRQ_ENABLED >> 8 & 0xff,
				   LG_SHARED_IRQ_ENABLED >> 16 & 0xff,
				   LG_SHARED_IRQ_ENABLED >> 24, 0, 0, 0, 0 };
	struct lg_privileged *p = g->privileged;
	u32 handler = (high & 0xffff0000) | (low & 0xffff), i;
	u8 code[32];

	p->syscall_from = 1;
	p->syscall_to = 0;
	if (lg_check_gate(high) != LG_GATE_INTERRUPT ||
	    !lg_copy_va(g, GVA(handler), code, sizeof(code), false))
		return high;
	for (i = 0; i <= sizeof(code) - sizeof(mark); i++) {
		if (memcmp(code + i, mark, sizeof(mark)))
			continue;
		p->syscall_from = handler;
		p->syscall_to = handler + i + 1;
		return high | GATE_TRAP_BIT;
	}
	return high;
}

/* Gates that are neither interrupt nor trap gates count as absent. */
static void read_gate(struct lg_guest *g, u32 vector, u64 gate)
{
	u32 low = gate, high = gate >> 32;

	if (lg_check_gate(high) == LG_GATE_BAD)
		low = high = 0;
	if (vector == g->syscall_vec)
		high = direct_syscall(g, low, high);
	if (g->guest_idt[vector] != ((u64)high << 32 | low))
		lg_load_idt_entry(g, vector, low, high);
}

static void read_idt(struct lg_guest *g)
{
	struct lg_privileged *p = g->privileged;
	u32 count = min_t(u32, (p->idt.limit + 1) / 8, LG_IDT_ENTRIES), first, i;
	u64 gates[GATES_AT_ONCE];

	for (first = 0; first < LG_IDT_ENTRIES; first += GATES_AT_ONCE) {
		if (!lg_copy_va(g, GVA(p->idt.base + first * 8), gates, sizeof(gates), false))
			memset(gates, 0, sizeof(gates));
		for (i = 0; i < GATES_AT_ONCE; i++)
			read_gate(g, first + i, first + i < count ? gates[i] : 0);
	}
}

/* The pages from base to the limit, as far as `entries` reach. */
static void watch(struct lg_guest *g, u32 *pages, u32 base, u32 limit, u32 entries)
{
	u32 ends[2] = { base, base + min_t(u32, limit + 1, entries * 8) - 1 }, i;

	for (i = 0; i < 2; i++)
		if (!lg_guest_pa(g, GVA(ends[i]), &pages[i]))
			pages[i] = LG_NO_PAGE;
		else
			pages[i] &= LG_PTE_FRAME;
	lg_tlb_protect_watched(g);
}

void lg_tables_lgdt(struct lg_guest *g, u32 base, u32 limit)
{
	g->privileged->gdt = (struct lg_table_register){ base, limit };
	watch(g, &g->privileged->watched[0], base, limit, LG_GDT_ENTRIES);
	read_gdt(g);
}

void lg_tables_lidt(struct lg_guest *g, u32 base, u32 limit)
{
	g->privileged->idt = (struct lg_table_register){ base, limit };
	watch(g, &g->privileged->watched[2], base, limit, LG_IDT_ENTRIES);
	read_idt(g);
}

static void put_tls_away(struct lg_guest *g)
{
	u32 gs = g->regs->gs & 0xffff, i;

	for (i = TLS_FIRST; i <= TLS_LAST; i++)
		g->gdt[i] = 0;
	lg_mark_changed(g, LG_CHANGED_TLS);
	if (!(gs & 4) && is_tls(gs / 8)) {
		g->privileged->gs = gs;
		g->regs->gs = GS_PUT_AWAY;
		g->gdt[AWAY_ENTRY] = NOTHING_WITHIN;
	}
}

void lg_tables_written(struct lg_guest *g, gva_t va, u32 which)
{
	struct lg_privileged *p = g->privileged;

	if (p->nr_written < LG_WRITTEN_PAGES)
		p->written[p->nr_written] = va.a;
	if (p->nr_written <= LG_WRITTEN_PAGES)
		p->nr_written++;
	if (which & LG_DIRTY_GDT && !(p->dirty & LG_DIRTY_GDT))
		put_tls_away(g);
	p->dirty |= which;
}

static bool is_away_entry(u32 selector)
{
	return (selector & 0xfffc) == AWAY_ENTRY * 8;
}

/* Put GS back unless the Guest has loaded it since.  One that the Guest has loaded from the entry
 * that was lent has the right descriptor after this, and what it did by the wrong one faulted. */
static void put_gs_back(struct lg_guest *g)
{
	struct lg_privileged *p = g->privileged;
	struct lg_regs *r = g->regs;

	if (!p->gs)
		return;
	p->gs_back = is_away_entry(r->gs) || is_away_entry(r->fs) || is_away_entry(r->es) ||
		     is_away_entry(r->ds);
	if ((r->gs & 0xffff) == GS_PUT_AWAY)
		r->gs = p->gs;
	p->gs = 0;
}

void lg_tables_read_again(struct lg_guest *g)
{
	struct lg_privileged *p = g->privileged;
	u32 dirty = p->dirty, i;

	if (p->nr_written > LG_WRITTEN_PAGES)
		lg_tlb_protect_watched(g);
	else
		for (i = 0; i < p->nr_written; i++)
			lg_tlb_protect(g, GVA(p->written[i]));
	p->nr_written = p->dirty = 0;
	p->read_again = dirty;
	if (dirty & LG_DIRTY_LDT)
		lg_ldt_let_go(g);
	if (dirty & LG_DIRTY_GDT) {
		put_gs_back(g);
		read_gdt(g);
	}
	if (dirty & LG_DIRTY_IDT)
		read_idt(g);
}

bool lg_tables_ltr(struct lg_guest *g, u32 selector)
{
	struct lg_privileged *p = g->privileged;
	u32 at = selector & 0xfff8, high;
	u64 tss;

	if (selector & 4 || !at || at + 7 > p->gdt.limit ||
	    !lg_copy_va(g, GVA(p->gdt.base + at), &tss, 8, false))
		return false;
	high = tss >> 32;
	if (!(high & LG_DESC_P) || (high & LG_DESC_TYPE) != LG_DESC_TSS_FREE ||
	    (tss & 0xffff) + 1 < sizeof(struct lg_tss))
		return false;
	p->tss_base = lg_descriptor_base(tss);
	lg_tables_stack(g);
	return !lg_ended(g);
}

bool lg_tables_stack(struct lg_guest *g)
{
	u32 tss = g->privileged->tss_base, at = tss + offsetof(struct lg_tss, esp0), stack[2];
	const u32 *host = NULL;

	if (likely(tss && lg_in_one_page(at, sizeof(stack))))
		host = lg_map_shadowed(g, GVA(at), false);
	if (likely(host)) {
		stack[0] = READ_ONCE(host[0]);
		stack[1] = READ_ONCE(host[1]);
		lg_unmap((void *)host);
	} else if (!tss || !lg_copy_va(g, GVA(at), stack, sizeof(stack), false)) {
		kill_guest(g, "no TSS for a trap at %#x", g->regs->eip);
		return false;
	}
	g->esp1 = stack[0];
	g->ss1 = (stack[1] & 0xfffc) | 1;
	return true;
}

void lg_tables_init(struct lg_guest *g)
{
	u32 i;

	for (i = 0; i < LG_WATCHED_PAGES; i++)
		g->privileged->watched[i] = LG_NO_PAGE;
	g->privileged->syscall_from = 1;
}
