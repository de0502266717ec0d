/* SPDX-License-Identifier: GPL-2.0 */
/*
 * steps.h - what each step of a world switch does unless a variant says otherwise.
 *
 * body.S names the order of the steps.  A variant defines the steps that differ
 * and includes body.S, which includes this file; every default stands under
 * #ifndef.  A step may clobber what body.S says is free at that point and
 * nothing else, and must keep %esp valid at every instruction: an NMI may push.
 *
 * Out: %ecx = regs page, %ebx = Guest CR3; %eax, %edx free.
 * In:  %ebx = regs page; %eax, %ecx, %edx free (the Guest's are saved).
 * The state page follows the regs page: STATE(field, base).
 */
#define STATE(field, base)	LG_STATE_##field + 4096(base)

/*
 * The order of the two loads is what makes an NMI harmless at any instruction.
 * Every gate of the Guest's IDT names the Switcher's code segment, which both
 * GDTs hold; the Host's gates name entry 12, which in the Guest's GDT is a ring-1
 * segment.  So the Guest's IDT with the Host's GDT works and the reverse does not:
 * going out the IDT is loaded first, coming in last (TRICKS 1).  Data segments are
 * null by then, so that a handler which saves and restores them meets no selector
 * of the wrong table.
 */
#ifndef STEP_NULL_SEGMENTS
.macro STEP_NULL_SEGMENTS zero:req
	xorl	\zero, \zero
	movl	\zero, %ds
	movl	\zero, %es
	movl	\zero, %fs
	movl	\zero, %gs
.endm
#define STEP_NULL_SEGMENTS STEP_NULL_SEGMENTS
#endif

#ifndef STEP_TABLES_OUT
.macro STEP_TABLES_OUT
	lidt	%ss:LG_TABLE_OPERAND + STATE(GUEST_IDT, %ecx)
	lgdt	%ss:LG_TABLE_OPERAND + STATE(GUEST_GDT, %ecx)
.endm
#define STEP_TABLES_OUT STEP_TABLES_OUT
#endif

/* LTR marks the descriptor busy, and refuses a busy one: STEP_TR_IN undoes it. */
#ifndef STEP_TR_OUT
.macro STEP_TR_OUT
	movl	$LG_TSS_SELECTOR, %edx
	ltr	%dx
.endm
#define STEP_TR_OUT STEP_TR_OUT
#endif

#ifndef STEP_TABLES_IN
.macro STEP_TABLES_IN
	lgdt	%ss:LG_TABLE_OPERAND + STATE(HOST_GDT, %ebx)
	lidt	%ss:LG_TABLE_OPERAND + STATE(HOST_IDT, %ebx)
.endm
#define STEP_TABLES_IN STEP_TABLES_IN
#endif

/* After a nested handler: the Guest's IDT again, by which we came, and the GDT that was
 * live then, whose base is in %edi; %ebx = regs page. */
#ifndef STEP_TABLES_BACK
.macro STEP_TABLES_BACK
	lidt	%ss:LG_TABLE_OPERAND + STATE(GUEST_IDT, %ebx)
	cmpl	%ss:LG_TABLE_BASE + STATE(GUEST_GDT, %ebx), %edi
	jne	.Lhost_gdt\@
	lgdt	%ss:LG_TABLE_OPERAND + STATE(GUEST_GDT, %ebx)
.Lhost_gdt\@:
.endm
#define STEP_TABLES_BACK STEP_TABLES_BACK
#endif

/*
 * Bit 1 of a TSS descriptor's access byte says busy.  Both are busy here: the
 * Host's since it ran, the Guest's since STEP_TR_OUT.  The Host's table in the CPU
 * entry area is mapped read-write on i386, so clearing the bit is all LTR needs.
 */
#ifndef STEP_TR_IN
.macro STEP_TR_IN
	movl	%ss:STATE(HOST_TSS_ACCESS, %ebx), %ecx
	andb	$~2, %ss:(%ecx)
	andb	$~2, %ss:LG_STATE_GDT + LG_TSS_ENTRY * 8 + 5 + 4096(%ebx)
	movl	$LG_TSS_SELECTOR, %ecx
	ltr	%cx
.endm
#define STEP_TR_IN STEP_TR_IN
#endif

/* Where a stub leads whose vector is no NMI and no machine check; %esp is at the exit code. */
#ifndef STEP_STUB
.macro STEP_STUB vector:req
	jmp	exit_to_host
.endm
#define STEP_STUB STEP_STUB
#endif

/* Text of the variant's own, for its stubs. */
#ifndef STEP_ANSWERS
.macro STEP_ANSWERS
.endm
#define STEP_ANSWERS STEP_ANSWERS
#endif
