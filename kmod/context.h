/* SPDX-License-Identifier: GPL-2.0 */
/*
 * context.h - what the shadow has filled in from one page directory of a privileged Guest,
 * kept while another is loaded.
 */
#ifndef KMOD_CONTEXT_H
#define KMOD_CONTEXT_H

#include <linux/types.h>

#define LG_CONTEXTS	16
/* Of all contexts of a Guest together: 4 MB of addresses each, and three pages of the Host's
 * memory. */
#define LG_LOCAL_TABLES	128
/* So many are compared with interrupts off, with 1,024 entries each at most. */
#define LG_SHORT_TABLES	16

/*
 * A shadow page table of one directory, and what the Guest's tables said when its entries were
 * filled in.  An entry without its gpte does not exist: whoever fills one in notes it here.
 */
struct lg_local_table {
	struct lg_local_table *next;
	u32 *sptes;
	u32 slot;
	u32 gpde;
	u32 count;
	u16 used[1024];			/* the indices of `count` entries that may be there */
	u32 gptes[1024];		/* 0: not in `used` */
};

struct lg_context {
	u32 root;			/* Guest-physical; LG_NO_PAGE: none */
	struct lg_local_table *tables;
	u32 nr_tables;
};

struct lg_contexts {
	struct lg_context all[LG_CONTEXTS];
	struct lg_context *order[LG_CONTEXTS];	/* by their last use, the running one first */
	struct lg_local_table *running[1024];	/* by slot, of the running one */
	struct lg_local_table *spare;	/* empty ones */
	u32 nr_tables;
};

struct lg_guest;

void lg_contexts_init(struct lg_contexts *c);
void lg_contexts_free(struct lg_guest *g);
/* Forget all that is put away. */
void lg_contexts_forget(struct lg_guest *g);
/* Forget all that is put away, and what is in the running directory's own slots. */
void lg_contexts_flush(struct lg_guest *g);
/* Whether the load is short enough to be done with interrupts off. */
bool lg_context_load_is_short(struct lg_guest *g, u32 root);
/* The Guest has loaded CR3: what is in place is what `root` says at this moment, or nothing. */
void lg_context_load(struct lg_guest *g, u32 root);
/* Drop what is in the running directory's own slots; they are root's from now on.  The load that
 * follows puts nothing away and finds nothing to compare. */
void lg_context_replace(struct lg_guest *g, u32 root);
/* Have a table of the running directory in `slot`, for entries below gpde.  False has killed
 * the Guest. */
bool lg_context_table(struct lg_guest *g, u32 slot, u32 gpde);
/* A global entry comes into the slot: the table stays in place from now on. */
void lg_context_share(struct lg_guest *g, u32 slot);

/* The entry has been filled in by gpte, which is not 0. */
static inline void lg_context_note(struct lg_local_table *t, u32 index, u32 gpte)
{
	if (!t->gptes[index])
		t->used[t->count++] = index;
	t->gptes[index] = gpte;
}

#endif
