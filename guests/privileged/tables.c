/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * tables - GDT, IDT and TSS that a Guest changes by plain stores: what the CPU uses follows,
 * descriptors of ring 0 and of the system do not get there, and what a segment register
 * holds stays.
 *
 * test: tables; variants=all; twins=all; launch=--privileged; expect=INERT
 */
#include "privileged.h"

#define TLS		6
#define TLS_SELECTOR	(TLS * 8 + 3)

static uint32_t words[4] = { 0x11111111, 0x22222222, 0x33333333, 0x44444444 };

static uint64_t at_word(uint32_t i, uint32_t dpl)
{
	return descriptor((uint32_t)&words[i], DESC_FLAT_LOW, DESC_DATA(dpl));
}

/* What GS reads at its offset 0, after a load of the selector. */
static uint32_t through_gs(uint32_t selector)
{
	uint32_t value;

	asm volatile("movl %1, %%gs; movl %%gs:0, %0" : "=r" (value) : "r" (selector));
	return value;
}

/* Two stores and a load with no exit between them, as a kernel changes threads. */
static void tls(void)
{
	uint32_t i, good = 0;

	for (i = 0; i < 64; i++) {
		*(volatile uint64_t *)&own_gdt[TLS] = at_word(i % 4, 3);
		good += through_gs(TLS_SELECTOR) == words[i % 4];
	}
	report(good == 64, "TLS stored and loaded: %u of 64", good);
	*(volatile uint64_t *)&own_gdt[TLS + 1] = at_word(1, 3);
	report(same_gs() == words[63 % 4], "another entry stored: GS stays");
	*(volatile uint64_t *)&own_gdt[TLS] = at_word(0, 3);
	set_gs(0);
	in8(PORT_NOBODY);
	report(gs_selector() == 0, "GS made null behind a store stays null");
	for (i = good = 0; i < 64; i++) {
		through_gs(TLS_SELECTOR);
		*(volatile uint64_t *)&own_gdt[TLS + i % 3] = at_word(i % 4, 3);
		good += through_gs(TLS_SELECTOR + i % 3 * 8) == words[i % 4];
	}
	report(good == 64, "each entry stored while GS has another: %u of 64", good);
	*(volatile uint64_t *)&own_gdt[TLS + 2] = at_word(2, 3);
	set_gs(0);
	*(volatile uint64_t *)&own_gdt[TLS] = 0;
	report(ATTEMPT("movl %%eax, %%gs", TLS_SELECTOR, 0, 0, 0) == GP(TLS * 8) ||
	       try_result == NOT_PRESENT(TLS * 8), "an entry stored absent: %x", try_result);
}

/* What must never be live, in each entry that is the Guest's. */
static void forbidden(void)
{
	static const uint32_t highs[] = {
		0x0000ec00, 0x0000e400,		/* call gates */
		0x00008900, 0x00008b00, 0x00008200, 0x0000e500, 0x0000ee00, 0x0000ef00,
	};
	uint32_t i, wrong = 0;

	for (i = 0; i < ARRAY_SIZE(highs); i++) {
		own_gdt[MINE] = (uint64_t)highs[i] << 32 | SWITCHER_CS << 16 |
				((uint32_t)attack_payload & 0xffff);
		load_gdtr(own_gdt, sizeof(own_gdt) - 1);
		if (ATTEMPT("ljmp $0xa1, $0", 0, 0, 0, 0) == RAN)
			wrong++;
	}
	report(!wrong, "system descriptors: %u are live", wrong);
}

static void ring_0(void)
{
	uint32_t cs;

	own_gdt[MINE] = descriptor(0, DESC_FLAT_LOW, DESC_CODE(0u));
	load_gdtr(own_gdt, sizeof(own_gdt) - 1);
	asm volatile("ljmp %1, $1f\n1:\tmovl %%cs, %0\n\tljmp %2, $2f\n2:"
		     : "=r" (cs) : "i" (MINE * 8), "i" (LG_GUEST_CS));
	report((cs & 3) == 1, "code of ring 0 is code of ring 1: CS %x", cs & 0xffff);
}

/* The Host's entries stay its own whatever the table says. */
static void reserved(void)
{
	uint64_t were[2] = { own_gdt[10], own_gdt[11] };

	own_gdt[10] = descriptor(0, DESC_FLAT_LOW, DESC_CODE(3u));
	own_gdt[11] = descriptor(0, DESC_FLAT_LOW, DESC_DATA(1u));
	load_gdtr(own_gdt, sizeof(own_gdt) - 1);
	report(ATTEMPT("movl %%eax, %%gs", SWITCHER_DS, 0, 0, 0) == GP(SWITCHER_DS),
	       "entry 11 is the Switcher's");
	report(ATTEMPT("movl %%eax, %%ss", SWITCHER_DS, 0, 0, 0) == GP(SWITCHER_DS),
	       "for SS too");
	own_gdt[10] = were[0];
	own_gdt[11] = were[1];
}

/* Every limit, and tables where none is. */
static void limits(void)
{
	uint32_t limit;

	own_gdt[MINE] = at_word(0, 1);
	for (limit = 0; limit <= sizeof(own_gdt); limit++)
		load_gdtr(own_gdt, limit);
	load_gdtr(own_gdt, 0xffff);
	report(through_gs(MINE * 8) == words[0], "a GDT with the largest limit");
	load_gdtr(own_gdt, MINE * 8 - 1);
	report(same_gs() == words[0], "a GDT that ends before what GS holds");
	set_gs(0);
	load_gdtr((void *)0xfffffff0, 0xff);
	load_gdtr((void *)0xff800000, 0xff);
	load_gdtr((void *)LG_SHARED_VA, 0xff);
	load_gdtr((void *)0x3ffffff0, 0xffff);
	load_gdtr(own_gdt, sizeof(own_gdt) - 1);
	report(through_gs(MINE * 8) == words[0], "tables that are not mapped");
	set_gs(0);
	for (limit = 0; limit <= sizeof(own_idt); limit += 9)
		load_idtr(own_idt, limit);
	load_idtr((void *)0xff800000, 0x7ff);
	load_idtr((void *)0x3ffffff0, 0xffff);
	load_idtr(own_idt, sizeof(own_idt) - 1);
	report(TRY("ud2") == UD, "and gates, there again");
}

/* What GS holds becomes what it may not hold: it is nulled, as the Switcher could not load it. */
static void spoilt(void)
{
	own_gdt[MINE] = at_word(0, 3);
	load_gdtr(own_gdt, sizeof(own_gdt) - 1);
	set_gs(MINE * 8 + 3);
	*(volatile uint64_t *)&own_gdt[MINE] = at_word(0, 1);
	in8(PORT_NOBODY);
	*(volatile uint64_t *)&own_gdt[MINE] = descriptor(0, DESC_FLAT_LOW, 0x00cf9800);
	in8(PORT_NOBODY);
	set_gs(0);
	report(true, "an entry is spoilt while GS holds it");
}

static volatile uint32_t counted;

static void count(struct trap *trap)
{
	(void)trap;
	counted++;
}

static void gates(void)
{
	guest_gate(3, GATE_INTERRUPT, 3, count);
	asm volatile("int3");
	own_idt[3] = 0;
	in8(PORT_NOBODY);
	report(counted == 1 && TRY("int3") == GP(3 * 8 + 2), "a gate stored, and stored away");
	own_idt[3] = 0x0000850000600000ull;
	in8(PORT_NOBODY);
	report(TRY("int3") == GP(3 * 8 + 2), "a task gate is none");
	guest_gate(3, GATE_TRAP, 3, count);
	asm volatile("int3");
	report(counted == 2, "a trap gate");
}

static void task_register(void)
{
	report(ATTEMPT("ltr %%ax", 0, 0, 0, 0) == GP(0), "ltr of nothing");
	report(ATTEMPT("ltr %%ax", LG_GUEST_DS, 0, 0, 0) == GP(0), "ltr of data");
	report(ATTEMPT("ltr %%ax", 0xffff, 0, 0, 0) == GP(0), "ltr beyond the table");
	own_gdt[MINE] = descriptor((uint32_t)own_tss, 0x20, TSS_FREE);
	report(ATTEMPT("ltr %%ax", MINE * 8, 0, 0, 0) == GP(0), "ltr of a TSS that is too short");
}

int main(void)
{
	privileged_begin();
	tls();
	forbidden();
	ring_0();
	reserved();
	limits();
	spoilt();
	gates();
	task_register();
	return report_status();
}
