// SPDX-License-Identifier: GPL-2.0
/*
 * ldt.c - the LDT of a privileged Guest.
 *
 * What the CPU uses is a copy, made through the validator of the GDT, in pages of the Host's that
 * the Guest's world has read-only at LG_LDT_VA.  It is made at LLDT: a store to the Guest's own
 * table takes effect at the next one, which is when Linux, which never changes a table in use,
 * means it to.  LDTR is loaded before each run of such a Guest and put back behind it (hostcpu.h),
 * and no Guest without an LDT pays for that.
 *
 * A segment register keeps what it holds over LLDT, but the Switcher loads them all at the next
 * entry.  So an entry that one of them holds stays in the copy, though the new table does not have
 * it, until an exit finds that none does: Linux changes the LDT before it saves GS.
 */
#include <asm/desc.h>
#include "lg.h"
#include "check.h"
#include "hostcpu.h"
#include "privileged.h"
#include "shadow.h"

#define PAGE_ENTRIES	(PAGE_SIZE / 8)
#define AT_ONCE		64u

_Static_assert(LG_LDT_PAGES * PAGE_ENTRIES == LG_LDT_ENTRIES, "the largest limit");
_Static_assert(LG_LDT_VA >> 22 == LG_SHARED_VA >> 22, "lg_privileged has one page table");

static u64 *entry_at(struct lg_ldt *ldt, u32 i)
{
	return (u64 *)ldt->pages[i / PAGE_ENTRIES] + i % PAGE_ENTRIES;
}

u64 lg_ldt_entry(struct lg_guest *g, u32 selector)
{
	struct lg_ldt *ldt = &g->privileged->ldt;
	u32 i = (selector & 0xffff) / 8;

	return i < ldt->live ? *entry_at(ldt, i) : 0;
}

static bool holds(u32 selector, u32 entry)
{
	return selector & 4 && (selector & 0xffff) / 8 == entry;
}

static bool is_held(struct lg_guest *g, u32 entry)
{
	const struct lg_regs *r = g->regs;

	return holds(r->ds, entry) || holds(r->es, entry) || holds(r->fs, entry) ||
	       holds(r->gs, entry);
}

/* A page of the copy that a table is the first to reach.  False: no memory, and it is killed. */
static bool has_page(struct lg_guest *g, u32 page)
{
	struct lg_privileged *p = g->privileged;

	if (p->ldt.pages[page])
		return true;
	p->ldt.pages[page] = get_zeroed_page(GFP_KERNEL_ACCOUNT);
	if (!p->ldt.pages[page]) {
		kill_guest(g, "no memory for an LDT");
		return false;
	}
	p->table[(LG_LDT_VA >> 12 & 1023) + page] = __pa(p->ldt.pages[page]) | LG_PTE_PRESENT |
						    LG_PTE_ACCESSED;
	return true;
}

/* The entry becomes what the Guest has there, or stays if it is held and that cannot be loaded. */
static void set_entry(struct lg_guest *g, u32 i, u64 asked)
{
	struct lg_privileged *p = g->privileged;
	u64 *entry = entry_at(&p->ldt, i), fixed;

	lg_check_ldt_descriptor(asked, asked >> 32, &fixed);
	if (!lg_is_present(fixed) && i < p->ldt.live && lg_is_present(*entry) && is_held(g, i)) {
		p->dirty |= LG_DIRTY_LDT;
		p->ldt.reached = i + 1;
		return;
	}
	*entry = fixed;
	if (i < p->ldt.count)
		p->ldt.reached = i + 1;
}

/* Of `first` and the next entries; a table that cannot be read has none. */
static bool read_entries(struct lg_guest *g, u32 first, u32 end)
{
	struct lg_ldt *ldt = &g->privileged->ldt;
	u32 count = min(end - first, AT_ONCE), i;
	u64 asked[AT_ONCE] = {};

	if (!has_page(g, first / PAGE_ENTRIES))
		return false;
	if (first < ldt->count &&
	    !lg_copy_va(g, GVA(ldt->base + first * 8), asked,
			min(count, ldt->count - first) * 8, false))
		memset(asked, 0, sizeof(asked));
	for (i = 0; i < count; i++)
		set_entry(g, first + i, asked[i]);
	return true;
}

void lg_ldt_read(struct lg_guest *g)
{
	struct lg_ldt *ldt = &g->privileged->ldt;
	u32 end = max(ldt->live, ldt->count), first;
	tss_desc descriptor;

	ldt->reached = 0;
	for (first = 0; first < end; first += AT_ONCE)
		if (!read_entries(g, first, end))
			return;
	ldt->live = ldt->reached;
	lg_tables_check_selectors(g);
	g->ldt = 0;
	if (!ldt->live)
		return;
	set_tssldt_descriptor(&descriptor, LG_LDT_VA, DESC_LDT, ldt->live * 8 - 1);
	memcpy(&g->ldt_descriptor, &descriptor, sizeof(g->ldt_descriptor));
	g->ldt = HOST_ODD_GUEST_LDT;
}

/* What LLDT finds in the Guest's GDT; false: no LDT that is present. */
static bool find(struct lg_guest *g, u32 selector, u64 *found)
{
	struct lg_table_register *gdt = &g->privileged->gdt;
	u32 at = selector & 0xfff8, high;

	if (selector & 4 || at + 7 > gdt->limit ||
	    !lg_copy_va(g, GVA(gdt->base + at), found, 8, false))
		return false;
	high = *found >> 32;
	return high & LG_DESC_P && (high & LG_DESC_TYPE) == LG_DESC_LDT;
}

bool lg_ldt_load(struct lg_guest *g, u32 selector)
{
	struct lg_ldt *ldt = &g->privileged->ldt;
	u64 found = 0;

	if (selector & 0xfffc && !find(g, selector, &found))
		return false;
	ldt->base = lg_descriptor_base(found);
	ldt->count = found ? min((lg_descriptor_limit(found) + 1) / 8, LG_LDT_ENTRIES) : 0;
	lg_ldt_read(g);
	return !lg_ended(g);
}

void lg_ldt_free(struct lg_guest *g)
{
	u32 i;

	for (i = 0; i < LG_LDT_PAGES; i++)
		free_page(g->privileged->ldt.pages[i]);
}
