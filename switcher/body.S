/* SPDX-License-Identifier: GPL-2.0 */
/*
 * body.S - the world switch.
 *
 * A variant (variants/NAME.S) defines LG_VARIANT, LG_VARIANT_LEVERS and the steps
 * that differ, and includes this file.  It is assembled twice, with LG_TWIN 0
 * (plain) and 1 (probed), into a blob: position-independent text of at most one
 * page, and a header that names it.  The Host copies the text to a page of the
 * Switcher region; there is one copy of a blob for all CPUs.
 *
 * The contract, whose clauses contract Guests check for each blob:
 *  1  after the CR3 load only the text page (read, execute), the state page
 *     (read) and the regs page (read, write) are there; with the lever
 *     alias_tables also the aliased tables (read), with resident also the pages
 *     of layout.h that are the Guest's own
 *  2  %esp is valid at every instruction
 *  3  only the pops of segment registers and the iret of enter_guest may fault
 *  4  an exit is reported as LG_EXIT_CODE(vector), which LG_NO_EXIT is of none
 *  5  an NMI or machine check that hits the Switcher is handed to the Host and
 *     the switch goes on; one that hits the Guest is an exit
 *  6  the Host gets back its CR3, GDT, IDT, TR, stack, %ds, %es, %fs, %ss, %ebp and
 *     (by the caller's popf) EFLAGS; %gs comes back null, all else undefined
 *  7  the plain twin holds no probe
 */
#include "layout.h"
#include "lg-offsets.h"
#include "lg-variants.h"

/* The run loop was made for the levers that scripts/variants found in the variant's file. */
#define LISTED_LEVERS(variant)	LG_LEVERS_OF_##variant
#define LEVERS_OF(variant)	LISTED_LEVERS(variant)
#if (LG_VARIANT_LEVERS) != LEVERS_OF(LG_VARIANT)
#error "scripts/variants did not find these LG_VARIANT_LEVERS in the variant's file"
#endif

/*
 * A probe stores the low half of the TSC.  It clobbers %eax and %edx, takes no
 * lock, no call and no branch, and is nothing at all in the plain twin.
 */
#if LG_TWIN
#define PROBE_HOST(symbol, base)				\
	rdtsc;							\
	movl	%eax, %ss:LG_STATE_STAMP_##symbol + 4096(base)
#define PROBE_GUEST(symbol, page)				\
	rdtsc;							\
	movl	%eax, %ss:LG_REGS_STAMP_##symbol + page
#else
#define PROBE_HOST(symbol, base)
#define PROBE_GUEST(symbol, page)
#endif

#include "steps.h"

	.section .rodata.lg_text, "a"
	.balign	4
text:

/* enter_guest: leave the Host for the Guest.
 * In:            ecx = this CPU's regs page (Host address), ebx = Guest CR3
 *                (physical); interrupts off; called far, flags below the return
 * Out:           comes back through exit_to_host
 * Clobbers:      everything but %esp, %ebp, %ds, %es, %fs, %ss; %gs comes back null
 * Stack:         Host's, then the regs page; valid at every instruction
 * Page tables:   Host's until STEP_CR3_OUT, the Guest's after
 * May fault:     the pops of segment registers and the iret, nothing else
 */
enter_guest:
	pushl	%ebp
	movl	%esp, STATE(HOST_SP, %ecx)
	PROBE_HOST(HOST_SAVED, %ecx)
	STEP_NULL_SEGMENTS %edx
	/* The nested stubs find the state page from %esp, and they are in
	 * reach once the Guest's IDT is live: the stack goes first. */
	leal	LG_REGS_OFFSET(%ecx), %esp
	STEP_TABLES_OUT
	PROBE_HOST(TABLES_OUT, %ecx)
	STEP_TR_OUT
	PROBE_HOST(TR_OUT, %ecx)
	/* ---- the point of no return: below it the Guest's pages are live ---- */
	movl	%ebx, %cr3
	PROBE_GUEST(CR3_OUT, 0(%ecx))
	popl	%fs
	popl	%gs
	popl	%ds
	popl	%es
	popl	%ebx
	popl	%ecx
	popl	%esi
	popl	%edi
	popl	%ebp
	PROBE_GUEST(GUEST_REGS, -LG_REGS_OFFSET - 9 * 4(%esp))
	popl	%edx
	popl	%eax
	addl	$8, %esp		/* exit and error */
	iretl

/* exit_to_host: a stub jumps here with the exit code pushed.
 * In:            stack: exit, error, eip, cs, eflags [, esp, ss from an outer ring]
 * Out:           far return to the caller of enter_guest; state.exit_sp = where
 *                the saved registers lie (not their usual place after a fault
 *                in the Switcher itself, which pushes no esp and ss)
 * Stack:         the regs page, then the Host's
 * Page tables:   the Guest's until the CR3 load
 * May fault:     nothing
 */
exit_to_host:
	pushl	%eax
	pushl	%edx
	pushl	%ebp
	pushl	%edi
	pushl	%esi
	pushl	%ecx
	pushl	%ebx
	pushl	%es
	pushl	%ds
	pushl	%gs
	pushl	%fs
	movl	%esp, %ebx
	andl	$-4096, %ebx
	PROBE_GUEST(GUEST_SAVED, 0(%ebx))
	STEP_NULL_SEGMENTS %ecx
	movl	%ss:STATE(HOST_CR3, %ebx), %ecx
	movl	%ecx, %cr3
	PROBE_HOST(CR3_IN, %ebx)
	movl	%esp, %ss:STATE(EXIT_SP, %ebx)
	STEP_TABLES_IN
	PROBE_HOST(TABLES_IN, %ebx)
	STEP_TR_IN
	PROBE_HOST(TR_IN, %ebx)
	movl	%ss:STATE(HOST_SP, %ebx), %esp
	movl	$LG_HOST_SS, %ecx
	movl	%ecx, %ss
	movl	$LG_HOST_DS, %ecx
	movl	%ecx, %ds
	movl	%ecx, %es
	movl	$LG_HOST_FS, %ecx
	movl	%ecx, %fs
	popl	%ebp
	PROBE_HOST(HOST_REGS, %ebx)
	lretl

/* nested_VECTOR: an NMI or machine check, in the Guest or in the Switcher.
 * In:            as exit_to_host
 * Out:           from the Guest: exit_to_host.  From the Switcher: the Host's
 *                handler has run in the Host's world and the switch goes on
 * Stack:         the regs page; in the Host's world the same addresses are the
 *                Host's own two pages, so its handler has room
 * Page tables:   either; put back as found
 *
 * We got here through the Guest's IDT, so that is what is put back; the GDT may be
 * either (TRICKS 1).  The Host handler's iret ends NMI blocking, so another NMI may
 * come at any instruction after the int.  Up to our iret (leave_VECTOR to left_VECTOR)
 * the stack pointer stays at the saved registers, which are only read: an NMI that comes
 * there drops its own frame, and the handler runs for it in place of the one that was
 * about to leave.  If it nested instead, NMIs that come faster than they are handled
 * would push one frame below the other, through the end of the page.
 * The saved registers lie in the world that was interrupted: before CR3 is put back
 * (restored_VECTOR) it is known by %esi and %edi alone.
 */
#define NESTED_BYTES	(4 * 4 + 8 * 4 + 8)	/* segments, pushal, exit and error */

.macro NESTED vector
nested_\vector:
	cmpw	$LG_SWITCHER_CS, 12(%esp)	/* some CPUs leave the upper half as it was */
	jne	exit_to_host
	pushal
	pushl	%ds
	pushl	%es
	pushl	%fs
	pushl	%gs
	STEP_NULL_SEGMENTS %eax
	movl	NESTED_BYTES(%esp), %eax	/* eip; the text begins its page */
	subl	$(leave_\vector - text), %eax
	andl	$4095, %eax
	cmpl	$(restored_\vector - leave_\vector), %eax
	jb	instead_\vector
	cmpl	$(left_\vector - leave_\vector), %eax
	jae	look_\vector
	addl	$NESTED_BYTES + 12, %esp	/* and eip, cs, eflags */
look_\vector:
	subl	$8, %esp
	sgdtl	(%esp)
	movl	2(%esp), %edi
	addl	$8, %esp
	movl	%cr3, %esi
handle_\vector:
	movl	%esp, %ebx
	andl	$-4096, %ebx
	movl	%ss:STATE(HOST_CR3, %ebx), %eax
	movl	%eax, %cr3
	STEP_TABLES_IN
	incl	%ss:STATE(NESTED, %ebx)
	int	$\vector
leave_\vector:
	STEP_TABLES_BACK
	movl	%esi, %cr3
restored_\vector:
	movw	(%esp), %gs
	movw	4(%esp), %fs
	movw	8(%esp), %es
	movw	12(%esp), %ds
	movl	16(%esp), %edi
	movl	20(%esp), %esi
	movl	24(%esp), %ebp
	movl	32(%esp), %ebx
	movl	36(%esp), %edx
	movl	40(%esp), %ecx
	movl	44(%esp), %eax
	addl	$NESTED_BYTES, %esp
left_\vector:
	iretl
instead_\vector:
	addl	$NESTED_BYTES + 12, %esp
	jmp	handle_\vector
.endm
	NESTED	2
	NESTED	18

	STEP_ANSWERS

#include "stubs.S"

text_end:

#define LG_STRING_(x)	#x
#define LG_STRING(x)	LG_STRING_(x)
#define LG_PASTE_(a, b, c) a##b##_##c
#define LG_PASTE(a, b, c) LG_PASTE_(a, b, c)
#if LG_TWIN
#define LG_BLOB		LG_PASTE(lg_blob_, LG_VARIANT, probed)
#else
#define LG_BLOB		LG_PASTE(lg_blob_, LG_VARIANT, plain)
#endif

	.section .rodata.lg_blob, "a"
	.balign	4
	.globl	LG_BLOB
LG_BLOB:
	.asciz	LG_STRING(LG_VARIANT)
	.org	LG_BLOB + LG_BLOB_NAME_BYTES
	.long	LG_VARIANT_NUMBER
	.long	LG_TWIN
	.long	LG_VARIANT_LEVERS
	.long	enter_guest - text
	.long	stubs - text
	.long	text_end - text
	.long	text
	.asciz	LG_SOURCE_HASH
	.org	LG_BLOB + LG_BLOB_SIZE

	.section .note.GNU-stack, "", @progbits
