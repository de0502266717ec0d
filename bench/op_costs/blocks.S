/* SPDX-License-Identifier: GPL-2.0 */
/*
 * blocks.S - the measured code: one line of OP an operation, which makes its blocks (op_costs.h)
 * and its line of the table.
 *
 * Every block is `ready` once, then `copies` times `op` and `glue`, and the twin the same without
 * the ops, so that the difference of the two is the ops alone.  The glue makes each copy wait for
 * the one before, so that the numbers are latencies and not throughputs: it is LFENCE, unless the
 * op serialises by itself (WRMSR, moves to control and debug registers, LGDT, LIDT, LLDT, LTR,
 * INVLPG, IRET, CPUID: Intel SDM 3A, "Serializing Instructions"), is a chain by its register or its
 * memory (ADD, LOCK), or is ordered as an access to a device (IN, OUT).
 *
 * When a block begins %ebx has the address of the arguments; %ebp is the frame.  The op and its
 * glue may use all registers but %ebp and %esp, and may leave things on the stack.
 */
#include <linux/linkage.h>
#include <asm/segment.h>
#include "op_costs.h"

#define COPIES		16

/* The preprocessor leaves strings alone: what they use is symbols, of arguments their offsets. */
	.set	gdtr, OC_GDTR
	.set	idtr, OC_IDTR
	.set	cr0_now, OC_CR0
	.set	cr2_now, OC_CR2
	.set	cr3_now, OC_CR3
	.set	cr4_now, OC_CR4
	.set	dr7_now, OC_DR7
	.set	sysenter_cs, OC_SYSENTER_CS
	.set	tss_access, OC_TSS_ACCESS
	.set	page, OC_PAGE
	.set	area, OC_AREA
	.set	moved_bytes, OC_MOVED_BYTES
	.set	tss, OC_TSS
	.set	ldt, OC_LDT
	.set	to_ring0, OC_VECTOR_STAMP
	.set	to_ring1, OC_VECTOR_STAMP1

/* %eax = ticks, with all before it done and nothing behind it begun. */
.macro STAMP
	lfence
	rdtsc
	lfence
.endm

.macro BEGIN
	pushl	%ebp
	movl	%esp, %ebp
	pushl	%ebx
	pushl	%esi
	pushl	%edi
	pushl	$0
	movl	%eax, %ebx
.endm

.macro END
	leal	-12(%ebp), %esp
	popl	%edi
	popl	%esi
	popl	%ebx
	popl	%ebp
	ret
.endm

/* One of the two of a block. */
.macro BLOCK copies:req, ready, op, glue
	BEGIN
	STAMP
	movl	%eax, -16(%ebp)
	\ready
	.rept \copies
	\op
	\glue
	.endr
	STAMP
	subl	-16(%ebp), %eax
	END
.endm

.macro ROW name:req, from:req, to:req, copies:req, needs:req, divisor:req, full:req, twin:req
	.section .rodata.str1.1, "aMS", @progbits, 1
.Lname\@:
	.asciz	"\name"
	.section .oc_blocks, "a", @progbits
	.long	.Lname\@, \full, \twin
	.byte	\from, \to, \copies, \needs
	.long	\divisor - 1
	.text
.endm

/* An op at one ring. */
.macro AT ring:req, name:req, ready, op:req, glue, copies=COPIES, needs=0, divisor=1
	.text
.Lfull\@:
	BLOCK	\copies, "\ready", "\op", "\glue"
.Ltwin\@:
	BLOCK	\copies, "\ready", "", "\glue"
	ROW	\name, \ring, \ring, \copies, \needs, \divisor, .Lfull\@, .Ltwin\@
.endm

/* What MOVS takes. */
.macro MOVE
	movl	area(%ebx), %esi
	movl	page(%ebx), %edi
	movl	$moved_bytes / 4, %ecx
.endm

/* The selectors that code and data have where the block runs. */
.macro RING ring:req
	.if \ring
	.set	code, OC_CS1
	.set	data, OC_DS1
	.else
	.set	code, __KERNEL_CS
	.set	data, __KERNEL_DS
	.endif
.endm

.macro OP0 name:req, ready, op:req, glue, needs=0, divisor=1, copies=COPIES
	RING	0
	AT	0, \name, "\ready", "\op", "\glue", \copies, \needs, \divisor
.endm

.macro OP name:req, ready, op:req, glue, needs=0, needs1=0, divisor=1, copies=COPIES
	OP0	\name, "\ready", "\op", "\glue", \needs, \divisor, \copies
	RING	1
	AT	1, \name, "\ready", "\op", "\glue", \copies, "(\needs | \needs1)", \divisor
.endm

/*
 * A way there and back, each by itself: what it leads to makes a stamp in %esi.  The twin has the
 * same three stamps.
 */
.macro WAY first:req, last:req, op
	BEGIN
	STAMP
	movl	%eax, %edi
	.ifb \op
	STAMP
	movl	%eax, %esi
	.else
	\op
	.endif
	STAMP
	subl	\first, \last
	movl	\last, %eax
	END
.endm

.macro CROSS from:req, to:req, there:req, back, op:req
	RING	\from
	.text
.Lthere\@:
	WAY	%edi, %esi, "\op"
.Lthere_twin\@:
	WAY	%edi, %esi
	ROW	\there, \from, \to, 1, 0, 1, .Lthere\@, .Lthere_twin\@
	.ifnb \back
	.text
.Lback\@:
	WAY	%esi, %eax, "\op"
.Lback_twin\@:
	WAY	%esi, %eax
	ROW	\back, \to, \from, 1, 0, 1, .Lback\@, .Lback_twin\@
	.endif
.endm

	.section .oc_blocks, "a", @progbits
SYM_DATA_START(oc_blocks)

	/* A chain of what every CPU does in one cycle: what one tick is. */
	OP	add, "", "addl $1, %eax", ""
	OP0	wrmsr_sysenter_cs, \
		"movl $0x174, %ecx; movl sysenter_cs(%ebx), %eax; xorl %edx, %edx", \
		"wrmsr", "", needs=OC_NEEDS_SEP
	OP0	rdmsr_sysenter_cs, "movl $0x174, %ecx", "rdmsr", "lfence", needs=OC_NEEDS_SEP
	OP0	read_cr0, "", "movl %cr0, %eax", "lfence"
	OP0	read_cr2, "", "movl %cr2, %eax", "lfence"
	OP0	read_cr3, "", "movl %cr3, %eax", "lfence"
	OP0	read_cr4, "", "movl %cr4, %eax", "lfence"
	OP0	write_cr0, "movl cr0_now(%ebx), %eax", "movl %eax, %cr0", ""
	/* Even copies, and the first write changes: the last one writes what was there. */
	OP0	write_cr0_ts, "movl cr0_now(%ebx), %eax; xorl $8, %eax", "movl %eax, %cr0", \
		"xorl $8, %eax"
	OP0	write_cr2, "movl cr2_now(%ebx), %eax", "movl %eax, %cr2", ""
	OP0	write_cr3, "movl cr3_now(%ebx), %eax", "movl %eax, %cr3", ""
	OP0	write_cr4, "movl cr4_now(%ebx), %eax", "movl %eax, %cr4", ""
	OP0	write_cr4_pge, "movl cr4_now(%ebx), %eax; xorl $0x80, %eax", "movl %eax, %cr4", \
		"xorl $0x80, %eax", needs=OC_NEEDS_PGE
	OP0	clts, "", "clts", "lfence"
	OP0	read_dr7, "", "movl %dr7, %eax", "lfence"
	OP0	write_dr7, "movl dr7_now(%ebx), %eax", "movl %eax, %dr7", ""
	OP0	lgdt, "", "lgdt gdtr(%ebx)", ""
	OP0	lidt, "", "lidt idtr(%ebx)", ""
	OP0	ltr, "movl tss_access(%ebx), %esi; movl $tss, %ecx; andb $~2, (%esi)", "ltr %cx", \
		"andb $~2, (%esi)"
	OP0	lldt_null, "xorl %ecx, %ecx", "lldt %cx", ""
	OP0	lldt, "movl $ldt, %ecx", "lldt %cx", ""
	OP	sgdt, "movl page(%ebx), %esi", "sgdt (%esi)", "lfence", needs1=OC_NEEDS_NO_UMIP
	OP	sidt, "movl page(%ebx), %esi", "sidt (%esi)", "lfence", needs1=OC_NEEDS_NO_UMIP
	OP	sldt, "", "sldt %eax", "lfence", needs1=OC_NEEDS_NO_UMIP
	OP	str, "", "str %eax", "lfence", needs1=OC_NEEDS_NO_UMIP
	OP0	invlpg, "movl page(%ebx), %esi", "invlpg (%esi)", ""
	/* With the walk that the next access makes, and that access. */
	OP0	invlpg_refill, "movl page(%ebx), %esi; movl (%esi), %eax", "invlpg (%esi)", \
		"movl (%esi), %eax"
	OP	load_ds, "movl $data, %eax", "movl %eax, %ds", "lfence"
	OP	load_es, "movl $data, %eax", "movl %eax, %es", "lfence"
	OP	load_ss, "movl $data, %eax", "movl %eax, %ss", "lfence"
	OP	load_fs, "movl $data, %eax", "movl %eax, %fs", "lfence"
	OP	load_gs, "movl $data, %eax", "movl %eax, %gs", "lfence"
	OP	load_gs_null, "xorl %eax, %eax", "movl %eax, %gs", "lfence"
	OP	far_jmp, "", "ljmp $code, $1f; 1:", "lfence"
	OP	rdtsc, "", "rdtsc", "lfence"
	OP	cpuid, "xorl %eax, %eax", "cpuid", "andl $0, %eax"
	OP	pushf, "", "pushfl", "lfence"
	OP	popf, "pushfl; popl %esi; pushl %esi", "popfl", "pushl %esi; lfence"
	OP	cli, "", "cli", "lfence"
	/*
	 * No interrupt comes before the second instruction behind a STI.  In the twin each CLI
	 * finds interrupts off.
	 */
	OP	sti, "", "sti", "cli; lfence"
	OP	in, "", "inb $0x80, %al", ""
	OP	out, "xorl %eax, %eax", "outb %al, $0x80", ""
	OP	pause, "", "pause", "lfence"
	OP	locked, "movl area(%ebx), %esi", "lock addl $0, (%esi)", ""
	OP	fpu_save, "movl area(%ebx), %esi", "fxsave (%esi)", "lfence", needs=OC_NEEDS_FXSR
	OP	fpu_load, "movl area(%ebx), %esi; fxsave (%esi)", "fxrstor (%esi)", "lfence", \
		needs=OC_NEEDS_FXSR
	/* For one byte of a page. */
	OP	movs_bytes, "MOVE", "rep movsl", "MOVE; lfence", divisor=OC_MOVED_BYTES, copies=2

	CROSS	0, 0, int, iret, "int $to_ring0"
	CROSS	1, 0, int, iret, "int $to_ring0"
	CROSS	1, 1, int, iret, "int $to_ring1"
	CROSS	0, 0, exception, "", "ud2"
	CROSS	1, 0, exception, "", "ud2"
	CROSS	0, 0, far_call, far_ret, "lcall $code, $oc_far"
	CROSS	1, 1, far_call, far_ret, "lcall $code, $oc_far"

	.section .oc_blocks, "a", @progbits
SYM_DATA_END_LABEL(oc_blocks, SYM_L_LOCAL, oc_blocks_end)

	.section .rodata
SYM_DATA(oc_nr_blocks, .long (oc_blocks_end - oc_blocks) / OC_BLOCK_SIZE)

	.text
SYM_CODE_START_LOCAL(oc_far)
	STAMP
	movl	%eax, %esi
	lret
SYM_CODE_END(oc_far)

/* In whichever ring its gate names. */
SYM_CODE_START(oc_stamp)
	STAMP
	movl	%eax, %esi
	iret
SYM_CODE_END(oc_stamp)

/* Nothing here but the block's ud2 is invalid. */
SYM_CODE_START(oc_invalid_opcode)
	STAMP
	movl	%eax, %esi
	addl	$2, %ss:(%esp)
	iret
SYM_CODE_END(oc_invalid_opcode)

/*
 * Remembered, so that main.c gives it to the kernel, and measures again.  Interrupts stay off
 * behind it: one that came between STI and CLI has ended STI's delay.
 */
SYM_CODE_START(oc_nmi)
	incl	%ss:oc_nmis
	andl	$~0x200, %ss:8(%esp)
	iret
SYM_CODE_END(oc_nmi)

/* The flags, too: int clears IF, and leaves the IOPL of ring 1. */
.macro SAVE
	pushfl
	pushl	%ebp
	pushl	%ebx
	pushl	%esi
	pushl	%edi
	pushl	%ds
	pushl	%es
	pushl	%fs
	pushl	%gs
.endm

/* The kernel's own: %fs is its base of per-CPU data. */
.macro RESTORE
	popl	%gs
	popl	%fs
	popl	%es
	popl	%ds
	popl	%edi
	popl	%esi
	popl	%ebx
	popl	%ebp
	popfl
	ret
.endm

/* %eax = block, %edx = arguments (the kernel's calls pass three in registers) */
SYM_FUNC_START(oc_at_ring0)
	SAVE
	xchgl	%edx, %eax
	call	*%edx
	RESTORE
SYM_FUNC_END(oc_at_ring0)

/*
 * %eax = block, %edx = arguments, %ecx = stack of ring 1.  IOPL is 1 there, for CLI and its kin,
 * and IF is clear.
 */
SYM_FUNC_START(oc_at_ring1)
	SAVE
	movl	%esp, oc_esp
	pushl	$OC_DS1
	pushl	%ecx
	pushl	$0x1002
	pushl	$OC_CS1
	pushl	$.Lring1
	iret
.Lring1:
	movl	$OC_DS1, %ecx
	movl	%ecx, %ds
	movl	%ecx, %es
	xchgl	%edx, %eax
	call	*%edx
	int	$OC_VECTOR_RETURN
SYM_FUNC_END(oc_at_ring1)

/* On the stack of our TSS; %eax is what the block answered. */
SYM_CODE_START(oc_return)
	movl	%ss:oc_esp, %esp
	RESTORE
SYM_CODE_END(oc_return)

	.data
SYM_DATA_LOCAL(oc_esp, .long 0)
SYM_DATA(oc_nmis, .long 0)
