// SPDX-License-Identifier: GPL-2.0
/*
 * offsets.c - constants of C structures for the assembler.  Compiled to assembly
 * and never linked; the build turns its markers into lg-offsets.h.
 */
#include <linux/kbuild.h>
#include <linux/stddef.h>
#include <asm/pgtable_types.h>
#include <asm/processor-flags.h>
#include <asm/segment.h>
#include <asm/trap_pf.h>
#include "layout.h"

#define STATE_OFFSET(NAME, field) \
	DEFINE(LG_STATE_##NAME, offsetof(struct lg_state, field))

void lg_offsets(void);
void lg_resident_offsets(void);

_Static_assert(X86_PF_WRITE == _PAGE_RW && X86_PF_USER == _PAGE_USER,
	       "a fault's error code has its rights where a table's entry has them");

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
	DEFINE(LG_REGS_EXIT, LG_REGS_OFFSET + offsetof(struct lg_regs, exit));
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
#define LG_X(number, NAME, name) DEFINE(LG_HC_##NAME, number);
	LG_HYPERCALLS(LG_X)
#undef LG_X
#define LG_X(bit, NAME, name) DEFINE(LG_LEVER_##NAME, LG_LEVER_##NAME);
	LG_LEVERS(LG_X)
#undef LG_X
}

/* What the variant resident answers by. */
void lg_resident_offsets(void)
{
	STATE_OFFSET(CLOSED, closed);
	STATE_OFFSET(RING, ring);
	STATE_OFFSET(CLOCK, clock);
	STATE_OFFSET(DATA, data);
	STATE_OFFSET(TSS_VA, tss_va);
	DEFINE(LG_TSS_ESP1, offsetof(struct lg_tss, esp1));
	DEFINE(LG_TSS_SS1, offsetof(struct lg_tss, ss1));
	STATE_OFFSET(HIGHEST_FRAME, highest_frame);
	STATE_OFFSET(DIR, dir);
	STATE_OFFSET(TABLE_SLOT, table_slot);
	STATE_OFFSET(TABLE_GPDE, table_gpde);
	STATE_OFFSET(HIGHEST_GPTE, highest_gpte);
	STATE_OFFSET(ASKED_GATES, asked_gates);
	STATE_OFFSET(STAY_OF, stay_of);
	STATE_OFFSET(CLAIMED_PORTS, claimed_ports);
	DEFINE(LG_DATA_IRQ_ENABLED, offsetof(struct lguest_data, irq_enabled));
	DEFINE(LG_DATA_CR2, offsetof(struct lguest_data, cr2));
	DEFINE(LG_REGS_STAYED, offsetof(struct lg_regs_page, stayed));
	DEFINE(LG_REGS_STAY_FROM, offsetof(struct lg_regs_page, stay_from));
	DEFINE(LG_REGS_STAY_CR2, offsetof(struct lg_regs_page, stay_cr2));
	DEFINE(LG_REGS_STAYS, offsetof(struct lg_regs_page, stays));
	DEFINE(LG_CR0_TS, X86_CR0_TS);
	DEFINE(LG_EFLAGS_VM, X86_EFLAGS_VM);
	DEFINE(LG_EFLAGS_IF, X86_EFLAGS_IF);
	DEFINE(LG_GPTE_PRESENT, _PAGE_PRESENT);
	DEFINE(LG_GPTE_PSE, _PAGE_PSE);
	DEFINE(LG_FAULT_PRESENT, X86_PF_PROT);
	DEFINE(LG_FAULT_WRITE, X86_PF_WRITE);
	DEFINE(LG_FAULT_USER, X86_PF_USER);
	DEFINE(LG_TRAP_FLAGS, LG_STAY_FLAGS & ~(X86_EFLAGS_TF | X86_EFLAGS_NT));
#define LG_X(NAME, name)							\
	DEFINE(LG_STAYS_AT_##NAME, LG_STAY_##NAME * sizeof(struct lg_stay));
	LG_STAY_CLASSES(LG_X)
#undef LG_X
}
