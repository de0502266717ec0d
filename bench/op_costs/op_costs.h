/* SPDX-License-Identifier: GPL-2.0 */
/*
 * op_costs.h - what blocks.S and main.c agree on.
 *
 * The measured code runs with tables of its own: a copy of the kernel's GDT with the entries
 * below behind it, a copy of its IDT with our gates, and a TSS whose only use is the stack of
 * ring 0.  It runs at ring 0 or at ring 1, in the module's own pages: to paging ring 1 is a
 * supervisor.
 */
#ifndef BENCH_OP_COSTS_H
#define BENCH_OP_COSTS_H

/* Entries behind the kernel's 32 of i386 (GDT_ENTRIES in asm/segment.h; main.c checks it). */
#define OC_GDT_CS1		32
#define OC_GDT_DS1		33
#define OC_GDT_TSS		34
#define OC_GDT_LDT		35
#define OC_GDT_NR		36

#define OC_CS1			(OC_GDT_CS1 * 8 + 1)
#define OC_DS1			(OC_GDT_DS1 * 8 + 1)
#define OC_TSS			(OC_GDT_TSS * 8)
#define OC_LDT			(OC_GDT_LDT * 8)

/* Gates.  No interrupt comes while they stand, so the kernel does not miss its own. */
#define OC_VECTOR_UD		6
#define OC_VECTOR_RETURN	0xf0	/* from ring 1, for good */
#define OC_VECTOR_STAMP		0xf1	/* to ring 0, stamped, and back */
#define OC_VECTOR_STAMP1	0xf2	/* the same in ring 1 */

/* What a block needs of the CPU. */
#define OC_NEEDS_SEP		1	/* SYSENTER */
#define OC_NEEDS_PGE		2	/* global pages, in use */
#define OC_NEEDS_NO_UMIP	4	/* SLDT and its kin outside ring 0 */
#define OC_NEEDS_FXSR		8	/* FXSAVE */

/* struct oc_args */
#define OC_GDTR			0
#define OC_IDTR			8
#define OC_CR0			16
#define OC_CR2			20
#define OC_CR3			24
#define OC_CR4			28
#define OC_DR7			32
#define OC_SYSENTER_CS		36
#define OC_TSS_ACCESS		40
#define OC_PAGE			44
#define OC_AREA			48
#define OC_ARGS_SIZE		52

#define OC_BLOCK_SIZE		20	/* of struct oc_block */

#define OC_FXSAVE_BYTES		512
#define OC_MOVED_BYTES		4096

#ifndef __ASSEMBLER__
#include <linux/types.h>

/* What the measured code uses.  It is read at ring 1, too. */
struct oc_args {
	u8 gdtr[8], idtr[8];	/* operands of LGDT and LIDT: ours */
	u32 cr0, cr2, cr3, cr4, dr7, sysenter_cs;
	u32 tss_access;		/* address of the access byte of our TSS's descriptor */
	u32 page;		/* of OC_MOVED_BYTES, mapped by a page-table entry of its own */
	u32 area;		/* OC_MOVED_BYTES, aligned; the image of FXSAVE lies in it */
};

/*
 * A block: code that executes `copies` of an op between two reads of the TSC, and its twin, which
 * differs by the lack of the op.  Either answers the ticks from one read to the other.
 */
struct oc_block {
	const char *op;
	u32 (*full)(const struct oc_args *args);
	u32 (*twin)(const struct oc_args *args);
	u8 from, to;		/* ring in which the op begins, and ends */
	u8 copies, needs;
	u32 divisor;		/* ops a copy, less one: bytes of a string instruction */
};

extern const struct oc_block oc_blocks[];
extern const u32 oc_nr_blocks;

extern u32 oc_nmis;

void oc_nmi(void);
void oc_invalid_opcode(void);
void oc_return(void);
void oc_stamp(void);

/* Call a block at ring 0, or at ring 1 on the stack that ends at `stack`. */
u32 oc_at_ring0(u32 (*block)(const struct oc_args *args), const struct oc_args *args);
u32 oc_at_ring1(u32 (*block)(const struct oc_args *args), const struct oc_args *args, u32 stack);
#endif
#endif
