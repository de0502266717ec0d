/* SPDX-License-Identifier: GPL-2.0 */
/*
 * layout.h - what the Switcher and the Host's C agree on.
 *
 * The Switcher region lies at one linear address in the Host and in every Guest.
 * It holds one text page per variant and twin, then four pages per CPU:
 *
 *	+0	guard	never mapped: an overflow of the stack below faults
 *	+1	stack	Host world only: room for the Host's NMI handler
 *	+2	regs	Guest world: the running Guest's own regs page, read-write
 *			Host world: a page of stack that joins the one below
 *	+3	state	Host world: read-write; Guest world: read-only, even to
 *			ring 0 (CR0.WP), which is all that stands between a ring-1
 *			far jump and ring 0
 *
 * The Switcher finds everything from %esp alone: while it runs on the regs page,
 * %esp with its low twelve bits cleared is the regs page, and the next page is
 * the state page.
 */
#ifndef SWITCHER_LAYOUT_H
#define SWITCHER_LAYOUT_H

#include "lg/abi.h"
#include "lg/probe.h"

#define LG_BLOB_NAME_BYTES	24
#define LG_STUB_BYTES		12	/* push 0; push ~vector; jmp */
#define LG_STUBS		256
#define LG_CPU_PAGES		4
#define LG_CPU_STACK		1	/* page numbers within a CPU's four */
#define LG_CPU_REGS		2
#define LG_CPU_STATE		3

/* The Switcher's ring-0 segments, in the Host's GDT and in every Guest's. */
#define LG_SWITCHER_CS_ENTRY	10
#define LG_SWITCHER_DS_ENTRY	11
#define LG_SWITCHER_CS		(LG_SWITCHER_CS_ENTRY * 8)
#define LG_SWITCHER_DS		(LG_SWITCHER_DS_ENTRY * 8)
/* The TSS has the same selector in both worlds. */
#define LG_TSS_ENTRY		16
#define LG_TSS_SELECTOR		(LG_TSS_ENTRY * 8)
#define LG_DOUBLE_FAULT_ENTRY	31

/* The frame of the Guest's registers ends this far below the regs page's end. */
#define LG_REGS_TOP		(4096 - 16)

/* Written to regs.exit before entry; no exit can produce it (~vector can not). */
#define LG_NO_EXIT		0

/*
 * Levers: what the C side does for a variant, one do/undo pair each.  A variant
 * without a lever gets the Host's plainest safe behaviour, which is the seed's.
 * LG_VARIANT_LEVERS of a variant is 0, or some of the names LG_LEVER_NAME joined by |; the
 * build makes a run loop for each such set (scripts/variants).
 * X(bit, NAME, name)
 */
#define LG_LEVERS(X)						\
	X(0, ALWAYS_COPY,   always_copy)			\
	X(1, REFLECT_ALL,   reflect_all)			\
	X(2, LAZY_FPU,      lazy_fpu)				\
	X(3, LAZY_SYSENTER, lazy_sysenter)			\
	X(4, USER_RETURN,   user_return)			\
	X(5, PGE_TOGGLE,    pge_toggle)				\
	X(6, FAST_REENTRY,  fast_reentry)			\
	X(7, ALIAS_TABLES,  alias_tables)

#ifndef __ASSEMBLER__
#include <linux/types.h>

enum lg_lever {
#define LG_X(bit, NAME, name) LG_LEVER_##NAME = 1u << (bit),
	LG_LEVERS(LG_X)
#undef LG_X
};

/* A Guest's registers, from the lowest address up: the order of the pops. */
struct lg_regs {
	u32 fs, gs, ds, es;
	u32 ebx, ecx, esi, edi, ebp;
	u32 edx, eax;
	u32 exit;			/* ~vector */
	u32 error;			/* the CPU's, or 0 */
	u32 eip, cs, eflags, esp, ss;	/* the CPU's frame */
};

#define LG_REGS_OFFSET	(LG_REGS_TOP - sizeof(struct lg_regs))

/* The regs page of a Guest.  The Guest can write all of it at any time it runs:
 * nothing in it is an index, a pointer or a branch. */
struct lg_regs_page {
	u32 stamps[LG_NR_PROBES];	/* those taken in the Guest's world */
	u8 stack[LG_REGS_OFFSET - 4 * LG_NR_PROBES];
	struct lg_regs regs;
	u8 pad[4096 - LG_REGS_TOP];
};

/* An operand of lgdt or lidt, with its base aligned. */
struct lg_table {
	u16 pad;
	u16 limit;
	u32 base;
};

/* The 32-bit task state segment (Intel SDM 3A, "Task-State Segment (TSS)"). */
struct lg_tss {
	u32 link;
	u32 esp0, ss0, esp1, ss1, esp2, ss2;
	u32 cr3, eip, eflags;
	u32 eax, ecx, edx, ebx, esp, ebp, esi, edi;
	u32 es, cs, ss, ds, fs, gs;
	u32 ldt;
	u16 trace, io_bitmap;
};

struct lg_state {
	u64 idt[LG_IDT_ENTRIES];	/* the Guest's, as this CPU runs it */
	u64 gdt[LG_GDT_ENTRIES];
	struct lg_tss tss;
	struct lg_table guest_gdt, guest_idt, host_gdt, host_idt;
	u32 host_cr3;
	u32 host_sp;			/* where the way back finds its return */
	u32 exit_sp;			/* %esp after the Guest was saved */
	u32 host_tss_access;		/* address of the access byte of the
					 * Host's TSS descriptor */
	u32 nested;			/* NMIs and machine checks that hit the
					 * Switcher and were handed on */
	u32 stamps[LG_NR_PROBES];	/* those taken in the Host's world */
};

_Static_assert(sizeof(struct lg_regs) == 18 * 4, "18 words, 8 of them by the CPU and the stub");
_Static_assert(sizeof(struct lg_regs_page) == 4096, "a page");
_Static_assert(sizeof(struct lg_state) <= 4096, "a page");
_Static_assert(sizeof(struct lg_tss) == 104, "the TSS without an I/O bitmap");
_Static_assert(LG_GDT_ENTRIES * 8 == 256, "the GDT's limit is 255");

/*
 * A blob: one twin of one variant.  `text` holds `bytes` of position-independent
 * code that fit one page; entry and stubs are offsets into it.
 */
struct lg_blob {
	char name[LG_BLOB_NAME_BYTES];
	u32 number;			/* of the variant, in the order of their names */
	u32 twin;
	u32 levers;
	u32 entry;
	u32 stubs;
	u32 bytes;
	const void *text;
	char hash[20];
};
#endif



#endif
