/* SPDX-License-Identifier: GPL-2.0 */
/*
 * resident - exits that never leave: the Switcher answers what needs no Host.
 *
 * stacked, and under the Guest's own page tables, without a load of CR3:
 *
 *	hypercalls that ask for nothing (FLUSH_ASYNC, SEND_INTERRUPTS, TS as it is, a clock
 *	cancelled that is not set, with an empty ring)
 *	traps and system calls that the Guest takes through an interrupt gate
 *	IN and OUT of ports near which none is claimed
 *	page faults that the Guest's own tables say are its own
 *
 * What it must know for that the Host has told it in the state page, which a Guest can only read
 * (kmod/resident.h); the ring and the virtual IF are in the Guest's page of lguest_data, which lies
 * in the Switcher's slot while the Guest runs, and beside it two pages of the Guest's tables.
 */
#include "../layout.h"
#include "lg-offsets.h"

#define LG_VARIANT		resident
#define LG_VARIANT_LEVERS	(LG_LEVER_ALIAS_TABLES | LG_LEVER_LAZY_SYSENTER | \
				 LG_LEVER_FAST_REENTRY | LG_LEVER_RESIDENT)

/*
 * A stub comes here with %esp at the exit code.  From a Guest that is always the same place of the
 * regs page, since the CPU has taken %esp from the TSS: all is found from %esp, with as many words
 * on the stack as `pushed` says, and no register is needed.
 */
#define AT_REGS(offset, pushed)	(offset) - LG_REGS_EXIT + 4 * (pushed)
#define AT_PAGE(page, offset, pushed)					\
	AT_REGS(4096 * ((page) - LG_CPU_REGS) + (offset), pushed)
#define AT_STATE(field, pushed)	AT_PAGE(LG_CPU_STATE, LG_STATE_##field, pushed)
#define AT_DIR(pushed)		AT_PAGE(LG_CPU_DIR, 0, pushed)
#define AT_TABLE(pushed)	AT_PAGE(LG_CPU_TABLE, 0, pushed)
#define OF_REGS(offset, pushed)	AT_REGS(offset, pushed)(%esp)
#define OF_STATE(field, pushed)	AT_STATE(field, pushed)(%esp)

/* The words that stub and CPU have pushed. */
#define FRAME(word, pushed)	4 * ((word) + (pushed))(%esp)
#define EXIT	0
#define ERROR	1
#define EIP	2
#define CS	3
#define EFLAGS	4
#define ESP	5
#define SS	6

/* With registers saved, four words: what lies where. */
#define SAVE	pushl %eax; pushl %ecx; pushl %edx; pushl %ebx
#define RESTORE	popl %ebx; popl %edx; popl %ecx; popl %eax
#define SAVED_EDX	4(%esp)
#define SAVED_EAX	12(%esp)

/* The probed twin stamps the beginning, and adds up what it took. */
#if LG_TWIN
#define STAY_BEGINS							\
	pushl	%eax;							\
	pushl	%edx;							\
	rdtsc;								\
	movl	%eax, OF_REGS(LG_REGS_STAY_FROM, 2);			\
	popl	%edx;							\
	popl	%eax
/* Where the class lies in stays: a constant, and the registers to add to it. */
#define STAY_ENDS(pushed, at, index...)					\
	pushl	%eax;							\
	pushl	%edx;							\
	rdtsc;								\
	subl	OF_REGS(LG_REGS_STAY_FROM, (pushed) + 2), %eax;		\
	addl	%eax, AT_REGS(LG_REGS_STAYS + (at) + 4, (pushed) + 2) index; \
	popl	%edx;							\
	popl	%eax
#else
#define STAY_BEGINS
#define STAY_ENDS(pushed, at, index...)
#endif

.macro STEP_STUB vector:req
	.if	\vector == LG_HYPERCALL_VECTOR
	jmp	answer_call
	.elseif	\vector == LG_SYSCALL_VECTOR
	jmp	reflect_syscall
	.elseif	\vector == 13
	jmp	answer_gp
	.elseif	\vector == 14
	jmp	answer_pf
	.elseif	(\vector == 0) || ((\vector >= 3) && (\vector <= 6))
	jmp	reflect
	.else
	jmp	exit_to_host
	.endif
.endm
#define STEP_STUB STEP_STUB

.macro STEP_ANSWERS
/* answer_call: a hypercall.
 * In:            as exit_to_host, from a Guest: `int` reaches this gate from ring 1 alone
 * Out:           back in the Guest, all registers unchanged and the flags as rule 1 allows; or
 *                exit_to_host
 * Stack:         the regs page
 * Page tables:   the Guest's
 * May fault:     the iret, as that of enter_guest
 *
 * TS is what CR0 says: nobody but the Host changes it, and it enters a Guest with it as asked.
 */
answer_call:
	STAY_BEGINS
	testl	%eax, %eax		/* FLUSH_ASYNC is 0 */
	je	.Lknown
	cmpl	$LG_HC_SEND_INTERRUPTS, %eax
	je	.Lknown
	cmpl	$LG_HC_SET_CLOCKEVENT, %eax
	je	.Lknown
	cmpl	$LG_HC_TS, %eax
	jne	exit_to_host
	pushl	%ecx
	smsw	%ecx
	andl	$LG_CR0_TS, %ecx	/* 8, or 0: what the Guest may ask for too */
	cmpl	%ebx, %ecx
	jne	.Lneeds_host
	popl	%ecx
.Lknown:
	cmpl	$0, OF_STATE(CLOSED, 0)
	jne	exit_to_host
	pushl	%ecx
	movl	OF_STATE(RING, 1), %ecx
	cmpb	$LG_RING_FREE, %ss:(%ecx)
	jne	.Lneeds_host
	cmpl	$LG_HC_SET_CLOCKEVENT, %eax
	je	.Lclock
.Lneeds_nothing:
	incl	OF_REGS(LG_REGS_STAYED, 1)
	incl	OF_REGS(LG_REGS_STAYS + LG_STAYS_AT_HYPERCALL, 1)
	STAY_ENDS(1, LG_STAYS_AT_HYPERCALL, (%esp))
	popl	%ecx
	andl	$LG_STAY_FLAGS, FRAME(EFLAGS, 0)
	addl	$8, %esp
	iretl
.Lclock:
	movl	OF_STATE(CLOCK, 1), %ecx
	orl	%ebx, %ecx
	je	.Lneeds_nothing
.Lneeds_host:
	popl	%ecx
	jmp	exit_to_host

/* reflect, reflect_syscall, answer_gp, answer_pf: a trap that is the Guest's own, through an
 * interrupt gate; IN and OUT of nobody's ports.
 * In:            as exit_to_host
 * Out:           in the Guest's handler, with the frame on its ring-1 stack that the CPU would
 *                have pushed and virtual interrupts off, as the Host's lg_reflect does it; or
 *                behind the IN or OUT; or exit_to_host with all as it was
 * Stack:         the regs page
 * Page tables:   the Guest's
 * May fault:     what lies between answer_begin and answer_end and touches the Guest's memory,
 *                with four registers saved; such a fault is dropped, and what it was about goes to
 *                the Host, which meets the same memory by the Guest's tables.  The iret, as that
 *                of enter_guest
 *
 * The frame lies below the Switcher's slots whole, or a Guest could have the frame of the iret, or
 * what the Host reads of its state, overwritten here.  A Guest may change lguest_data at any time:
 * the virtual IF is read once.
 */
answer_gp:
	cmpl	$0, FRAME(ERROR, 0)
	jne	reflect
	testb	$2, FRAME(CS, 0)
	jne	reflect
	cmpw	$LG_GUEST_CS, FRAME(CS, 0)	/* flat, or all ports are told as claimed */
	jne	exit_to_host
	STAY_BEGINS
	SAVE
	cmpl	$0, OF_STATE(CLOSED, 4)
	jne	.Lneeds_host_4
	movl	FRAME(EIP, 4), %ebx
	cmpl	OF_STATE(HIGHEST_FRAME, 4), %ebx	/* the Host fetches none of the slots */
	ja	.Lneeds_host_4
answer_begin:
	movl	%ss:(%ebx), %eax
	movb	%al, %cl
	andb	$LG_IO_OPCODE_MASK, %cl
	cmpb	$LG_IO_OPCODE, %cl
	jne	.Lneeds_host_4
	movzbl	%ah, %ecx		/* the port, in the instruction or in %dx */
	addl	$2, %ebx
	testb	$LG_IO_DX, %al
	je	.Lport
	movzwl	SAVED_EDX, %ecx
	decl	%ebx
.Lport:
	shrl	$5, %ecx
	btl	%ecx, OF_STATE(CLAIMED_PORTS, 4)
	jc	.Lneeds_host_4
	movl	%ebx, FRAME(EIP, 4)
	testb	$LG_IO_OUT, %al
	jne	.Lport_done
	testb	$LG_IO_WIDE, %al
	movb	$0xff, SAVED_EAX
	je	.Lport_done
	movl	$-1, SAVED_EAX
.Lport_done:
	andl	$LG_STAY_FLAGS, FRAME(EFLAGS, 4)
	movl	$LG_STAYS_AT_IO_EMULATED, %ecx
	jmp	.Lstay

reflect_syscall:
	STAY_BEGINS
	SAVE
	movl	$LG_ASKED_SYSCALL, %ecx
	jmp	.Lgate
reflect:
	STAY_BEGINS
	SAVE
	movl	FRAME(EXIT, 4), %ecx
	subl	$LG_EXIT_CODE(0), %ecx
.Lgate:
	testb	$3, FRAME(CS, 4)	/* 0: a fault of the Switcher's own */
	je	.Lneeds_host_4
.Lof_guest:
	testl	$LG_EFLAGS_VM, FRAME(EFLAGS, 4)	/* the frame would be another */
	jne	.Lneeds_host_4
	cmpl	$0, OF_STATE(CLOSED, 4)
	jne	.Lneeds_host_4
	cmpl	$0, OF_STATE(DATA, 4)
	je	.Lneeds_host_4
	movl	AT_STATE(ASKED_GATES, 4) + 4(%esp,%ecx,8), %ebx
	movl	%ebx, %eax
	andl	$0x9f00, %eax
	cmpl	$0x8e00, %eax		/* present, and an interrupt gate */
	jne	.Lneeds_host_4
	movw	AT_STATE(ASKED_GATES, 4)(%esp,%ecx,8), %bx
	movl	FRAME(ESP, 4), %edx
	testb	$2, FRAME(CS, 4)
	je	.Lstack
	movl	OF_STATE(TSS_VA, 4), %edx
	movl	%ss:LG_TSS_ESP1(%edx), %edx
.Lstack:
	leal	-LG_FRAME_BYTES(%edx), %eax
	cmpl	OF_STATE(HIGHEST_FRAME, 4), %eax
	ja	.Lneeds_host_4
	testb	$2, FRAME(CS, 4)
	je	.Linner
	movl	FRAME(SS, 4), %eax
	movl	%eax, %ss:-4(%edx)
	movl	FRAME(ESP, 4), %eax
	movl	%eax, %ss:-8(%edx)
	subl	$8, %edx
.Linner:
	movl	OF_STATE(DATA, 4), %eax
	cmpl	$0, %ss:LG_DATA_IRQ_ENABLED(%eax)
	movl	FRAME(EFLAGS, 4), %eax
	jne	.Lenabled
	andl	$~LG_EFLAGS_IF, %eax
.Lenabled:
	movl	%eax, %ss:-4(%edx)
	movl	FRAME(CS, 4), %eax
	movl	%eax, %ss:-8(%edx)
	movl	FRAME(EIP, 4), %eax
	movl	%eax, %ss:-12(%edx)
	subl	$12, %edx
	leal	-13(%ecx), %eax		/* 13 and 14 have an error code */
	cmpl	$1, %eax
	ja	answer_end
	movl	FRAME(ERROR, 4), %eax
	movl	%eax, %ss:-4(%edx)
	subl	$4, %edx
answer_end:
	movl	%edx, FRAME(ESP, 4)
	testb	$2, FRAME(CS, 4)
	je	.Lsame_ring
	movl	OF_STATE(TSS_VA, 4), %eax
	movl	%ss:LG_TSS_SS1(%eax), %eax
	movl	%eax, FRAME(SS, 4)
.Lsame_ring:
	movl	%ebx, FRAME(EIP, 4)
	movl	$LG_GUEST_CS, FRAME(CS, 4)
	andl	$LG_TRAP_FLAGS, FRAME(EFLAGS, 4)
	movl	OF_STATE(DATA, 4), %eax
	movl	$0, %ss:LG_DATA_IRQ_ENABLED(%eax)
	cmpb	$14, %cl
	jne	.Lno_cr2
	movl	OF_REGS(LG_REGS_STAY_CR2, 4), %edx
	movl	%edx, %ss:LG_DATA_CR2(%eax)
.Lno_cr2:
	movzbl	AT_STATE(STAY_OF, 4)(%esp,%ecx), %ecx
.Lstay:
	incl	OF_REGS(LG_REGS_STAYED, 4)
	incl	AT_REGS(LG_REGS_STAYS, 4)(%esp,%ecx)
	STAY_ENDS(4, 0, (%esp,%ecx))
	RESTORE
	addl	$8, %esp
	iretl

/* What the Guest's own tables, as they are now, forbid or do not have.  The page table is there if
 * the directory still names the one that the Host has mapped.  An entry that ends the Guest
 * (lg_check_gpte) is the Host's.  TABLE_GPDE is always present, so an entry that equals it is. */
answer_pf:
	cmpw	$LG_SWITCHER_CS, FRAME(CS, 0)
	je	.Lown_fault
	cmpl	$0, OF_STATE(DIR, 0)
	je	exit_to_host
	STAY_BEGINS
	SAVE
	movl	%cr2, %edx
	movl	%edx, OF_REGS(LG_REGS_STAY_CR2, 4)
	movl	%edx, %ebx
	shrl	$22, %ebx
	movl	AT_DIR(4)(%esp,%ebx,4), %eax
	movl	$14, %ecx
	cmpl	OF_STATE(TABLE_GPDE, 4), %eax
	jne	.Lno_table
	cmpl	OF_STATE(TABLE_SLOT, 4), %ebx
	jne	.Lneeds_host_4
	shrl	$10, %edx
	andl	$0xffc, %edx
	movl	AT_TABLE(4)(%esp,%edx), %ebx
	andl	%ebx, %eax
	testb	$LG_GPTE_PRESENT, %al
	je	.Lof_guest
	cmpl	OF_STATE(HIGHEST_GPTE, 4), %ebx
	ja	.Lneeds_host_4
	testb	$LG_GPTE_PSE, %bl
	jne	.Lneeds_host_4
	notl	%eax
	andl	FRAME(ERROR, 4), %eax
	testb	$LG_FAULT_WRITE | LG_FAULT_USER, %al	/* the places of RW and U/S */
	je	.Lneeds_host_4
	orb	$LG_FAULT_PRESENT, FRAME(ERROR, 4)
	jmp	.Lof_guest

/* A fault of the Switcher's own: dropped if it is one that may be. */
.Lown_fault:
	pushl	%eax
	movl	FRAME(EIP, 1), %eax
	andl	$4095, %eax
	subl	$(answer_begin - text), %eax
	cmpl	$(answer_end - answer_begin), %eax
	popl	%eax
	jae	exit_to_host
	addl	$5 * 4, %esp		/* exit, error, eip, cs, eflags: the ring is the same */
	movl	OF_REGS(LG_REGS_STAY_CR2, 4), %eax
	movl	%eax, %cr2		/* of use if this is about a page fault */
	jmp	.Lneeds_host_4
.Lno_table:
	testb	$LG_GPTE_PRESENT, %al
	je	.Lof_guest
.Lneeds_host_4:
	RESTORE
	jmp	exit_to_host
.endm
#define STEP_ANSWERS STEP_ANSWERS

#include "cr3_only.S"
