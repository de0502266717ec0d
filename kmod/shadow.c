// SPDX-License-Identifier: GPL-2.0
/*
 * shadow.c - the page tables that the CPU really uses while a Guest runs.
 *
 * A Guest starts in linear mode: virtual is physical, filled in on demand.  Its first
 * NEW_PGTABLE names a directory of its own; from then on the Host keeps shadows of up
 * to LG_SHADOW_DIRS of them and fills each entry when the Guest first faults on it.
 *
 * Every entry of a shadow names a page of the Guest's pinned window, a page table of
 * ours, or the Switcher.  The TLB needs no care: each entry to a Guest loads CR3 and
 * nothing is global, so what is changed here is seen at the next entry.
 */
#include "lg.h"
#include "check.h"
#include "shadow.h"
#include "trace.h"

#define LINEAR_FLAGS	(LG_PTE_PRESENT | LG_PTE_RW | LG_PTE_USER | LG_PTE_ACCESSED | \
			 LG_PTE_DIRTY)

static u32 *table_of(u32 spde)
{
	return __va(spde & LG_PTE_FRAME);
}

/* One past the last directory slot that a Guest may fill. */
static u32 guest_slots(void)
{
	return lg_region_va >> 22;
}

/* Returns how many page tables were freed: 0 or 1. */
static u32 free_slot(struct lg_guest *g, u32 *dir, u32 index)
{
	lg_forget_insn_page(g);
	if (!(dir[index] & LG_PTE_PRESENT))
		return 0;
	free_page((unsigned long)table_of(dir[index]));
	dir[index] = 0;
	return 1;
}

static u32 free_slots(struct lg_guest *g, u32 *dir, u32 end)
{
	u32 i, freed = 0;

	for (i = 0; i < end; i++)
		freed += free_slot(g, dir, i);
	return freed;
}

/* The shadow entry for va, with its table made if need be; NULL kills. */
static u32 *spte_make(struct lg_guest *g, gva_t va)
{
	u32 *spde = &g->dir[lg_dir_index(va)];
	unsigned long table;

	if (!(*spde & LG_PTE_PRESENT)) {
		table = get_zeroed_page(GFP_KERNEL_ACCOUNT);
		if (!table) {
			kill_guest(g, "no memory for a shadow page table");
			return NULL;
		}
		*spde = __pa(table) | LG_SHADOW_TABLE_FLAGS;
	}
	return &table_of(*spde)[lg_table_index(va)];
}

/* The shadow entry for va if its table exists. */
static u32 *spte_find(u32 *dir, gva_t va)
{
	u32 spde = dir[lg_dir_index(va)];

	return spde & LG_PTE_PRESENT ? &table_of(spde)[lg_table_index(va)] : NULL;
}

/* Linear mode: a present entry for every page of memory and of the device window. */
static u32 linear_gpte(struct lg_guest *g, gva_t va)
{
	if (va.a >> 12 >= g->nr_pages + g->device_pages)
		return 0;
	return (va.a & LG_PTE_FRAME) | LINEAR_FLAGS;
}

/* An entry of a directory that is_directory has let in, or of a table that lg_check_gpde has. */
static __always_inline u32 read_table(struct lg_guest *g, gpa_t table, u32 index)
{
	u32 *host = lg_map(g, table), entry = READ_ONCE(host[index]);

	lg_unmap(host);
	return entry;
}

/* Read the Guest's own entry for va; false kills or means not present. */
static __always_inline bool walk_guest(struct lg_guest *g, gva_t va, struct lg_walk *w)
{
	u32 gpde;

	if (unlikely(g->linear)) {
		w->gpte = linear_gpte(g, va);
		w->flags = w->gpte & LG_PTE_LOW;
		return w->gpte;
	}
	gpde = read_table(g, g->shadows[g->current_shadow].root, lg_dir_index(va));
	if (!(gpde & LG_PTE_PRESENT))
		return false;
	if (!lg_check_gpde(gpde, g->limit)) {
		kill_guest(g, "bad page directory entry %#x for %#x", gpde, va.a);
		return false;
	}
	w->gpte_pa = GPA((gpde & LG_PTE_FRAME) + lg_table_index(va) * 4);
	w->gpte = read_table(g, GPA(gpde & LG_PTE_FRAME), lg_table_index(va));
	if (!(w->gpte & LG_PTE_PRESENT))
		return false;
	w->flags = w->gpte & gpde;
	w->gpde = gpde;
	if (lg_check_gpte(w->gpte, g->nr_pages, g->device_pages))
		return true;
	kill_guest(g, "bad page table entry %#x for %#x", w->gpte, va.a);
	return false;
}

bool lg_guest_table(struct lg_guest *g, gva_t va, u32 *gpde)
{
	if (g->linear || va.a >= lg_region_va)
		return false;
	*gpde = read_table(g, g->shadows[g->current_shadow].root, lg_dir_index(va));
	return (*gpde & LG_PTE_PRESENT) && lg_check_gpde(*gpde, g->limit);
}

static __always_inline enum lg_fill check_access(struct lg_guest *g, gva_t va, u32 error,
						 struct lg_walk *w)
{
	if (va.a >= lg_region_va || !walk_guest(g, va, w))
		return LG_FILL_REFLECT;
	if (((error & LG_PF_WRITE) && !(w->flags & LG_PTE_RW)) ||
	    ((error & LG_PF_USER) && !(w->flags & LG_PTE_USER))) {
		/* It is there, though perhaps not in the shadow. */
		g->regs->error |= LG_PF_PRESENT;
		return LG_FILL_REFLECT;
	}
	return lg_is_device(g, w->gpte) ? LG_FILL_DEVICE : LG_FILL_DONE;
}

/* Rights are those of both levels together; the shadow's directory always allows, so the
 * shadow's table entry carries them. */
static __always_inline bool fill_walked(struct lg_guest *g, gva_t va, u32 error,
					struct lg_walk *w)
{
	u32 *spte = spte_make(g, va);

	if (!spte)
		return false;
	lg_mark_used(g, w, error & LG_PF_WRITE);
	lg_forget_insn_page(g);
	*spte = lg_spte_of_walk(g, w);
	LG_EVENT(pages, g, LG_PAGES_FILL, va.a, 0);
	return true;
}

enum lg_fill lg_demand_fill(struct lg_guest *g, gva_t va, u32 error, gpa_t *pa)
{
	struct lg_walk w;
	enum lg_fill fill = check_access(g, va, error, &w);

	if (fill == LG_FILL_DEVICE)
		*pa = GPA((w.gpte & LG_PTE_FRAME) | (va.a & ~LG_PTE_FRAME));
	else if (fill == LG_FILL_DONE && !fill_walked(g, va, error, &w))
		return LG_FILL_REFLECT;
	return fill;
}

/* Where the Guest's own tables put va; NULL if they do not, or forbid a write.  Not inline: the
 * way that is taken nearly always needs no frame. */
static noinline void *map_by_walk(struct lg_guest *g, gva_t va, bool write)
{
	struct lg_walk w;

	if (!walk_guest(g, va, &w) || lg_is_device(g, w.gpte))
		return NULL;
	if (write) {
		if (!(w.flags & LG_PTE_RW))
			return NULL;
		lg_mark_used(g, &w, true);
	}
	return lg_map(g, GPA((w.gpte & LG_PTE_FRAME) | (va.a & ~LG_PTE_FRAME)));
}

const u8 *lg_insn_page(struct lg_guest *g, gva_t va)
{
	u32 *spte = va.a < lg_region_va ? spte_find(g->dir, va) : NULL;

	if (!spte || !(*spte & LG_PTE_PRESENT) ||
	    (*spte & LG_PTE_FRAME) >= __pa_nodebug(high_memory))
		return NULL;
	return __va(*spte & LG_PTE_FRAME);
}

bool lg_has_table(struct lg_guest *g, gva_t va)
{
	return va.a < lg_region_va && spte_find(g->dir, va);
}

/* Only where the shadow does not reach are the Guest's own tables walked. */
void *lg_map_va(struct lg_guest *g, gva_t va, bool write)
{
	void *host = lg_map_shadowed(g, va, write);

	if (likely(host))
		return host;
	return va.a < lg_region_va ? map_by_walk(g, va, write) : NULL;
}

bool lg_copy_va(struct lg_guest *g, gva_t va, void *host, u32 bytes, bool write)
{
	u32 part;
	void *guest;

	for (; bytes; bytes -= part, va.a += part, host += part) {
		part = min_t(u32, bytes, PAGE_SIZE - (va.a & ~PAGE_MASK));
		guest = lg_map_va(g, va, write);
		if (!guest)
			return false;
		if (write)
			memcpy(guest, host, part);
		else
			memcpy(host, guest, part);
		lg_unmap(guest);
	}
	return true;
}

static void use_shadow(struct lg_guest *g, u32 n)
{
	lg_forget_insn_page(g);
	g->current_shadow = n;
	g->dir = g->shadows[n].dir;
	g->cr3 = __pa(g->dir);
}

static bool find_shadow(struct lg_guest *g, gpa_t root, u32 *n)
{
	for (*n = 0; *n < LG_SHADOW_DIRS; ++*n)
		if (g->shadows[*n].dir && g->shadows[*n].root.a == root.a)
			return true;
	return false;
}

/* A free shadow, or the next in turn with what it held thrown away. */
static bool take_shadow(struct lg_guest *g, gpa_t root)
{
	u32 n = g->shadow_next, freed;

	g->shadow_next = (n + 1) % LG_SHADOW_DIRS;
	if (!g->shadows[n].dir) {
		g->shadows[n].dir = (u32 *)get_zeroed_page(GFP_KERNEL_ACCOUNT);
		if (!g->shadows[n].dir) {
			kill_guest(g, "no memory for a shadow directory");
			return false;
		}
	} else {
		freed = free_slots(g, g->shadows[n].dir, guest_slots());
		LG_EVENT(pages, g, LG_PAGES_DIR_EVICTED, g->shadows[n].root.a, freed);
	}
	LG_EVENT(pages, g, LG_PAGES_DIR_MISS, root.a, 0);
	g->shadows[n].root = root;
	use_shadow(g, n);
	return true;
}

/* The first directory: every shadow of linear mode goes, since its entries allow what the
 * Guest's tables may not.  They go last, or the stack would be filled in as it was. */
static noinline void end_linear(struct lg_guest *g, gpa_t root)
{
	g->linear = false;
	g->shadows[g->current_shadow].root = root;
	lg_flush_all(g);
}

static __always_inline bool is_directory(struct lg_guest *g, gpa_t root)
{
	return !(root.a & ~PAGE_MASK) && lg_check_range(root.a, PAGE_SIZE, g->limit);
}

void lg_new_pgtable(struct lg_guest *g, gpa_t root)
{
	u32 n;

	if (!is_directory(g, root)) {
		kill_guest(g, "bad page directory at %#x", root.a);
		return;
	}
	if (g->linear) {
		end_linear(g, root);
	} else if (find_shadow(g, root, &n)) {
		LG_EVENT(pages, g, LG_PAGES_DIR_HIT, root.a, 0);
		use_shadow(g, n);
		return;
	} else if (!take_shadow(g, root)) {
		return;
	}
	lg_pin_stack(g);
}

void lg_flush_user(struct lg_guest *g)
{
	u32 freed = free_slots(g, g->dir, min(g->kernel_address >> 22, guest_slots()));

	LG_EVENT(pages, g, LG_PAGES_FLUSH, 0, freed);
	lg_pin_stack(g);
}

void lg_flush_all(struct lg_guest *g)
{
	u32 n, freed = 0;

	for (n = 0; n < LG_SHADOW_DIRS; n++)
		if (g->shadows[n].dir)
			freed += free_slots(g, g->shadows[n].dir, guest_slots());
	LG_EVENT(pages, g, LG_PAGES_FLUSH, 0, freed);
	lg_pin_stack(g);
}

/* The rights that directory `n` gives to all of va's table, or 0. */
static u32 gpde_rights(struct lg_guest *g, u32 n, gva_t va)
{
	u32 gpde;

	if (!lg_read_word(g, GPA(g->shadows[n].root.a + lg_dir_index(va) * 4), &gpde) ||
	    !(gpde & LG_PTE_PRESENT) || !lg_check_gpde(gpde, g->limit))
		return 0;
	return gpde | ~(LG_PTE_RW | LG_PTE_USER);
}

/* Drop the entry; fill it again at once if the Guest said it has been used. */
static void shadow_pte(struct lg_guest *g, u32 n, gva_t va, u32 gpte)
{
	u32 *spte = spte_find(g->shadows[n].dir, va);

	if (!spte)
		return;
	lg_forget_insn_page(g);
	*spte = 0;
	if (!(gpte & LG_PTE_PRESENT) || !(gpte & (LG_PTE_ACCESSED | LG_PTE_DIRTY)))
		return;
	if (!lg_check_gpte(gpte, g->nr_pages, g->device_pages)) {
		kill_guest(g, "bad page table entry %#x for %#x", gpte, va.a);
		return;
	}
	gpte &= gpde_rights(g, n, va);
	if (gpte && !lg_is_device(g, gpte))
		*spte = lg_spte_for(g, gpte);
}

void lg_set_pte(struct lg_guest *g, gpa_t root, gva_t va, u32 gpte)
{
	u32 n;

	if (va.a >= lg_region_va) {
		kill_guest(g, "SET_PTE of %#x: the Switcher is at %#x and up", va.a,
			   lg_region_va);
		return;
	}
	if (g->linear)
		return;
	for (n = 0; n < LG_SHADOW_DIRS; n++)
		if (g->shadows[n].dir && (va.a >= g->kernel_address ||
					  g->shadows[n].root.a == root.a))
			shadow_pte(g, n, va, gpte);
}

void lg_set_pgd(struct lg_guest *g, gpa_t root, u32 index)
{
	u32 n;

	if (index >= guest_slots()) {
		kill_guest(g, "SET_PGD of slot %u: the Switcher has %u and up", index,
			   guest_slots());
		return;
	}
	if (find_shadow(g, root, &n)) {
		free_slot(g, g->shadows[n].dir, index);
		lg_pin_stack(g);
	}
}

static bool is_writable(struct lg_guest *g, gva_t va)
{
	u32 *spte = va.a < lg_region_va ? spte_find(g->dir, va) : NULL;

	return spte && (*spte & LG_PTE_RW);
}

void lg_pin_stack(struct lg_guest *g)
{
	gpa_t pa;
	u32 i;

	for (i = 0; i < g->stack_pages && !lg_ended(g); i++) {
		gva_t va = GVA(g->esp1 - 1 - i * PAGE_SIZE);

		if (is_writable(g, va))
			continue;
		if (lg_demand_fill(g, va, LG_PF_WRITE, &pa) != LG_FILL_DONE)
			kill_guest(g, "bad stack page %#x", va.a);
	}
}

void lg_set_stack(struct lg_guest *g, u32 ss, u32 esp, u32 pages)
{
	if ((ss & 3) != 1) {
		kill_guest(g, "bad stack segment %#x: RPL must be 1", ss);
		return;
	}
	if (pages > LG_STACK_PAGES) {
		kill_guest(g, "stack of %u pages: at most %u", pages, LG_STACK_PAGES);
		return;
	}
	g->ss1 = ss & 0xffff;
	g->esp1 = esp;
	g->stack_pages = pages;
	lg_pin_stack(g);
}

/* What tlb.c and context.c do with the shadow of a privileged Guest. */

u32 *lg_spte(struct lg_guest *g, gva_t va)
{
	return va.a < lg_region_va ? spte_find(g->dir, va) : NULL;
}

bool lg_walk(struct lg_guest *g, gva_t va, struct lg_walk *w)
{
	*w = (struct lg_walk){};
	return walk_guest(g, va, w);
}

enum lg_fill lg_check_access(struct lg_guest *g, gva_t va, u32 error, struct lg_walk *w)
{
	*w = (struct lg_walk){};
	return check_access(g, va, error, w);
}

bool lg_fill_walked(struct lg_guest *g, gva_t va, u32 error, struct lg_walk *w)
{
	return fill_walked(g, va, error, w);
}

bool lg_guest_pa(struct lg_guest *g, gva_t va, u32 *pa)
{
	struct lg_walk w;

	if (va.a >= lg_region_va || !walk_guest(g, va, &w))
		return false;
	*pa = (w.gpte & LG_PTE_FRAME) | (va.a & ~LG_PTE_FRAME);
	return true;
}

bool lg_set_root(struct lg_guest *g, gpa_t root)
{
	if (!is_directory(g, root)) {
		kill_guest(g, "bad page directory at %#x", root.a);
		return false;
	}
	g->shadows[g->current_shadow].root = root;
	return true;
}

int lg_shadow_init(struct lg_guest *g)
{
	g->linear = true;
	g->kernel_address = lg_region_va;
	g->shadows[0].dir = (u32 *)get_zeroed_page(GFP_KERNEL_ACCOUNT);
	if (!g->shadows[0].dir)
		return -ENOMEM;
	g->shadow_next = 1;
	use_shadow(g, 0);
	return 0;
}

void lg_shadow_exit(struct lg_guest *g)
{
	u32 n;

	for (n = 0; n < LG_SHADOW_DIRS; n++) {
		if (!g->shadows[n].dir)
			continue;
		free_slots(g, g->shadows[n].dir, guest_slots());
		free_page((unsigned long)g->shadows[n].dir);
	}
}

/*M:
 * A hypercall that sets a run of entries.  SET_PTE costs 392 instructions, of which 235 are the way
 * there and back (null_hypercall), so a run of n would save 235 * (n - 1).  In the way: the
 * Guest must know the run beforehand, as Linux's lazy MMU mode does; a privileged Guest has no
 * such hook.
 */

/*M:
 * 4 MB entries in the shadow, for the Guest's linear map.  A fill costs 396 instructions
 * (shadow_fill), and 4 MB take 1,024 of them, and a table.  In the way: the Guest's memory is
 * pinned page by page, and is contiguous only by luck; and one read-only page (a watched
 * table, a clean page) in the 4 MB breaks them up again.
 */
