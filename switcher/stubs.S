/* SPDX-License-Identifier: GPL-2.0 */
/*
 * stubs.S - where the Guest's IDT points: one stub per vector, LG_STUB_BYTES each, so
 * that the Host finds stub n at stubs + n * LG_STUB_BYTES.
 *
 * A stub pushes 0 where the CPU pushes no error code, then the exit code,
 * and jumps on, as STEP_STUB says.  (The CPU pushes one for 8, 10 to 14 and 17: Intel SDM 3A,
 * "Error Code".)  The .org fails to assemble if a stub outgrows its place.
 */
stubs:
	.set	vector, 0
	.rept	LG_STUBS
	.if	(vector != 8) && (vector != 17) && ((vector < 10) || (vector > 14))
	pushl	$0
	.endif
	pushl	$LG_EXIT_CODE(vector)
	.if	vector == 2
	jmp	nested_2
	.elseif	vector == 18
	jmp	nested_18
	.else
	STEP_STUB vector
	.endif
	.set	vector, vector + 1
	.org	stubs + vector * LG_STUB_BYTES, 0xcc
	.endr
