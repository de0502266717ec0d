/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * abi.h - the contract between a Guest and its Host.
 *
 * It is the ABI of lguest as Linux 4.1 to 4.13 guests speak it, with three
 * calls of older Guests (LOAD_GDT, TS and in-Host IN/OUT) kept.  docs/guest-abi.md describes each
 * call's arguments, its checks, and what it kills a Guest for.
 *
 * The header includes nothing of the project's, so that Guests, the Host, the
 * Launcher and the decoders of traces can all read it.
 */
#ifndef LG_ABI_H
#define LG_ABI_H

/* The vector of `int` that is a hypercall.  Its gate has DPL 1. */
#define LG_HYPERCALL_VECTOR	0x1f
/* The vector of system calls, whose gate may lead straight to the Guest's kernel. */
#define LG_SYSCALL_VECTOR	0x80

/*
 * Hypercalls: X(number, NAME, name).  EAX carries the number; EBX, ECX and EDX
 * carry arguments 1 to 3.  All registers come back unchanged.
 */
#define LG_HYPERCALLS(X)				\
	X(0,  FLUSH_ASYNC,     flush_async)		\
	X(1,  INIT,            init)			\
	X(2,  SHUTDOWN,        shutdown)		\
	X(3,  LOAD_GDT,        load_gdt)		\
	X(4,  NEW_PGTABLE,     new_pgtable)		\
	X(5,  FLUSH_TLB,       flush_tlb)		\
	X(6,  LOAD_IDT_ENTRY,  load_idt_entry)		\
	X(7,  SET_STACK,       set_stack)		\
	X(8,  TS,              ts)			\
	X(9,  SET_CLOCKEVENT,  set_clockevent)		\
	X(10, HALT,            halt)			\
	X(14, SET_PTE,         set_pte)			\
	X(15, SET_PGD,         set_pgd)			\
	X(16, LOAD_TLS,        load_tls)		\
	X(18, LOAD_GDT_ENTRY,  load_gdt_entry)		\
	X(19, SEND_INTERRUPTS, send_interrupts)

#ifndef __ASSEMBLER__
enum lg_hypercall {
#define LG_X(number, NAME, name) LG_HC_##NAME = number,
	LG_HYPERCALLS(LG_X)
#undef LG_X
	LG_HYPERCALL_LIMIT		/* one above the last, which is the highest */
};
#endif

/* SHUTDOWN's second argument. */
#define LG_SHUTDOWN_POWEROFF	1
#define LG_SHUTDOWN_RESTART	2
/* The message of an orderly power-off, by our Guests and by Linux.  Any other text is a Guest's
 * last words, and its Launcher reports a failure. */
#define LG_TEXT_FINISHED	"finished"
#define LG_TEXT_POWER_DOWN	"Power down"

/* SHUTDOWN's message: bytes at the most, the NUL included. */
#define LG_MESSAGE_BYTES	128

/* Guest segments, as the Guest's selectors name them (RPL 1 for its kernel). */
#define LG_GUEST_CS		0x61	/* GDT entry 12 */
#define LG_GUEST_DS		0x69	/* GDT entry 13 */
#define LG_GUEST_USER_CS	0x73	/* GDT entry 14 */
#define LG_GUEST_USER_DS	0x7b	/* GDT entry 15 */
#define LG_GDT_ENTRIES		32
#define LG_IDT_ENTRIES		256
#define LG_TLS_ENTRY		6	/* entries 6, 7 and 8 */
#define LG_TLS_ENTRIES		3

/* Virtual interrupts: irq n arrives at vector LG_IRQ_VECTOR + n. */
#define LG_IRQS			32
#define LG_IRQ_VECTOR		0x20
#define LG_IRQ_CLOCK		0

/* The one value that means yes in lguest_data.irq_enabled and irq_pending. */
#define LG_IF			0x200

#define LG_RING_ENTRIES		64
#define LG_RING_FREE		0xff
#define LG_RING_QUEUED		0

/*
 * A Guest made with LG_CREATE_PRIVILEGED has its lguest_data here, in a page that the Host
 * maps for it, readable and writable at ring 1 and out of reach of ring 3.  It makes no INIT.
 */
#define LG_SHARED_VA		0xffc00000
#define LG_SHARED_IRQ_ENABLED	(LG_SHARED_VA + 0)
#define LG_SHARED_CR2		(LG_SHARED_VA + 8)
#define LG_SHARED_IRQ_PENDING	(LG_SHARED_VA + 20)
/* And behind it, where it can be read, the copy of its LDT that the CPU uses. */
#define LG_LDT_VA		(LG_SHARED_VA + 4096)
#define LG_LDT_ENTRIES		8192u	/* as many as a selector can name */
#define LG_LDT_PAGES		16
/* Beside LG_IF in irq_enabled of such a Guest: set by its `sti`, and gone as soon as an irq
 * has been delivered.  Its `hlt` sleeps only while the bit is set. */
#define LG_IF_FRESH		0x100

/* Where boot_params and the command line lie in a fresh Guest (physical). */
#define LG_BOOT_PARAMS_PA	0
#define LG_CMDLINE_PA		4096
#define LG_CMDLINE_BYTES	2048

#ifndef __ASSEMBLER__
/* A call in the async ring. */
struct lg_ring_call {
	unsigned int number, arg1, arg2, arg3, arg4;
};

/*
 * The page that a Guest names in INIT.  Every field is Guest-writable memory:
 * the Host reads a field once and then checks what it read.
 */
struct lguest_data {
	unsigned int irq_enabled;	/* 0 or LG_IF: the virtual IF */
	unsigned int blocked_interrupts; /* bitmap, 1 = masked */
	unsigned int cr2;		/* address of a reflected page fault */
	unsigned int time_sec, time_nsec; /* real time, by the Host */
	unsigned int irq_pending;	/* LG_IF: call SEND_INTERRUPTS on enable */
	unsigned char ring_status[LG_RING_ENTRIES];
	struct lg_ring_call ring[LG_RING_ENTRIES];
	unsigned int reserve_mem;	/* bytes at the top the Guest leaves free */
	unsigned int tsc_khz;		/* 0: the TSC is no clock */
	unsigned int noirq_iret;	/* va of the iret without a second frame */
	unsigned int kernel_address;	/* above it all page tables are the same */
	unsigned int syscall_vec;	/* LG_SYSCALL_VECTOR */
};

_Static_assert(sizeof(struct lguest_data) == 1388, "lguest_data is ABI");
_Static_assert(__builtin_offsetof(struct lguest_data, cr2) == 8, "ABI");
_Static_assert(__builtin_offsetof(struct lguest_data, irq_pending) == 20, "ABI");
_Static_assert(__builtin_offsetof(struct lguest_data, ring_status) == 24, "ABI");
_Static_assert(__builtin_offsetof(struct lguest_data, ring) == 88, "ABI");
_Static_assert(__builtin_offsetof(struct lguest_data, reserve_mem) == 1368, "ABI");
_Static_assert(__builtin_offsetof(struct lguest_data, syscall_vec) == 1384, "ABI");
#endif

#endif
