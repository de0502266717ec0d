/* SPDX-License-Identifier: GPL-2.0 */
/*
 * shadow.h - the parts of a fill: the walk through the Guest's own tables, what it allows, and
 * the entry that is made of it.  shadow.c fills for every Guest, tlb.c and context.c for
 * privileged ones.
 */
#ifndef KMOD_SHADOW_H
#define KMOD_SHADOW_H

#include "lg.h"

/* The error code of a page fault (Intel SDM 3A, "Page-Fault Exceptions"). */
#define LG_PF_PRESENT	1u
#define LG_PF_WRITE	2u
#define LG_PF_USER	4u

/* What an entry of a shadow directory says beside the address of its table: rights are in the
 * table's entries alone. */
#define LG_SHADOW_TABLE_FLAGS	(LG_PTE_PRESENT | LG_PTE_RW | LG_PTE_USER | LG_PTE_ACCESSED)

struct lg_walk {
	u32 gpde;			/* unused in linear mode, as gpte_pa is */
	u32 gpte;			/* 0: nothing there */
	u32 flags;			/* rights of both levels */
	gpa_t gpte_pa;			/* where gpte lies */
};

static inline u32 lg_dir_index(gva_t va)
{
	return va.a >> 22;
}

static inline u32 lg_table_index(gva_t va)
{
	return va.a >> 12 & 1023;
}

/* The entry for a page of the window, by a valid entry of the Guest's with the rights of both
 * levels. */
static __always_inline u32 lg_spte_for(struct lg_guest *g, u32 gpte)
{
	u32 flags = gpte & (LG_PTE_PRESENT | LG_PTE_RW | LG_PTE_USER | LG_PTE_ACCESSED |
			    LG_PTE_DIRTY);

	/* Read-only until the Guest writes, or its dirty bit would be late. */
	if (!(gpte & LG_PTE_DIRTY))
		flags &= ~LG_PTE_RW;
	return g->frames[gpte >> 12] | flags;
}

/* gpte with the rights that its directory entry leaves. */
static __always_inline u32 lg_gpte_within(u32 gpte, u32 gpde)
{
	return gpte & (gpde | ~(LG_PTE_RW | LG_PTE_USER));
}

static inline bool lg_is_device(struct lg_guest *g, u32 gpte)
{
	return gpte >> 12 >= g->nr_pages;
}

/* The bits that a CPU would have set in the Guest's own entry. */
static __always_inline void lg_mark_used(struct lg_guest *g, struct lg_walk *w, bool write)
{
	u32 used = w->gpte | LG_PTE_ACCESSED | (write ? LG_PTE_DIRTY : 0);

	if (used == w->gpte)
		return;
	w->gpte = used;
	lg_write_word(g, w->gpte_pa, used);
}

/* With the rights of both levels, which the walk has put together. */
static __always_inline u32 lg_spte_of_walk(struct lg_guest *g, const struct lg_walk *w)
{
	return lg_spte_for(g, lg_gpte_within(w->gpte, w->flags));
}

/*
 * The Host's address of a Guest-virtual one where the shadow maps it, or NULL.  What the shadow
 * maps is what the CPU uses, and names a page of the window and nothing else.
 */
static __always_inline void *lg_map_shadowed(struct lg_guest *g, gva_t va, bool write)
{
	u32 need = LG_PTE_PRESENT | (write ? LG_PTE_RW : 0), spde, spte;

	if (va.a >= lg_region_va)
		return NULL;
	spde = g->dir[lg_dir_index(va)];
	if (!(spde & LG_PTE_PRESENT))
		return NULL;
	spte = ((u32 *)__va(spde & LG_PTE_FRAME))[lg_table_index(va)];
	if ((spte & need) != need)
		return NULL;
	return lg_map_frame(spte & LG_PTE_FRAME) + (va.a & ~LG_PTE_FRAME);
}

/* Whether `bytes` from a on lie in one page. */
static __always_inline bool lg_in_one_page(u32 a, u32 bytes)
{
	return (a & ~PAGE_MASK) <= PAGE_SIZE - bytes;
}

/* What the Guest's own tables say of an access to va; *w is whole for all but REFLECT. */
enum lg_fill lg_check_access(struct lg_guest *g, gva_t va, u32 error, struct lg_walk *w);
/* Fill in what lg_check_access has allowed; false has killed the Guest. */
bool lg_fill_walked(struct lg_guest *g, gva_t va, u32 error, struct lg_walk *w);
/* The Guest's own entry for va; false: not present, and w->gpte says what is there. */
bool lg_walk(struct lg_guest *g, gva_t va, struct lg_walk *w);

#endif
