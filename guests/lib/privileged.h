/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * privileged.h - what Guests that use privileged instructions share: tables of their own, and what
 * a kernel does to a CPU.  Their test lines say `launch=--privileged`.
 */
#ifndef PRIVILEGED_H
#define PRIVILEGED_H

#include "attack.h"

#define shared	((volatile struct lguest_data *)LG_SHARED_VA)

#define CR0_PE		0x00000001u
#define CR0_TS		0x00000008u
#define CR0_ET		0x00000010u
#define CR0_PG		0x80000000u
#define CR4_PGE		0x00000080u
#define PTE_GLOBAL	0x100u

#define TSS_ENTRY	16
#define TSS_FREE	0x00008900u	/* present, a 32-bit TSS that is not busy */

static uint64_t own_gdt[LG_GDT_ENTRIES] __attribute__((aligned(PAGE_BYTES)));
static uint64_t own_idt[LG_IDT_ENTRIES] __attribute__((aligned(PAGE_BYTES)));
static uint32_t own_tss[26] __attribute__((aligned(128)));

struct table_register {
	uint16_t limit;
	uint32_t base;
} __attribute__((packed));

#define READ_CR(n)								\
({										\
	uint32_t value_;							\
	asm volatile("movl %%cr" #n ", %0" : "=r" (value_) : : "memory");	\
	value_;									\
})
#define WRITE_CR(n, value)	asm volatile("movl %0, %%cr" #n : : "r" (value) : "memory")

static inline void load_gdtr(const void *base, uint32_t limit)
{
	struct table_register r = { limit, (uint32_t)base };

	asm volatile("lgdt %0" : : "m" (r) : "memory");
}

static inline void load_idtr(const void *base, uint32_t limit)
{
	struct table_register r = { limit, (uint32_t)base };

	asm volatile("lidt %0" : : "m" (r) : "memory");
}

static inline void flush_page(uint32_t va)
{
	asm volatile("invlpg (%0)" : : "r" (va) : "memory");
}

static inline uint32_t gs_selector(void)
{
	uint32_t selector;

	asm volatile("movl %%gs, %0" : "=r" (selector));
	return selector & 0xffff;
}

static inline void set_gs(uint32_t selector)
{
	asm volatile("movl %0, %%gs" : : "r" (selector));
}

/* What GS reads at its offset 0. */
static inline uint32_t same_gs(void)
{
	uint32_t value;

	asm volatile("movl %%gs:0, %0" : "=r" (value));
	return value;
}

static inline uint64_t descriptor(uint32_t base, uint32_t low, uint32_t high)
{
	low = (low & 0xffff) | base << 16;
	high = (high & 0x00ffff00) | (base >> 16 & 0xff) | (base & 0xff000000);
	return (uint64_t)high << 32 | low;
}

static inline void own_segments(void)
{
	own_gdt[LG_GUEST_CS / 8] = descriptor(0, DESC_FLAT_LOW, DESC_CODE(0u));
	own_gdt[LG_GUEST_DS / 8] = descriptor(0, DESC_FLAT_LOW, DESC_DATA(0u));
	own_gdt[LG_GUEST_USER_CS / 8] = descriptor(0, DESC_FLAT_LOW, DESC_CODE(3u));
	own_gdt[LG_GUEST_USER_DS / 8] = descriptor(0, DESC_FLAT_LOW, DESC_DATA(3u));
	own_gdt[TSS_ENTRY] = descriptor((uint32_t)own_tss, sizeof(own_tss) - 1, TSS_FREE);
	own_tss[1] = (uint32_t)guest_trap_stack_top;
	own_tss[2] = LG_GUEST_DS & ~3u;
	load_gdtr(own_gdt, sizeof(own_gdt) - 1);
	asm volatile("movl %0, %%ds; movl %0, %%es; movl %0, %%ss" : : "r" (LG_GUEST_DS & ~3u));
	asm volatile("ltr %w0" : : "r" (TSS_ENTRY * 8));
}

/* Tables, page tables, gates for all vectors that may arrive. */
static inline void privileged_begin(void)
{
	guest_own_idt = own_idt;
	guest_irq_enabled = &shared->irq_enabled;
	own_segments();
	load_idtr(own_idt, sizeof(own_idt) - 1);
	guest_tables();
	WRITE_CR(3, guest_dir);
	WRITE_CR(0, READ_CR(0) | CR0_PG);
	guest_try_ready();
}

#endif
