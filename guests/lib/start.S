/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * start.S - where a Guest begins: the Host gives flat segments at ring 1, linear
 * mode, and no stack.  main()'s result becomes the Guest's status, and then the Guest shuts itself
 * down.
 */
#include "lg/abi.h"

	.section .text.start, "ax"
	.globl	_start
_start:
	/* The registers that the Host gave us, to be checked: see boot_regs. */
	movl	%eax, boot_regs
	movl	%ebx, boot_regs + 4
	movl	%ecx, boot_regs + 8
	movl	%edx, boot_regs + 12
	movl	%esi, boot_regs + 16
	movl	%edi, boot_regs + 20
	movl	%ebp, boot_regs + 24
	movl	%esp, boot_regs + 28
	movl	$guest_stack_top, %esp
	pushfl
	popl	boot_regs + 32
	movw	%cs, boot_regs + 36
	movw	%ds, boot_regs + 40
	movw	%es, boot_regs + 44
	movw	%fs, boot_regs + 48
	movw	%gs, boot_regs + 52
	movw	%ss, boot_regs + 56
	call	guest_fences
	call	guest_stack_bytes
	subl	%eax, %esp
	call	main
	movl	%eax, %ebx
	call	guest_finish

	.section .bss
	.balign	4096
	.space	16384
	.globl	guest_stack_top
guest_stack_top:
	.space	4096
	/* The ring-1 stack that traps from ring 3 arrive on: two pages. */
	.space	8192
	.globl	guest_trap_stack_top
guest_trap_stack_top:
	.globl	boot_regs
boot_regs:
	.space	60
user_saved_esp:
	.space	4

/* One entry per vector: an error code of 0 where the CPU pushes none, the vector, and
 * on to the C handler. */
	.text
	.balign	16
	.globl	trap_entries
trap_entries:
	.set	vector, 0
	.rept	256
	.balign	16
	.if	(vector != 8) && (vector != 17) && ((vector < 10) || (vector > 14))
	pushl	$0
	.endif
	pushl	$vector
	jmp	trap_common
	.set	vector, vector + 1
	.endr

trap_common:
	pushl	%ds
	pushl	%es
	pushal
	movl	$LG_GUEST_DS, %eax
	movl	%eax, %ds
	movl	%eax, %es
	movl	%esp, %eax
	call	trap_arrived
	popal
	popl	%es
	popl	%ds
	addl	$8, %esp
	.globl	guest_iret
guest_iret:
	iretl

/* guest_user(function, stack): run function at ring 3 until it calls user_exit().
 * The C half is in machine.c. */
	.globl	guest_enter_user
guest_enter_user:
	pushl	%ebp
	pushl	%ebx
	pushl	%esi
	pushl	%edi
	movl	20(%esp), %eax
	movl	24(%esp), %ecx
	movl	%esp, user_saved_esp
	movl	$LG_GUEST_USER_DS, %edx
	movl	%edx, %ds
	movl	%edx, %es
	pushl	%edx
	pushl	%ecx
	pushl	$0x202
	pushl	$LG_GUEST_USER_CS
	pushl	%eax
	iretl

	.globl	guest_leave_user
guest_leave_user:
	movl	user_saved_esp, %esp
	movl	$LG_GUEST_DS, %eax
	movl	%eax, %ds
	movl	%eax, %es
	popl	%edi
	popl	%esi
	popl	%ebx
	popl	%ebp
	ret

	.section .note.GNU-stack, "", @progbits
