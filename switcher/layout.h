/* SPDX-License-Identifier: GPL-2.0 */
/*
 * layout.h - what the Switcher and the Host's C agree on.
 *
 * The Switcher region lies at one linear address in the Host and in every Guest.
 * It holds one text page per variant and twin, then five pages per CPU:
 *
 *	+0	guard	never mapped in the Host: an overflow of the stack above faults
 *		shared	Guest world, lever resident: the page of the Guest's own memory that
 *			holds its lguest_data, read-write
 *	+1	stack	Host world only: room for the Host's NMI handler
 *		dir	Guest world, lever resident: the Guest's own page directory, read-only
 *	+2	regs	Guest world: the running Guest's own regs page, read-write
 *			Host world: a page of stack that joins the one below
 *	+3	state	Host world: read-write; Guest world: read-only, even to
 *			ring 0 (CR0.WP), which is all that stands between a ring-1
 *			far jump and ring 0
 *	+4	table	Guest world, lever resident: a page table of the Guest's own, read-only
 *
 * The Switcher finds everything from %esp alone: while it runs on the regs page,
 * %esp with its low twelve bits cleared is the regs page, and the next page is
 * the state page.
 */
#ifndef SWITCHER_LAYOUT_H
#define SWITCHER_LAYOUT_H

#include "lg/abi.h"
#include "lg/probe.h"
#include "lg/stay.h"

#define LG_BLOB_NAME_BYTES	24
#define LG_STUB_BYTES		10	/* push 0; push the exit code; jmp */
#define LG_STUBS		256
#define LG_CPU_PAGES		5
#define LG_CPU_SHARED		0	/* page numbers within a CPU's LG_CPU_PAGES */
#define LG_CPU_STACK		1
#define LG_CPU_DIR		1
#define LG_CPU_REGS		2
#define LG_CPU_STATE		3
#define LG_CPU_TABLE		4

/* The Switcher's ring-0 segments, in the Host's GDT and in every Guest's. */
#define LG_SWITCHER_CS_ENTRY	10
#define LG_SWITCHER_DS_ENTRY	11
#define LG_SWITCHER_CS		(LG_SWITCHER_CS_ENTRY * 8)
#define LG_SWITCHER_DS		(LG_SWITCHER_DS_ENTRY * 8)
/* The TSS has the same selector in both worlds. */
#define LG_TSS_ENTRY		16
#define LG_TSS_SELECTOR		(LG_TSS_ENTRY * 8)
#define LG_DOUBLE_FAULT_ENTRY	31

#define LG_PORTS		65536

/* IN and OUT, of the port in the next byte or in DX (Intel SDM 2, "Opcode Map"). */
#define LG_IO_OPCODE_MASK	0xf4
#define LG_IO_OPCODE		0xe4
#define LG_IO_WIDE		1	/* two or four bytes, else one */
#define LG_IO_OUT		2
#define LG_IO_DX		8

/* The frame of the Guest's registers ends this far below the regs page's end. */
#define LG_REGS_TOP		(4096 - 16)

/*
 * The flags with which the Switcher itself may return to a Guest: rule 1, as lg_check_flags of
 * kmod/check.h has it for the Host.
 */
#define LG_STAY_FLAGS		0x00240fd7

/* Lever resident: the gates that the Switcher reflects through, by their place in asked_gates. */
#define LG_ASKED_GATES		18
#define LG_ASKED_SYSCALL	17	/* behind those of vectors 0 to 16 */
#define LG_PORTS_A_BIT		32	/* ports that a bit of claimed_ports stands for */
#define LG_FRAME_BYTES		24	/* of a trap from ring 3 with an error code */

/* What a stub pushes for its vector: a byte, sign-extended, so that a stub is short. */
#define LG_EXIT_CODE(vector)	((vector) - 128)
#define LG_EXIT_VECTOR(code)	((code) + 128)

/* Written to regs.exit before entry; no exit can produce it, and it names no vector. */
#define LG_NO_EXIT		0x4c470000

/*
 * Levers: what the C side does for a variant, one do/undo pair each.  A variant
 * without a lever gets the Host's plainest safe behaviour, which is lguest's.
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
	X(7, ALIAS_TABLES,  alias_tables)			\
	X(8, RESIDENT,      resident)

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
	u32 exit;			/* LG_EXIT_CODE(vector) */
	u32 error;			/* the CPU's, or 0 */
	u32 eip, cs, eflags, esp, ss;	/* the CPU's frame */
};

#define LG_REGS_OFFSET	(LG_REGS_TOP - sizeof(struct lg_regs))

/* Exits of one class that the Switcher has answered itself since the Guest was entered, and in the
 * probed twin the ticks that they took. */
struct lg_stay {
	u32 exits, ticks;
};

/* The regs page of a Guest.  The Guest can write all of it at any time it runs:
 * nothing in it is an index, a pointer or a branch. */
struct lg_regs_page {
	u32 stamps[LG_NR_PROBES];	/* those taken in the Guest's world */
	u32 stayed;			/* 0: all of stays are */
	u32 stay_from;			/* the TSC at the last one's beginning */
	u32 stay_cr2;			/* CR2 at the last page fault's */
	struct lg_stay stays[LG_STAYS];
	u8 stack[LG_REGS_OFFSET - 4 * LG_NR_PROBES - 12 - 8 * LG_STAYS];
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
	/* Lever resident: what the Switcher must know to answer by itself (kmod/resident.h). */
	u32 closed;			/* not 0: it answers nothing */
	u32 ring;			/* in the shared page: the next status of the ring */
	u8 no_ring[LG_RING_ENTRIES];	/* the ring's status of a Guest that shares no page:
					 * all 0, so that no entry counts as free */
	u32 clock;			/* not 0: a clock event may be pending, and to cancel it
					 * takes the Host */
	u32 data;			/* in the shared page: lguest_data; 0: nothing is
					 * reflected */
	u32 tss_va;			/* the one with the running esp1 and ss1 */
	u32 highest_frame;		/* no frame of a trap may begin above */
	u32 dir;			/* not 0: the Guest's directory is mapped */
	u32 table_slot;			/* which entry of it names the page table that is mapped */
	u32 table_gpde;			/* and what that entry was */
	u32 highest_gpte;		/* no entry of a Guest's table may be above */
	u64 asked_gates[LG_ASKED_GATES];	/* the Guest's own, as it asked: of the first
					 * vectors, and of system calls */
	u8 stay_of[LG_ASKED_GATES];	/* for each: where its class lies in lg_regs_page.stays */
	u32 claimed_ports[LG_PORTS / LG_PORTS_A_BIT / 32];	/* a bit: some are claimed */
};

_Static_assert(sizeof(struct lg_regs) == 18 * 4, "18 words, 8 of them by the CPU and the stub");
_Static_assert(sizeof(struct lg_regs_page) == 4096, "a page");
_Static_assert(sizeof(struct lg_state) <= 4096, "a page");
_Static_assert(sizeof(((struct lg_state *)0)->asked_gates) == (LG_ASKED_SYSCALL + 1) * 8,
	       "that of system calls is the last");
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
