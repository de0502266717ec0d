/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * parallel.S - standard input goes to the first parallel port, byte by byte.
 *
 * Bochs writes what its printer gets to a file.  The printer takes each byte at once, so
 * neither an interrupt nor a driver is needed, and a byte costs five instructions where
 * the serial line would take 87 us of the emulated clock.
 */
#define PORT	0x378
#define CONTROL	0x37a
#define SELECT	0x0c		/* selected, not being initialised */
#define STROBE	0x0d

	.globl	_start
_start:
	movl	$110, %eax			/* iopl(3) */
	movl	$3, %ebx
	int	$0x80
	testl	%eax, %eax
	jnz	2f
	movw	$CONTROL, %dx
	movb	$SELECT, %al
	outb	%al, %dx
1:	movl	$3, %eax			/* read(0, buffer, sizeof buffer) */
	xorl	%ebx, %ebx
	movl	$buffer, %ecx
	movl	$4096, %edx
	int	$0x80
	testl	%eax, %eax
	js	2f
	movl	%eax, %ebx			/* 0, the end, is the status too */
	jz	3f
	movl	%eax, %ecx
	movl	$buffer, %esi
4:	movw	$PORT, %dx
	lodsb
	outb	%al, %dx
	movw	$CONTROL, %dx
	movb	$STROBE, %al
	outb	%al, %dx
	movb	$SELECT, %al
	outb	%al, %dx
	loop	4b
	jmp	1b
2:	movl	$1, %ebx
3:	movl	$1, %eax			/* exit */
	int	$0x80

	.lcomm	buffer, 4096
	.section .note.GNU-stack, "", @progbits
