/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The least polite idle loop that still lets others in: see lab-init for when it
 * runs.  Under icount the emulator runs CPUs in turn and gives every CPU after
 * the first only what the first leaves of the time to the next timer; a loop
 * without `pause` leaves nothing, and the kernel has one where it waits for a new
 * CPU to come up.  This loop, sharing the first CPU with that one, ends its turn
 * at each step.
 */
	.globl	_start
_start:
	pause
	jmp	_start

	.section .note.GNU-stack, "", @progbits
