// SPDX-License-Identifier: GPL-2.0
/*
 * tlb.c - the shadow as the TLB of a privileged Guest: what is filled in on a fault stays
 * until the Guest does what would drop it from a CPU's TLB.
 *
 * A load of CR3 drops what is not global, INVLPG one page, a change of CR4.PGE everything.
 * An entry that the Guest marked global, with CR4.PGE on, carries LG_SPTE_GLOBAL, one of the
 * bits that the CPU ignores.  There is one shadow directory, whatever CR3 is.
 */
#include "lg.h"
#include "check.h"
#include "privileged.h"
#include "trace.h"

#define LG_PTE_GLOBAL	0x100u
#define LG_SPTE_GLOBAL	0x200u
#define PF_WRITE	2u
/* A kernel touches its map of all memory page by page while it boots, and these entries stay:
 * so many are filled in at once. */
#define AROUND_PAGES	16u

static bool is_global(struct lg_guest *g, u32 gpte)
{
	return !g->linear && gpte & LG_PTE_GLOBAL && g->privileged->cr4 & LG_CR4_PGE;
}

/* The entry for va has just been filled in. */
static void note_fill(struct lg_guest *g, gva_t va, bool write)
{
	struct lg_privileged *p = g->privileged;
	u32 *spte = lg_spte(g, va);
	u32 gpte, which;

	if (!spte || !lg_guest_pte(g, va, &gpte))
		return;
	if (is_global(g, gpte)) {
		*spte |= LG_SPTE_GLOBAL;
		__set_bit(va.a >> 22, p->global);
		lg_fill_around(g, va, AROUND_PAGES, LG_PTE_GLOBAL, LG_SPTE_GLOBAL);
	} else {
		__set_bit(va.a >> 22, p->local);
	}
	which = lg_tables_watched(g, gpte & LG_PTE_FRAME);
	if (!which)
		return;
	if (write)
		lg_tables_written(g, va, which);
	else
		*spte &= ~LG_PTE_RW;
}

enum lg_fill lg_tlb_fill(struct lg_guest *g, gva_t va, u32 error, gpa_t *pa)
{
	enum lg_fill fill = lg_demand_fill(g, va, error, pa);

	if (fill == LG_FILL_DONE)
		note_fill(g, va, error & PF_WRITE);
	return fill;
}

/* A slot with entries of both kinds keeps the global ones. */
static void drop_local(struct lg_guest *g, u32 slot)
{
	u32 *spte = lg_spte(g, GVA(slot << 22)), i;

	if (!test_bit(slot, g->privileged->global)) {
		lg_set_pgd(g, g->shadows[g->current_shadow].root, slot);
		return;
	}
	for (i = 0; spte && i < 1024; i++)
		if (!(spte[i] & LG_SPTE_GLOBAL))
			spte[i] = 0;
}

static void flush_local(struct lg_guest *g)
{
	struct lg_privileged *p = g->privileged;
	u32 slot;

	lg_forget_insn_page(g);
	for_each_set_bit(slot, p->local, lg_region_va >> 22)
		drop_local(g, slot);
	bitmap_zero(p->local, 1024);
}

void lg_tlb_flush(struct lg_guest *g)
{
	struct lg_privileged *p = g->privileged;

	lg_flush_all(g);
	bitmap_zero(p->local, 1024);
	bitmap_zero(p->global, 1024);
}

/* The directory takes effect: paging goes on, or is on. */
void lg_tlb_load_cr3(struct lg_guest *g, u32 cr3)
{
	gpa_t root = GPA(cr3 & LG_PTE_FRAME);

	if (g->linear) {
		lg_new_pgtable(g, root);
		lg_tlb_flush(g);
	} else if (lg_set_root(g, root)) {
		flush_local(g);
	}
}

void lg_tlb_drop(struct lg_guest *g, gva_t va)
{
	u32 *spte = lg_spte(g, va);

	lg_forget_insn_page(g);
	if (spte)
		*spte = 0;
}

void lg_tlb_protect(struct lg_guest *g, gva_t va)
{
	u32 *spte = lg_spte(g, va);

	if (spte)
		*spte &= ~LG_PTE_RW;
}

static bool is_watched_frame(struct lg_guest *g, u32 frame)
{
	u32 i;

	for (i = 0; i < LG_WATCHED_PAGES; i++) {
		u32 pa = g->privileged->watched[i];

		if (!(pa & 1) && pa < g->limit && g->frames[pa >> PAGE_SHIFT] == frame)
			return true;
	}
	return false;
}

/* Wherever the shadow has the watched pages, it has them read-only. */
void lg_tlb_protect_watched(struct lg_guest *g)
{
	u32 slot, i;

	for (slot = 0; slot < lg_region_va >> 22; slot++) {
		u32 *spte = lg_spte(g, GVA(slot << 22));

		for (i = 0; spte && i < 1024; i++)
			if (spte[i] & LG_PTE_RW && is_watched_frame(g, spte[i] & LG_PTE_FRAME))
				spte[i] &= ~LG_PTE_RW;
	}
}

/*M:
 * Keep a privileged Guest's shadow across loads of CR3.  Each load drops what is not global, and
 * filling it in again is most of a pipe's 34,300 instructions a byte and back, against 13,800 on
 * the lab machine's own kernel.  Keeping one shadow a directory, as other Guests have it, would
 * cost 554 instructions for a switch to and fro (new_pgtable_other).  In the way: such a Guest
 * says nothing when it changes an entry, so its page tables would have to be write-protected
 * and each write emulated, or compared with the shadow at each load.
 */

/*M:
 * Fill neighbours of local pages too.  Only global ones are filled in around a fault; 6,200 of
 * the 9,100 exits of `measure` are fills, and one costs 452 instructions (shadow_fill).  Half of
 * them saved would be 1.4 million.  In the way: an entry dropped by the next CR3 load was filled
 * in for nothing, and reading sixteen entries of a Guest costs more than one of them.
 */
