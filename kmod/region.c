// SPDX-License-Identifier: GPL-2.0
/*
 * region.c - the Switcher region: one stretch of linear addresses, the same in the
 * Host and in every Guest, that holds the blobs' text and each CPU's pages.
 *
 * In the Host it lies in the unused slack between the CPU entry area and the fixmap.
 * The page table there exists from boot and every process shares it, so mapping
 * takes no more than writing entries.  In a Guest the whole page-directory slot
 * belongs to the Switcher: a page table made in this file, one per CPU, that no Guest index
 * reaches (rule 3).
 */
#include <linux/highmem.h>
#include <linux/io.h>
#include <linux/mm.h>
#include <linux/moduleparam.h>
#include <linux/random.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/smp.h>
#include <asm/cpu_entry_area.h>
#include <asm/desc.h>
#include <asm/fixmap.h>
#include <asm/pgtable.h>
#include <asm/tlbflush.h>
#include "lg.h"
#include "check.h"
#include "resident.h"
#define LG_DEFINE_BLOBS
#include "lg-variants.h"

DEFINE_PER_CPU(struct lg_cpu, lg_cpus);

/* A Guest may map nothing from the slot of the CPU entry area up: that slot and the
 * one of the region are the Switcher's (reserve_mem tells the Guest). */
u32 lg_region_va;
u32 lg_switcher_slot, lg_alias_slot;

#define SLOT_BYTES	(1u << 22)
#define BLOBS		ARRAY_SIZE(lg_blobs)
#define HOST_PAGE	(__PAGE_KERNEL & ~_PAGE_GLOBAL)

static u32 region_base, region_pages;
static struct page *text_pages[BLOBS];

/*
 * Which of the region's text pages a blob takes is drawn from `layout`, so that an experiment
 * can vary it from load to load; 0 leaves them in their order.  `first` names a blob that
 * takes the first page whatever was drawn, so that several may be measured in the same page.
 */
static unsigned int layout;
module_param(layout, uint, 0444);
MODULE_PARM_DESC(layout, "seed of the order of the Switcher's text pages (0: as built)");
static char *first;
module_param(first, charp, 0444);
MODULE_PARM_DESC(first, "VARIANT.TWIN: the blob that takes the first of these pages");
static u8 text_slot[BLOBS];

static u32 text_va(unsigned int blob)
{
	return region_base + text_slot[blob] * PAGE_SIZE;
}

static void draw_slots(void)
{
	u32 drawn = layout;
	unsigned int i;

	for (i = 0; i < BLOBS; i++)
		text_slot[i] = i;
	for (i = BLOBS; layout && i > 1; i--) {
		drawn = next_pseudo_random32(drawn);
		swap(text_slot[i - 1], text_slot[(drawn >> 8) % i]);
	}
}

/* Swap the blob in the first page with the one that is to have it. */
static int settle_first(void)
{
	char name[LG_NAME_BYTES + 8];
	unsigned int i, holder = 0, wanted = BLOBS;

	for (i = 0; first && i < BLOBS; i++) {
		snprintf(name, sizeof(name), "%s.%s", lg_blobs[i]->name,
			 lg_blobs[i]->twin ? "probed" : "plain");
		if (!strcmp(name, first))
			wanted = i;
		if (!text_slot[i])
			holder = i;
	}
	if (!first)
		return 0;
	if (wanted == BLOBS) {
		pr_err("switchyard: first=%s: no such blob; write VARIANT.plain or VARIANT.probed\n",
		       first);
		return -EINVAL;
	}
	swap(text_slot[wanted], text_slot[holder]);
	return 0;
}

static u32 cpu_page_va(unsigned int cpu, unsigned int page)
{
	return region_base + (BLOBS + cpu * LG_CPU_PAGES + page) * PAGE_SIZE;
}

const struct lg_blob *lg_blob_at(u32 index, u32 twin)
{
	unsigned int i;

	for (i = 0; i < BLOBS; i++)
		if (lg_blobs[i]->twin == twin && !index--)
			return lg_blobs[i];
	return NULL;
}

const struct lg_blob *lg_blob_find(const char *name, u32 twin)
{
	unsigned int i;

	for (i = 0; i < BLOBS; i++)
		if (lg_blobs[i]->twin == twin && !strcmp(lg_blobs[i]->name, name))
			return lg_blobs[i];
	return NULL;
}

u32 lg_blob_va(const struct lg_blob *blob)
{
	unsigned int i;

	for (i = 0; i < BLOBS; i++)
		if (lg_blobs[i] == blob)
			break;
	return text_va(i);
}

static pte_t *region_pte(u32 va)
{
	unsigned int level;
	pte_t *pte = lookup_address(va, &level);

	return pte && level == PG_LEVEL_4K ? pte : NULL;
}

static bool page_is_free(u32 va)
{
	pte_t *pte = region_pte(va);

	return pte && pte_none(*pte);
}

/* Find `region_pages` unmapped pages in one slot, below the fixmap and two pages
 * clear of the CPU entry area. */
static int find_region(void)
{
	u32 end = FIXADDR_TOT_START;
	u32 va = CPU_ENTRY_AREA_BASE + CPU_ENTRY_AREA_TOTAL_SIZE + 2 * PAGE_SIZE;
	u32 run = 0;

	region_pages = BLOBS + nr_cpu_ids * LG_CPU_PAGES;
	for (; va < end && run < region_pages; va += PAGE_SIZE) {
		if (!(va & (SLOT_BYTES - 1)))
			run = 0;
		run = page_is_free(va) ? run + 1 : 0;
	}
	if (run < region_pages) {
		pr_err("switchyard: no %u free pages between the CPU entry area and the fixmap: boot with fewer possible CPUs (nr_cpus=)\n",
		       region_pages);
		return -ENOSPC;
	}
	region_base = va - region_pages * PAGE_SIZE;
	lg_switcher_slot = region_base / SLOT_BYTES;
	lg_alias_slot = CPU_ENTRY_AREA_BASE / SLOT_BYTES;
	lg_region_va = lg_alias_slot * SLOT_BYTES;
	return 0;
}

static void map_page(u32 va, struct page *page, u32 prot)
{
	set_pte(region_pte(va), pfn_pte(page_to_pfn(page), __pgprot(prot)));
}

static int map_text(unsigned int i)
{
	text_pages[i] = alloc_page(GFP_KERNEL | __GFP_ZERO);
	if (!text_pages[i])
		return -ENOMEM;
	memset(page_address(text_pages[i]), 0xcc, PAGE_SIZE);
	memcpy(page_address(text_pages[i]), lg_blobs[i]->text, lg_blobs[i]->bytes);
	map_page(text_va(i), text_pages[i], HOST_PAGE & ~_PAGE_RW);
	return 0;
}

static void set_table(struct lg_table *table, u32 base, u16 bytes)
{
	table->base = base;
	table->limit = bytes - 1;
}

/* The Host keeps its tables of CPU `cpu` in that CPU's entry area, and one IDT. */
static void fill_state(unsigned int cpu, struct lg_state *state, u32 state_va)
{
	struct cpu_entry_area *area = get_cpu_entry_area(cpu);
	tss_desc tss;

	set_table(&state->host_gdt, (u32)&area->gdt, GDT_SIZE);
	set_table(&state->host_idt, CPU_ENTRY_AREA_RO_IDT, IDT_ENTRIES * 8);
	set_table(&state->guest_gdt, state_va + offsetof(struct lg_state, gdt),
		  sizeof(state->gdt));
	set_table(&state->guest_idt, state_va + offsetof(struct lg_state, idt),
		  sizeof(state->idt));
	lg_resident_state_init(state, (u32)&area->tss);
	state->host_tss_access = (u32)&area->gdt + LG_TSS_ENTRY * 8 + 5;
	state->tss.esp0 = state_va - PAGE_SIZE + LG_REGS_TOP;
	state->tss.ss0 = LG_SWITCHER_DS;
	/* Beyond the limit: every port faults at ring 1 and 3. */
	state->tss.io_bitmap = sizeof(state->tss);
	set_tssldt_descriptor(&tss, state_va + offsetof(struct lg_state, tss),
			      DESC_TSS, sizeof(state->tss) - 1);
	memcpy(&state->gdt[LG_TSS_ENTRY], &tss, 8);
	state->gdt[LG_SWITCHER_CS_ENTRY] = LG_SWITCHER_CODE;
	state->gdt[LG_SWITCHER_DS_ENTRY] = LG_SWITCHER_DATA;
}

/* The page table that a Guest on this CPU sees: all text, this CPU's state page
 * read-only, and (at copy-in) the Guest's regs page. */
static int make_table(unsigned int cpu, struct lg_cpu *lc)
{
	u32 start = region_base >> PAGE_SHIFT & 1023;
	unsigned int i;

	lc->table = (u32 *)get_zeroed_page(GFP_KERNEL);
	if (!lc->table)
		return -ENOMEM;
	for (i = 0; i < BLOBS; i++)
		lc->table[start + text_slot[i]] = page_to_phys(text_pages[i]) |
				       LG_PTE_PRESENT | LG_PTE_ACCESSED;
	lc->regs_index = lc->regs_va >> PAGE_SHIFT & 1023;
	lc->table[lc->regs_index + LG_CPU_STATE - LG_CPU_REGS] =
		page_to_phys(lc->state_page) | LG_PTE_PRESENT | LG_PTE_ACCESSED;
	lc->pde = __pa(lc->table) | LG_PTE_PRESENT | LG_PTE_RW | LG_PTE_ACCESSED;
	return 0;
}

/* A Guest's table page where, in the Host, this CPU's own lies.  Most entry areas share
 * the first slot; those of high CPUs reach into the Switcher's, and all of them lie there where
 * the kernel is made for few CPUs. */
static void map_alias(struct lg_cpu *lc, u32 va, unsigned long page)
{
	u32 *table = va / SLOT_BYTES == lg_switcher_slot ? lc->table : lc->alias_table;

	table[va >> PAGE_SHIFT & 1023] = __pa(page) | LG_PTE_PRESENT | LG_PTE_ACCESSED;
}

static void fill_alias(struct lg_cpu *lc)
{
	struct lg_tables *tables = &lc->tables[1];

	tables->idt = (u64 *)lc->alias_pages[0];
	tables->gdt = (u64 *)lc->alias_pages[1];
	tables->tss = (struct lg_tss *)lc->alias_pages[2];
	*tables->tss = lc->state->tss;
	/* TR keeps the Host's limit, which covers its bitmap; this is beyond it. */
	tables->tss->io_bitmap = 0xffff;
	tables->gdt[LG_SWITCHER_CS_ENTRY] = lc->state->gdt[LG_SWITCHER_CS_ENTRY];
	tables->gdt[LG_SWITCHER_DS_ENTRY] = lc->state->gdt[LG_SWITCHER_DS_ENTRY];
}

/* Lever alias_tables: pages for IDT, GDT and TSS at the Host's own addresses. */
static int make_alias(unsigned int cpu, struct lg_cpu *lc)
{
	struct cpu_entry_area *area = get_cpu_entry_area(cpu);
	unsigned int i;

	lc->alias_table = (u32 *)get_zeroed_page(GFP_KERNEL);
	if (!lc->alias_table)
		return -ENOMEM;
	for (i = 0; i < ARRAY_SIZE(lc->alias_pages); i++) {
		lc->alias_pages[i] = get_zeroed_page(GFP_KERNEL);
		if (!lc->alias_pages[i])
			return -ENOMEM;
	}
	map_alias(lc, CPU_ENTRY_AREA_RO_IDT, lc->alias_pages[0]);
	map_alias(lc, (u32)&area->gdt, lc->alias_pages[1]);
	map_alias(lc, (u32)&area->tss, lc->alias_pages[2]);
	lc->alias_pde = lg_alias_slot == lg_switcher_slot ? lc->pde :
			__pa(lc->alias_table) | LG_PTE_PRESENT | LG_PTE_RW | LG_PTE_ACCESSED;
	fill_alias(lc);
	return 0;
}

static int map_cpu(unsigned int cpu)
{
	struct lg_cpu *lc = &per_cpu(lg_cpus, cpu);
	unsigned int i;

	for (i = 0; i < 2; i++) {
		lc->stack[i] = alloc_page(GFP_KERNEL | __GFP_ZERO);
		if (!lc->stack[i])
			return -ENOMEM;
		map_page(cpu_page_va(cpu, LG_CPU_STACK + i), lc->stack[i], HOST_PAGE);
	}
	lc->state_page = alloc_page(GFP_KERNEL | __GFP_ZERO);
	if (!lc->state_page)
		return -ENOMEM;
	map_page(cpu_page_va(cpu, LG_CPU_STATE), lc->state_page, HOST_PAGE);
	lc->state = (struct lg_state *)cpu_page_va(cpu, LG_CPU_STATE);
	lc->regs_va = cpu_page_va(cpu, LG_CPU_REGS);
	lc->exit_sp = lc->regs_va + LG_REGS_OFFSET;
	lc->shared_va = cpu_page_va(cpu, LG_CPU_SHARED);
	fill_state(cpu, lc->state, (u32)lc->state);
	lc->tables[0].idt = lc->state->idt;
	lc->tables[0].gdt = lc->state->gdt;
	lc->tables[0].tss = &lc->state->tss;
	return make_table(cpu, lc) ?: make_alias(cpu, lc);
}

static void flush_this_cpu(void *unused)
{
	__flush_tlb_all();
}

static void free_cpu(unsigned int cpu)
{
	struct lg_cpu *lc = &per_cpu(lg_cpus, cpu);
	unsigned int i;

	for (i = 0; i < 2; i++)
		if (lc->stack[i])
			__free_page(lc->stack[i]);
	if (lc->state_page)
		__free_page(lc->state_page);
	free_page((unsigned long)lc->table);
	free_page((unsigned long)lc->alias_table);
	for (i = 0; i < ARRAY_SIZE(lc->alias_pages); i++)
		free_page(lc->alias_pages[i]);
}

/* Unmap all, then flush every CPU, and only then free: the other order would leave
 * stale entries that name pages with a new owner. */
void lg_region_exit(void)
{
	unsigned int i;

	for (i = 0; i < region_pages; i++)
		set_pte(region_pte(region_base + i * PAGE_SIZE), __pte(0));
	on_each_cpu(flush_this_cpu, NULL, 1);
	for (i = 0; i < BLOBS; i++)
		if (text_pages[i])
			__free_page(text_pages[i]);
	for_each_possible_cpu(i)
		free_cpu(i);
}

/* For debugfs and the emulator's plugin: which addresses are the Switcher's text. */
void lg_region_show(struct seq_file *out)
{
	unsigned int i;

	seq_printf(out, "switcher %x %x\n", region_base, (u32)(region_base + BLOBS * PAGE_SIZE));
	for (i = 0; i < BLOBS; i++)
		seq_printf(out, "stubs %x %s %s\n", text_va(i) + lg_blobs[i]->stubs,
			   lg_blobs[i]->name, lg_blobs[i]->twin ? "probed" : "plain");
}

int lg_region_init(void)
{
	unsigned int i;
	int error;

	draw_slots();
	error = settle_first() ?: find_region();
	if (error)
		return error;
	for (i = 0; i < BLOBS && !error; i++)
		error = map_text(i);
	for_each_possible_cpu(i)
		if (!error)
			error = map_cpu(i);
	if (error)
		lg_region_exit();
	else
		on_each_cpu(flush_this_cpu, NULL, 1);
	return error;
}
