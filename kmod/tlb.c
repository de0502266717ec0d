// SPDX-License-Identifier: GPL-2.0
/*
 * tlb.c - the shadow as the TLB of a privileged Guest: what is filled in on a fault stays
 * until the Guest does what would drop it from a CPU's TLB.
 *
 * A load of CR3 drops what is not global, INVLPG one page, a change of CR4.PGE everything.
 * An entry that the Guest marked global, with CR4.PGE on, carries LG_SPTE_GLOBAL, one of the
 * bits that the CPU ignores.  There is one shadow directory, whatever CR3 is.  A slot of it
 * is the running directory's own, and changes hands with it (context.c), until a global
 * entry comes into it; from then on it stays in place, and a load of CR3 looks in it for
 * what is not global.
 *
 * That is the policy `kept`; the others of lg/dev.h differ from it by their line of `policies`.
 */
#include "lg.h"
#include "check.h"
#include "privileged.h"
#include "shadow.h"
#include "trace.h"

#define LG_PTE_GLOBAL	0x100u
#define LG_SPTE_GLOBAL	0x200u
/* A kernel touches its map of all memory page by page while it boots, and these entries stay:
 * so many are filled in at once. */
#define GLOBAL_AROUND	64u
/* Of a program: its kernel maps as many at once, and more would be compared at each load of
 * CR3. */
#define LOCAL_AROUND	4u

static const struct policy {
	bool has_pge;
	u8 drops;			/* at every load of CR3: LG_DROP_* */
	u32 around_local, around_global;
} policies[] = {
	[LG_SHADOW_KEPT]   = { true,  0,               LOCAL_AROUND, GLOBAL_AROUND },
	[LG_SHADOW_GLOBAL] = { true,  LG_DROP_CONTEXT, LOCAL_AROUND, GLOBAL_AROUND },
	[LG_SHADOW_FLUSH]  = { false, LG_DROP_CONTEXT, LOCAL_AROUND, GLOBAL_AROUND },
	[LG_SHADOW_SINGLE] = { true,  0,               1,            1 },
};

static bool is_global(struct lg_guest *g, u32 gpte)
{
	return !g->linear && gpte & LG_PTE_GLOBAL && g->privileged->cr4 & LG_CR4_PGE;
}

/* Whether a neighbour can be filled in too, unasked. */
static bool is_used(struct lg_guest *g, u32 gpte, bool global)
{
	const u32 used = LG_PTE_PRESENT | LG_PTE_ACCESSED;

	return (gpte & used) == used && is_global(g, gpte) == global && !lg_is_device(g, gpte) &&
	       lg_check_gpte(gpte, g->nr_pages, g->device_pages) &&
	       !lg_tables_watched(g, gpte & LG_PTE_FRAME);
}

/* Fill in the entry at `index` of the table if it is empty and the Guest has used its page; t is
 * the table's, or NULL for a global one. */
static __always_inline void fill_neighbour(struct lg_guest *g, u32 *spte, u32 index, u32 gpte,
					   u32 gpde, struct lg_local_table *t)
{
	if (*spte || !is_used(g, gpte, !t))
		return;
	*spte = lg_spte_for(g, lg_gpte_within(gpte, gpde)) | (t ? 0 : LG_SPTE_GLOBAL);
	if (t)
		lg_context_note(t, index, gpte);
}

/* Of the `pages` entries around va, a power of two. */
static void fill_around(struct lg_guest *g, gva_t va, const struct lg_walk *w,
			struct lg_local_table *t, u32 pages)
{
	u32 *sptes = lg_spte(g, GVA(lg_dir_index(va) << 22));
	u32 *gptes = lg_map(g, GPA(w->gpte_pa.a & LG_PTE_FRAME));
	u32 i = lg_table_index(va) & -pages;

	do
		fill_neighbour(g, &sptes[i], i, READ_ONCE(gptes[i]), w->gpde, t);
	while (++i & (pages - 1));
	lg_unmap(gptes);
}

static __always_inline void set_mixed(struct lg_privileged *p, u32 slot)
{
	__set_bit(slot, p->mixed);
	p->drops |= LG_DROP_MIXED;
}

static bool fill_global(struct lg_guest *g, gva_t va, u32 error, struct lg_walk *w)
{
	struct lg_privileged *p = g->privileged;
	u32 slot = lg_dir_index(va);

	if (!test_bit(slot, p->global)) {
		lg_context_share(g, slot);
		__set_bit(slot, p->global);
		set_mixed(p, slot);
	}
	if (!lg_fill_walked(g, va, error, w))
		return false;
	*lg_spte(g, va) |= LG_SPTE_GLOBAL;
	fill_around(g, va, w, NULL, g->around_global);
	return true;
}

static bool fill_mixed(struct lg_guest *g, gva_t va, u32 error, struct lg_walk *w)
{
	set_mixed(g->privileged, lg_dir_index(va));
	return lg_fill_walked(g, va, error, w);
}

/* The running directory has the table. */
static __always_inline void fill_local(struct lg_guest *g, gva_t va, u32 error, struct lg_walk *w,
				       struct lg_local_table *t)
{
	u32 index = lg_table_index(va);

	lg_mark_used(g, w, error & LG_PF_WRITE);
	lg_forget_insn_page(g);
	t->sptes[index] = lg_spte_of_walk(g, w);
	lg_context_note(t, index, w->gpte);
	LG_EVENT(pages, g, LG_PAGES_FILL, va.a, 0);
	if (!(error & LG_PF_WRITE))
		fill_around(g, va, w, t, g->around_local);
}

bool lg_tlb_fill_short(struct lg_guest *g, gva_t va, u32 error, struct lg_walk *w)
{
	struct lg_local_table *t = g->privileged->contexts.running[lg_dir_index(va)];

	if (!t || t->gpde != w->gpde || is_global(g, w->gpte) ||
	    lg_tables_watched(g, w->gpte & LG_PTE_FRAME))
		return false;
	fill_local(g, va, error, w, t);
	return true;
}

static bool fill(struct lg_guest *g, gva_t va, u32 error, struct lg_walk *w)
{
	struct lg_privileged *p = g->privileged;
	u32 slot = lg_dir_index(va);

	if (unlikely(g->linear))
		return lg_fill_walked(g, va, error, w);
	if (is_global(g, w->gpte))
		return fill_global(g, va, error, w);
	if (unlikely(test_bit(slot, p->global)))
		return fill_mixed(g, va, error, w);
	if (!lg_context_table(g, slot, w->gpde))
		return false;
	fill_local(g, va, error, w, p->contexts.running[slot]);
	return true;
}

bool lg_tlb_fill(struct lg_guest *g, gva_t va, u32 error, struct lg_walk *w)
{
	u32 watched = lg_tables_watched(g, w->gpte & LG_PTE_FRAME);

	if (!fill(g, va, error, w))
		return false;
	if (likely(!watched))
		return true;
	if (error & LG_PF_WRITE)
		lg_tables_written(g, va, watched);
	else
		*lg_spte(g, va) &= ~LG_PTE_RW;
	return true;
}

static void drop_local(struct lg_guest *g, u32 slot)
{
	u32 *spte = lg_spte(g, GVA(slot << 22)), i;

	for (i = 0; spte && i < 1024; i++)
		if (!(spte[i] & LG_SPTE_GLOBAL))
			spte[i] = 0;
}

static void drop_mixed(struct lg_guest *g)
{
	struct lg_privileged *p = g->privileged;
	u32 slot;

	for_each_set_bit(slot, p->mixed, lg_region_va >> 22)
		drop_local(g, slot);
	bitmap_zero(p->mixed, 1024);
	p->drops &= ~LG_DROP_MIXED;
}

static noinline void drop(struct lg_guest *g, u32 root)
{
	u32 drops = g->privileged->drops;

	if (drops & LG_DROP_MIXED)
		drop_mixed(g);
	if (drops & LG_DROP_CONTEXT)
		lg_context_replace(g, root);
}

void lg_tlb_flush(struct lg_guest *g)
{
	struct lg_privileged *p = g->privileged;

	lg_contexts_flush(g);
	lg_flush_all(g);
	bitmap_zero(p->mixed, 1024);
	bitmap_zero(p->global, 1024);
}

void lg_tlb_load_cr3(struct lg_guest *g, u32 cr3)
{
	gpa_t root = GPA(cr3 & LG_PTE_FRAME);

	if (g->linear) {
		lg_new_pgtable(g, root);
		if (lg_ended(g))
			return;
		lg_tlb_flush(g);
	} else if (!lg_set_root(g, root)) {
		return;
	}
	lg_forget_insn_page(g);
	if (unlikely(g->privileged->drops))
		drop(g, root.a);
	lg_context_load(g, root.a);
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

void lg_tlb_protect_watched(struct lg_guest *g)
{
	u32 slot, i;

	lg_contexts_forget(g);
	for (slot = 0; slot < lg_region_va >> 22; slot++) {
		u32 *spte = lg_spte(g, GVA(slot << 22));

		for (i = 0; spte && i < 1024; i++)
			if (spte[i] & LG_PTE_RW && is_watched_frame(g, spte[i] & LG_PTE_FRAME))
				spte[i] &= ~LG_PTE_RW;
	}
}

void lg_tlb_init(struct lg_guest *g, u32 policy)
{
	const struct policy *p = &policies[policy];

	g->privileged->has_pge = p->has_pge;
	g->privileged->drops = p->drops;
	g->around_local = p->around_local;
	g->around_global = p->around_global;
}
