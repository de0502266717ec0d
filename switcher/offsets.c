// SPDX-License-Identifier: GPL-2.0
/*
 * offsets.c - constants of C structures for the assembler.  Compiled to assembly
 * and never linked; the build turns its markers into lg-offsets.h.
 */
#include <linux/kbuild.h>
#include <linux/stddef.h>
#include <asm/segment.h>
#include "layout.h"

#define STATE_OFFSET(NAME, field) \
	DEFINE(LG_STATE_##NAME, offsetof(struct lg_state, field))

void lg_offsets(void);
void lg_offsets(void)
{
	STATE_OFFSET(GDT, gdt);
	STATE_OFFSET(GUEST_GDT, guest_gdt);
	STATE_OFFSET(GUEST_IDT, guest_idt);
	STATE_OFFSET(HOST_GDT, host_gdt);
	STATE_OFFSET(HOST_IDT, host_idt);
	STATE_OFFSET(HOST_CR3, host_cr3);
	STATE_OFFSET(HOST_SP, host_sp);
	STATE_OFFSET(EXIT_SP, exit_sp);
	STATE_OFFSET(HOST_TSS_ACCESS, host_tss_access);
	STATE_OFFSET(NESTED, nested);
	DEFINE(LG_TABLE_OPERAND, offsetof(struct lg_table, limit));
	DEFINE(LG_TABLE_BASE, offsetof(struct lg_table, base));
	DEFINE(LG_REGS_OFFSET, LG_REGS_OFFSET);
	DEFINE(LG_BLOB_SIZE, sizeof(struct lg_blob));
	DEFINE(LG_HOST_DS, __USER_DS);
	DEFINE(LG_HOST_FS, __KERNEL_PERCPU);
	DEFINE(LG_HOST_SS, __KERNEL_DS);
#define LG_X(SYMBOL, name, world)						\
	DEFINE(LG_STATE_STAMP_##SYMBOL,						\
	       offsetof(struct lg_state, stamps[LG_PROBE_##SYMBOL]));		\
	DEFINE(LG_REGS_STAMP_##SYMBOL,						\
	       offsetof(struct lg_regs_page, stamps[LG_PROBE_##SYMBOL]));
	LG_PROBES(LG_X)
#undef LG_X
#define LG_X(bit, NAME, name) DEFINE(LG_LEVER_##NAME, LG_LEVER_##NAME);
	LG_LEVERS(LG_X)
#undef LG_X
}
