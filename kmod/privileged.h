/* SPDX-License-Identifier: GPL-2.0 */
/*
 * privileged.h - a Guest that uses privileged instructions (LG_CREATE_PRIVILEGED): the Host's
 * model of the Guest's CPU.
 *
 * Nothing here is what the real CPU uses.  The Guest's values reach it in the same way as those of
 * hypercalls: descriptors and gates through kmod/check.h into lg_guest.gdt and .idt, addresses
 * through the shadow.
 */
#ifndef KMOD_PRIVILEGED_H
#define KMOD_PRIVILEGED_H

#include "context.h"
#include "lg.h"

/* Which of the Guest's tables has been written to since it was last read. */
#define LG_DIRTY_GDT	1u
#define LG_DIRTY_IDT	2u
#define LG_DIRTY_LDT	4u	/* the copy has entries for a segment register's sake */

/* What a load of CR3 drops whatever the Guest's tables say: what is not global in slots that are;
 * all that was filled in from the directory before. */
#define LG_DROP_MIXED		1u
#define LG_DROP_CONTEXT		2u

#define LG_WATCHED_PAGES	4	/* two for each table, which may lie across a border */
#define LG_WRITTEN_PAGES	8

/* The bits of CR0 and CR4 that the Host looks at (Intel SDM 3A, "Control Registers"). */
#define LG_CR0_PE	0x00000001u
#define LG_CR0_EM	0x00000004u
#define LG_CR0_TS	0x00000008u
#define LG_CR0_ET	0x00000010u
#define LG_CR0_PG	0x80000000u
#define LG_CR4_PGE	0x00000080u
/* What a kernel may set with the CPUID that it sees: TSD, PGE (if it is shown), OSFXSR,
 * OSXMMEXCPT. */
#define LG_CR4_ALLOWED	0x00000684u

struct lg_table_register {
	u32 base, limit;
};

/* ldt.c: an entry of the copy that is the old table's, and what the new one has there. */
struct lg_ldt_kept {
	u32 entry;
	u64 descriptor;
};

struct lg_ldt {
	u32 count;			/* entries of the Guest's table at its LLDT */
	u32 live;			/* and of the copy */
	u32 nr_kept;
	struct lg_ldt_kept kept[4];	/* DS, ES, FS and GS may each hold one */
	unsigned long pages[LG_LDT_PAGES];	/* of the copy, at LG_LDT_VA; 0: not needed yet */
};

struct lg_privileged {
	unsigned long shared_page;	/* lguest_data, at LG_SHARED_VA */
	u32 *table;			/* and the page table that maps it and the LDT */
	u32 cr0, cr3, cr4;
	u32 dr[8];			/* 4 and 5 are 6 and 7 */
	struct lg_table_register gdt, idt;
	struct lg_ldt ldt;
	enum lg_privileged_insn insn;	/* the last that was begun */
	u32 tss_base;			/* 0: none yet */

	/* A page that holds a table is read-only in the shadow until the Guest writes to
	 * it; from then to the next exit it is writable, and the table dirty. */
	u32 watched[LG_WATCHED_PAGES];	/* Guest-physical, or LG_NO_PAGE */
	u32 written[LG_WRITTEN_PAGES];	/* where in the shadow they are writable */
	u32 nr_written;			/* may be one too many: then look everywhere */
	u32 dirty;			/* LG_DIRTY_* */
	u32 gs;				/* put away while the TLS is dirty; 0: nothing */
	u32 read_again;			/* LG_DIRTY_*: at this exit */
	bool gs_back;			/* at this exit */

	/* The first instructions of the handler of system calls, up to the one that turns
	 * the virtual IF off: [from, to]. */
	u32 syscall_from, syscall_to;

	struct lg_contexts contexts;
	/* Slots of the shadow with a global entry; and of these the ones in which there may be
	 * others, which a load of CR3 drops. */
	DECLARE_BITMAP(global, 1024);
	DECLARE_BITMAP(mixed, 1024);
	u8 drops;			/* LG_DROP_* */
	bool has_pge;			/* CPUID shows it */
};

/* Whether the page at pa must not be written to unseen: LG_DIRTY_* of the tables it holds. */
static inline u32 lg_tables_watched(struct lg_guest *g, u32 pa)
{
	const u32 *pages = g->privileged->watched;

	return (pages[0] == pa || pages[1] == pa ? LG_DIRTY_GDT : 0) |
	       (pages[2] == pa || pages[3] == pa ? LG_DIRTY_IDT : 0);
}

/* privileged.c: deliver a trap through the Guest's own gate; a page fault with CR2. */
void lg_raise(struct lg_guest *g, u8 vector, u32 error);
void lg_raise_page_fault(struct lg_guest *g, u32 va, u32 error);

/* tables.c: the Guest's GDT, IDT and TSS, where it keeps them. */
void lg_tables_init(struct lg_guest *g);
void lg_tables_lgdt(struct lg_guest *g, u32 base, u32 limit);
void lg_tables_lidt(struct lg_guest *g, u32 base, u32 limit);
/* LTR.  False: no 32-bit TSS that is free, present and whole. */
bool lg_tables_ltr(struct lg_guest *g, u32 selector);
/* The ring-1 stack is the ring-0 stack of the Guest's TSS.  False kills. */
bool lg_tables_stack(struct lg_guest *g);
/* The Guest stores to a watched page, which the shadow has at va and has made writable. */
void lg_tables_written(struct lg_guest *g, gva_t va, u32 which);
void lg_tables_read_again(struct lg_guest *g);
/* A fault with an error code that names a selector. */
#define LG_FAULT(vector, selector)	((vector) << 16 | ((selector) & 0xfffc))

/* ldt.c: LLDT; the LG_FAULT that it raises, or 0.  What was kept and is held no more becomes what
 * the new table has.  What the copy has for a selector: 0 beyond its end. */
u32 lg_ldt_load(struct lg_guest *g, u32 selector);
void lg_ldt_let_go(struct lg_guest *g);
u64 lg_ldt_entry(struct lg_guest *g, u32 selector);
void lg_ldt_free(struct lg_guest *g);

/* The live descriptor of a selector, 0 if there is none. */
static inline u64 lg_descriptor(struct lg_guest *g, u32 selector)
{
	if (selector & 4)
		return lg_ldt_entry(g, selector);
	return selector / 8 < LG_GDT_ENTRIES ? g->gdt[selector / 8] : 0;
}

/* tlb.c: the shadow, as the TLB of such a Guest. */
struct lg_walk;
void lg_tlb_init(struct lg_guest *g, u32 policy);
/* Fill in what lg_check_access has allowed; false has killed the Guest.  Its tables may be
 * written to only where that is seen. */
bool lg_tlb_fill(struct lg_guest *g, gva_t va, u32 error, struct lg_walk *w);
/* What needs no memory of the Host's and changes nothing but one table of the shadow: nearly all
 * of a program's.  False: nothing is done. */
bool lg_tlb_fill_short(struct lg_guest *g, gva_t va, u32 error, struct lg_walk *w);
/* The directory takes effect: paging goes on, or is on. */
void lg_tlb_load_cr3(struct lg_guest *g, u32 cr3);
void lg_tlb_flush(struct lg_guest *g);
void lg_tlb_drop(struct lg_guest *g, gva_t va);
void lg_tlb_protect(struct lg_guest *g, gva_t va);
/* Wherever the shadow has the watched pages, it has them read-only; what is put away is not
 * looked through. */
void lg_tlb_protect_watched(struct lg_guest *g);

#endif
