// SPDX-License-Identifier: GPL-2.0
/*
 * context.c - shadows of a privileged Guest that outlive a load of CR3.
 *
 * At a load of CR3 a CPU drops what is not global, and so must the shadow, unless it knows that
 * the Guest's tables are unchanged.  Such a Guest changes its tables by plain stores.  So what was
 * filled in from a directory is put away when another is loaded, together with the Guest's entries
 * that it was made from, and when the directory comes again each of those is compared with what
 * the Guest's memory holds now.  One that differs is dropped, as a CPU would drop all; one that is
 * equal a CPU would fill in again.
 *
 * Nothing is trusted: a put-away entry names a page of the window that was allowed when it was
 * made, and the window does not change.  That the Guest has freed the directory and uses its
 * page for another, or for data, is no special case: then the entries differ.
 *
 * Slots that hold a global entry belong to no directory and stay in place (tlb.c).
 */
#include <linux/slab.h>
#include "lg.h"
#include "privileged.h"
#include "shadow.h"
#include "trace.h"

static void detach(struct lg_guest *g, struct lg_context *context)
{
	struct lg_contexts *c = &g->privileged->contexts;
	struct lg_local_table *t;

	for (t = context->tables; t; t = t->next) {
		g->dir[t->slot] = 0;
		c->running[t->slot] = NULL;
	}
}

static void attach(struct lg_guest *g, struct lg_local_table *t)
{
	g->dir[t->slot] = __pa(t->sptes) | LG_SHADOW_TABLE_FLAGS;
	g->privileged->contexts.running[t->slot] = t;
}

static void empty(struct lg_local_table *t)
{
	u32 i;

	for (i = 0; i < t->count; i++) {
		t->sptes[t->used[i]] = 0;
		t->gptes[t->used[i]] = 0;
	}
	t->count = 0;
}

static void put_spare(struct lg_contexts *c, struct lg_local_table *t)
{
	empty(t);
	t->next = c->spare;
	c->spare = t;
}

/* The context is detached. */
static void drop_tables(struct lg_contexts *c, struct lg_context *context)
{
	struct lg_local_table *t;

	while ((t = context->tables)) {
		context->tables = t->next;
		put_spare(c, t);
	}
	context->nr_tables = 0;
}

static struct lg_context *running(struct lg_contexts *c)
{
	return c->order[0];
}

void lg_contexts_forget(struct lg_guest *g)
{
	struct lg_contexts *c = &g->privileged->contexts;
	u32 i;

	for (i = 1; i < LG_CONTEXTS; i++) {
		drop_tables(c, c->order[i]);
		c->order[i]->root = LG_NO_PAGE;
	}
}

void lg_contexts_flush(struct lg_guest *g)
{
	struct lg_contexts *c = &g->privileged->contexts;

	lg_contexts_forget(g);
	detach(g, running(c));
	drop_tables(c, running(c));
}

/* A plain read, an instruction less than READ_ONCE(): nothing is made of it but this answer. */
static __always_inline bool same(const struct lg_local_table *t, const u32 *gptes, u32 index)
{
	return gptes[index] == t->gptes[index];
}

/*
 * The first entry from the i-th on of which the Guest's table says something else now.  By
 * fours: this loop is most of what a context switch between known directories costs.
 */
static noinline u32 next_changed(const struct lg_local_table *t, const u32 *gptes, u32 i)
{
	const u16 *used = t->used + i, *end = t->used + t->count;

	while (end - used >= 4 && same(t, gptes, used[0]) && same(t, gptes, used[1]) &&
	       same(t, gptes, used[2]) && same(t, gptes, used[3]))
		used += 4;
	while (used < end && same(t, gptes, *used))
		used++;
	return used - t->used;
}

/* Those are dropped; how many there were. */
static u32 drop_changed(struct lg_local_table *t, const u32 *gptes)
{
	u32 i = 0, dropped = 0, index;

	while ((i = next_changed(t, gptes, i)) < t->count) {
		index = t->used[i];
		t->sptes[index] = 0;
		t->gptes[index] = 0;
		t->used[i] = t->used[--t->count];
		dropped++;
	}
	return dropped;
}

/* How many entries were dropped; all if the directory's entry is another. */
static u32 compare(struct lg_guest *g, u32 gpde, struct lg_local_table *t)
{
	u32 dropped = t->count;
	u32 *gptes;

	if (unlikely(gpde != t->gpde)) {
		empty(t);
		return dropped;
	}
	gptes = lg_map(g, GPA(gpde & LG_PTE_FRAME));
	dropped = drop_changed(t, gptes);
	lg_unmap(gptes);
	return dropped;
}

/* Drop a table that has no entry left, or whose slot has become global. */
static void drop_table(struct lg_guest *g, struct lg_context *context,
		       struct lg_local_table **link)
{
	struct lg_privileged *p = g->privileged;
	struct lg_local_table *t = *link;

	*link = t->next;
	context->nr_tables--;
	if (p->contexts.running[t->slot] == t) {
		p->contexts.running[t->slot] = NULL;
		g->dir[t->slot] = 0;
	}
	put_spare(&p->contexts, t);
}

static void compare_all(struct lg_guest *g, struct lg_context *context)
{
	struct lg_privileged *p = g->privileged;
	struct lg_local_table **link = &context->tables, *t;
	u32 *gpdes = lg_map(g, GPA(context->root)), dropped = 0;

	while ((t = *link)) {
		if (likely(!test_bit(t->slot, p->global)))
			dropped += compare(g, READ_ONCE(gpdes[t->slot]), t);
		else
			empty(t);
		if (unlikely(!t->count)) {
			drop_table(g, context, link);
			continue;
		}
		attach(g, t);
		link = &t->next;
	}
	lg_unmap(gpdes);
	LG_EVENT(pages, g, LG_PAGES_DIR_HIT, context->root, dropped);
}

/* The place in `order` of the directory's context, or else of the least recently used one. */
static u32 find(struct lg_contexts *c, u32 root)
{
	u32 i;

	for (i = 0; i < LG_CONTEXTS - 1; i++)
		if (c->order[i]->root == root)
			break;
	return i;
}

static void give(struct lg_guest *g, struct lg_context *context, u32 root)
{
	if (context->root != LG_NO_PAGE)
		LG_EVENT(pages, g, LG_PAGES_DIR_EVICTED, context->root, 0);
	LG_EVENT(pages, g, LG_PAGES_DIR_MISS, root, 0);
	drop_tables(&g->privileged->contexts, context);
	context->root = root;
}

bool lg_context_load_is_short(struct lg_guest *g, u32 root)
{
	struct lg_contexts *c = &g->privileged->contexts;

	return running(c)->nr_tables + c->order[find(c, root)]->nr_tables <= LG_SHORT_TABLES;
}

void lg_context_load(struct lg_guest *g, u32 root)
{
	struct lg_contexts *c = &g->privileged->contexts;
	u32 i = find(c, root);
	struct lg_context *context = c->order[i];

	if (i) {
		detach(g, running(c));
		if (unlikely(context->root != root))
			give(g, context, root);
		for (; i; i--)
			c->order[i] = c->order[i - 1];
		c->order[0] = context;
	}
	compare_all(g, context);
}

void lg_context_replace(struct lg_guest *g, u32 root)
{
	struct lg_contexts *c = &g->privileged->contexts;

	LG_EVENT(pages, g, LG_PAGES_DIR_MISS, root, 0);
	detach(g, running(c));
	drop_tables(c, running(c));
	running(c)->root = root;
}

/* False: none is free, and there is no memory. */
static struct lg_local_table *new_table(struct lg_contexts *c)
{
	struct lg_local_table *t = kzalloc(sizeof(*t), GFP_KERNEL_ACCOUNT);

	if (!t)
		return NULL;
	t->sptes = (u32 *)get_zeroed_page(GFP_KERNEL_ACCOUNT);
	if (!t->sptes) {
		kfree(t);
		return NULL;
	}
	c->nr_tables++;
	return t;
}

static struct lg_local_table *take_table(struct lg_guest *g)
{
	struct lg_contexts *c = &g->privileged->contexts;
	struct lg_local_table *t;

	if (!c->spare && c->nr_tables == LG_LOCAL_TABLES)
		lg_contexts_forget(g);
	if (!c->spare && c->nr_tables == LG_LOCAL_TABLES)
		lg_contexts_flush(g);
	t = c->spare;
	if (!t)
		return new_table(c);
	c->spare = t->next;
	return t;
}

bool lg_context_table(struct lg_guest *g, u32 slot, u32 gpde)
{
	struct lg_contexts *c = &g->privileged->contexts;
	struct lg_local_table *t = c->running[slot];

	if (likely(t && t->gpde == gpde))
		return true;
	if (t) {
		empty(t);
		t->gpde = gpde;
		return true;
	}
	t = take_table(g);
	if (!t) {
		kill_guest(g, "no memory for a shadow page table");
		return false;
	}
	t->slot = slot;
	t->gpde = gpde;
	t->next = running(c)->tables;
	running(c)->tables = t;
	running(c)->nr_tables++;
	attach(g, t);
	return true;
}

void lg_context_share(struct lg_guest *g, u32 slot)
{
	struct lg_contexts *c = &g->privileged->contexts;
	struct lg_local_table **link = &running(c)->tables, *t = c->running[slot];

	if (!t)
		return;
	while (*link != t)
		link = &(*link)->next;
	*link = t->next;
	running(c)->nr_tables--;
	c->running[slot] = NULL;
	c->nr_tables--;
	kfree(t);
}

void lg_contexts_init(struct lg_contexts *c)
{
	u32 i;

	for (i = 0; i < LG_CONTEXTS; i++) {
		c->all[i].root = LG_NO_PAGE;
		c->order[i] = &c->all[i];
	}
}

void lg_contexts_free(struct lg_guest *g)
{
	struct lg_contexts *c = &g->privileged->contexts;
	struct lg_local_table *t;

	lg_contexts_flush(g);
	while ((t = c->spare)) {
		c->spare = t->next;
		free_page((unsigned long)t->sptes);
		kfree(t);
	}
}
