/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sensitive.S - the sensitive instructions that do not trap at ring 1 (such as pushf), as
 * assembler macros of the same names that do what the kernel means.
 *
 * GNU as takes a macro before an instruction of its name, so a kernel whose every source is
 * assembled behind this file keeps its interrupt flag in lguest_data.irq_enabled and needs
 * no other change.  scripts/linux-guest preprocesses the file for the values of lg/abi.h.
 *
 * Each access names %ss: it is the one segment that is flat at every instruction of the
 * kernel's entry and exit paths, but for one way back to programs (lss).  Flags: pushf, sti and
 * the way through pushf's test change the arithmetic flags, which those instructions leave
 * alone; nobody in the kernel uses flags across them.
 */
#include "lg/abi.h"

.macro cli
	movl	$0, %ss:LG_SHARED_IRQ_ENABLED
.endm

/* The real sti traps: it is how the Host learns that an irq it held back can go. */
.macro lg_deliver_pending
	cmpl	$0, %ss:LG_SHARED_IRQ_PENDING
	je	7701f
	.byte	0xfb
7701:
.endm

.macro sti
	movl	$(LG_IF | LG_IF_FRESH), %ss:LG_SHARED_IRQ_ENABLED
	lg_deliver_pending
.endm

.macro pushfl
	.byte	0x9c
	testl	$LG_IF, %ss:LG_SHARED_IRQ_ENABLED
	jne	7711f
	andl	$~LG_IF, (%esp)
7711:
.endm

.macro pushf
	pushfl
.endm

.macro popfl
	testb	$(LG_IF >> 8), 1(%esp)
	je	7721f
	movl	$LG_IF, %ss:LG_SHARED_IRQ_ENABLED
	lg_deliver_pending
	jmp	7722f
7721:
	cli
7722:
	.byte	0x9d
.endm

.macro popf
	popfl
.endm

/*
 * Linux goes back to a program whose stack segment counts 16 bits (of the LDT) by a stack
 * segment with a base, and the macros above would store elsewhere.  The iret behind such an lss
 * looks at the frame, and if it names a stack segment of the LDT leaves the interrupt flag to the
 * Host, by a real sti.
 */
.set .Llg_espfix, 0

.macro lss operands:vararg
	lssl	\operands
	.set .Llg_espfix, 1
.endm

/*
 * The Host knows these bytes (kmod/privileged.c): an irq that comes behind the store of LG_IF
 * finds the frame to return by still on the stack, and is delivered on it; and a fault of the iret
 * itself is reported at the first instruction, the one in the kernel's exception table.
 */
.macro iret
	testb	$(LG_IF >> 8), 9(%esp)
	jne	7731f
	cli
	jmp	7732f
7731:
	.if .Llg_espfix
	testb	$4, 16(%esp)
	jne	7734f
	.endif
7735:
	movl	$LG_IF, %ss:LG_SHARED_IRQ_ENABLED
	cmpl	$0, %ss:LG_SHARED_IRQ_PENDING
	je	7732f
7733:
	.byte	0xfb
7732:
	.byte	0xcf
	.if .Llg_espfix
7734:
	testb	$2, 4(%esp)		/* a frame of the kernel's ends before */
	je	7735b
	jmp	7733b
	.set .Llg_espfix, 0
	.endif
.endm

.macro iretl
	iret
.endm

/* The mark turns it into an illegal instruction, which the Host carries out. */
.macro cpuid
	ud2
	.ascii	"lg"
	.byte	0x0f, 0xa2
.endm

/*
 * A system call arrives without an exit, and so with the interrupt flag as its caller had it.
 * The first cld after entry_INT80_32 clears it; until there the Host delivers no irq.
 */
.macro cld
	.byte	0xfc
	.ifdef	entry_INT80_32
	cli
	.endif
.endm

.text
