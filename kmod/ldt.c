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
 * entry.  So an entry that one of them holds, and could not be loaded with from the new table,
 * stays in the copy until an exit finds that none holds it: Linux changes the LDT before it saves
 * GS.  Up to that exit a program can load it, too.
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

/* Beside the four that a kernel can hold over LLDT, a program may since have taken it for more. */
static bool is_held(struct lg_guest *g, u32 entry)
{
	const struct lg_regs *r = g->regs;

	return holds(r->ds, entry) || holds(r->es, entry) || holds(r->fs, entry) ||
	       holds(r->gs, entry) || holds(r->cs, entry) || holds(r->ss, entry);
}

static bool spoils_one(u32 selector, u32 entry, u64 descriptor)
{
	return holds(selector, entry) && !lg_check_data_selector(selector & 0xffff, descriptor);
}

/* Whether a register that holds the entry could not be loaded with this one. */
static bool spoils(struct lg_guest *g, u32 entry, u64 descriptor)
{
	const struct lg_regs *r = g->regs;

	return spoils_one(r->ds, entry, descriptor) || spoils_one(r->es, entry, descriptor) ||
	       spoils_one(r->fs, entry, descriptor) || spoils_one(r->gs, entry, descriptor);
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

/* The entry becomes what the Guest has there, at once or when nothing holds it any more. */
static void set_entry(struct lg_guest *g, u32 i, u64 asked)
{
	struct lg_ldt *ldt = &g->privileged->ldt;
	u64 *entry = entry_at(ldt, i), fixed;

	lg_check_ldt_descriptor(asked, asked >> 32, &fixed);
	if (i < ldt->live && lg_is_present(*entry) && spoils(g, i, fixed) &&
	    ldt->nr_kept < ARRAY_SIZE(ldt->kept))
		ldt->kept[ldt->nr_kept++] = (struct lg_ldt_kept){ i, fixed };
	else
		*entry = fixed;
}

/* What cannot be read is absent. */
static void read_asked(struct lg_guest *g, u32 va, u64 *asked, u32 count)
{
	u32 i;

	if (lg_copy_va(g, GVA(va), asked, count * 8, false))
		return;
	for (i = 0; i < count; i++)
		if (!lg_copy_va(g, GVA(va + i * 8), &asked[i], 8, false))
			asked[i] = 0;
}

/* Of `first` and the next entries up to `end`; the table at `base` has `count`. */
static bool read_entries(struct lg_guest *g, u32 base, u32 first, u32 end)
{
	u32 here = min(end - first, AT_ONCE), count = g->privileged->ldt.count, i;
	u64 asked[AT_ONCE] = {};

	if (!has_page(g, first / PAGE_ENTRIES))
		return false;
	if (first < count)
		read_asked(g, base + first * 8, asked, min(here, count - first));
	for (i = 0; i < here; i++)
		set_entry(g, first + i, asked[i]);
	return true;
}

/* The copy ends where the Guest's table does, or behind what is kept. */
static void set_end(struct lg_guest *g)
{
	struct lg_ldt *ldt = &g->privileged->ldt;
	tss_desc descriptor;
	u32 i;

	ldt->live = ldt->count;
	for (i = 0; i < ldt->nr_kept; i++)
		ldt->live = max(ldt->live, ldt->kept[i].entry + 1);
	if (ldt->nr_kept)
		g->privileged->dirty |= LG_DIRTY_LDT;
	g->ldt = ldt->live ? HOST_ODD_GUEST_LDT : 0;
	set_tssldt_descriptor(&descriptor, LG_LDT_VA, DESC_LDT, ldt->live * 8 - 1);
	memcpy(&g->ldt_descriptor, &descriptor, sizeof(g->ldt_descriptor));
}

void lg_ldt_let_go(struct lg_guest *g)
{
	struct lg_ldt *ldt = &g->privileged->ldt;
	u32 i = 0;

	while (i < ldt->nr_kept) {
		struct lg_ldt_kept *kept = &ldt->kept[i];

		if (is_held(g, kept->entry)) {
			i++;
			continue;
		}
		*entry_at(ldt, kept->entry) = kept->descriptor;
		*kept = ldt->kept[--ldt->nr_kept];
	}
	set_end(g);
}

static void read_table(struct lg_guest *g, u32 base)
{
	struct lg_ldt *ldt = &g->privileged->ldt;
	u32 end = max(ldt->live, ldt->count), first;

	ldt->nr_kept = 0;
	for (first = 0; first < end; first += AT_ONCE)
		if (!read_entries(g, base, first, end))
			return;
	set_end(g);
}

/* What LLDT finds in the Guest's GDT: the fault's vector and error code, or 0. */
static u32 find(struct lg_guest *g, u32 selector, u64 *found)
{
	struct lg_table_register *gdt = &g->privileged->gdt;
	u32 at = selector & 0xfff8, high;

	if (selector & 4 || at + 7 > gdt->limit ||
	    !lg_copy_va(g, GVA(gdt->base + at), found, 8, false))
		return LG_FAULT(13, selector);
	high = *found >> 32;
	if ((high & LG_DESC_TYPE) != LG_DESC_LDT)
		return LG_FAULT(13, selector);
	return high & LG_DESC_P ? 0 : LG_FAULT(11, selector);
}

u32 lg_ldt_load(struct lg_guest *g, u32 selector)
{
	u64 found = 0;
	u32 fault = selector & 0xfffc ? find(g, selector, &found) : 0, limit;

	if (fault)
		return fault;
	limit = found ? lg_descriptor_limit(found) : 0;
	g->privileged->ldt.count = (min(limit, LG_LDT_ENTRIES * 8 - 1) + 1) / 8;
	read_table(g, lg_descriptor_base(found));
	return 0;
}

void lg_ldt_free(struct lg_guest *g)
{
	u32 i;

	for (i = 0; i < LG_LDT_PAGES; i++)
		free_page(g->privileged->ldt.pages[i]);
}
