/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ops.h - what programs of the lab machine and the emulator's plugin (vm/plugin) agree
 * on: the names of what is counted, and the mailbox.
 *
 * An op is an instruction whose cost on a real CPU its count of one does not show: X(NAME, name).
 * The last four are not instructions but events, which the plugin infers from the order of
 * execution.
 */
#ifndef LG_OPS_H
#define LG_OPS_H

#include <stdint.h>

#define LG_OPS(X)				\
	X(WRMSR,       wrmsr)			\
	X(RDMSR,       rdmsr)			\
	X(WRITE_CR0,   write_cr0)		\
	X(WRITE_CR3,   write_cr3)		\
	X(WRITE_CR4,   write_cr4)		\
	X(WRITE_CR,    write_cr)		\
	X(READ_CR,     read_cr)			\
	X(CLTS,        clts)			\
	X(MOV_DR,      mov_dr)			\
	X(LGDT,        lgdt)			\
	X(LIDT,        lidt)			\
	X(LLDT,        lldt)			\
	X(LTR,         ltr)			\
	X(SGDT,        sgdt)			\
	X(SIDT,        sidt)			\
	X(SLDT,        sldt)			\
	X(STR,         str)			\
	X(INVLPG,      invlpg)			\
	X(WBINVD,      wbinvd)			\
	X(INT,         int)			\
	X(IRET,        iret)			\
	X(FAR_CALL,    far_call)		\
	X(FAR_JMP,     far_jmp)			\
	X(FAR_RET,     far_ret)			\
	X(SYSENTER,    sysenter)		\
	X(SYSEXIT,     sysexit)			\
	X(LOAD_SEG,    load_seg)		\
	X(IN,          in)			\
	X(OUT,         out)			\
	X(CLI,         cli)			\
	X(STI,         sti)			\
	X(PUSHF,       pushf)			\
	X(POPF,        popf)			\
	X(HLT,         hlt)			\
	X(PAUSE,       pause)			\
	X(CPUID,       cpuid)			\
	X(RDTSC,       rdtsc)			\
	X(FPU_SAVE,    fpu_save)		\
	X(FPU_LOAD,    fpu_load)		\
	X(LOCKED,      locked)			\
	X(MOVS_BYTES,  movs_bytes)		\
	X(SWITCH,      switch)			\
	X(STAY,        stay)			\
	X(EXCEPTION,   exception)		\
	X(INTERRUPT,   interrupt)

enum lg_op {
	LG_OP_NONE,
#define LG_X(NAME, name) LG_OP_##NAME,
	LG_OPS(LG_X)
#undef LG_X
	LG_NR_OPS
};

/* The part of the system that an instruction belongs to: X(NAME, name). */
#define LG_WHERES(X)				\
	X(GUEST,    guest)			\
	X(SWITCHER, switcher)			\
	X(MODULE,   module)			\
	X(KERNEL,   kernel)			\
	X(USER,     user)

enum lg_where {
#define LG_X(NAME, name) LG_WHERE_##NAME,
	LG_WHERES(LG_X)
#undef LG_X
	LG_NR_WHERES
};

/*
 * The mailbox: the plugin sees no registers and no memory, but it sees the address that a store
 * goes to.  A byte b is sent by a store to mailbox + b, made by one instruction that no other
 * program contains:
 *
 *	movb $LG_MAIL_MARK, LG_MAIL_DISPLACEMENT(%reg)
 *
 * A message is a line.  Without the plugin it is a handful of stores without effect.
 *
 *	forget				all addresses received so far
 *	range switcher|module FROM TO	(TO is the first address after it)
 *	stubs ADDRESS			256 stubs of a blob, LG_STUB_BYTES each
 *	exception ADDRESS VECTOR	where the Host's kernel takes that exception
 *	begin NAME, end			a window: what is executed between the two is counted
 *	cell NAME			what follows are samples of this cell
 *	series NAME COUNT		the last COUNT samples were of that series
 * Addresses are hexadecimal without 0x.
 */
#define LG_MAIL_DISPLACEMENT	0x4c67306d
#define LG_MAIL_MARK		0x5a
#define LG_MAIL_LINE		200

#if defined(__i386__)
static inline void lg_tell(const char *line)
{
	static uint8_t mailbox[256] __attribute__((aligned(256)));

	for (;; line++) {
		uint8_t byte = *line ? (uint8_t)*line : '\n';

		__asm__ volatile("movb %[mark], %c[displacement](%[to])"
				 : : [mark] "i" (LG_MAIL_MARK),
				     [displacement] "i" (LG_MAIL_DISPLACEMENT),
				     [to] "r" ((uint32_t)mailbox + byte - LG_MAIL_DISPLACEMENT)
				 : "memory");
		if (!*line)
			return;
	}
}
#else
static inline void lg_tell(const char *line)
{
	(void)line;
}
#endif

#endif
