/* SPDX-License-Identifier: GPL-2.0-or-later */
/*G:010
 * start.S - where a Guest begins: the Host gives flat segments at ring 1, linear
 * mode, and no stack.  main()'s result becomes the Guest's status, and then the
 * Guest shuts itself down, which is a good end.
 */
#include "lg/abi.h"

	.section .text.start, "ax"
	.globl	_start
_start:
	movl	$guest_stack_top, %esp
	call	main
	movl	%eax, %ebx
	call	guest_finish

	.section .bss
	.balign	4096
	.globl	guest_stack_top
	.space	16384
guest_stack_top:

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

	.section .note.GNU-stack, "", @progbits
