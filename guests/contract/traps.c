/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * traps - every trap a Guest can raise arrives at its own handler with the right
 * vector and error code: reflected through interrupt gates, then directly through trap
 * gates, which the Guest cannot tell apart but for irq_enabled.
 *
 * test: traps; variants=all; twins=all; groups=contract; expect=INERT
 */
#include "guest.h"

static uint32_t seen_vector, seen_error, seen_if, seen_cs, skip;
static volatile uint32_t tiny[2];

static void note(struct trap *trap)
{
	seen_vector = trap->vector;
	seen_error = trap->error;
	seen_cs = trap->cs & 0xffff;
	seen_if = lguest_data.irq_enabled;
	trap->eip += skip;
	lguest_data.irq_enabled = LG_IF;
}

/* `length`: bytes of the faulting instruction, 0 for a trap that comes after it. */
#define RAISE(text, length)							\
do {										\
	seen_vector = 999;							\
	skip = length;								\
	asm volatile(text : : "a" (0), "c" (0), "d" (0), "m" (tiny) : "memory", "cc"); \
} while (0)

static void check(const char *what, uint32_t vector, uint32_t error, uint32_t irqs)
{
	report(seen_vector == vector && seen_error == error && seen_cs == LG_GUEST_CS &&
	       seen_if == irqs, "%s: vector %u error %x if %x", what, seen_vector,
	       seen_error, seen_if);
}

static void raise_all(uint32_t irqs_direct)
{
	RAISE("divl %%ecx", 2);
	check("divide", 0, 0, irqs_direct);
	RAISE("int3", 0);
	check("breakpoint", 3, 0, irqs_direct);
	asm volatile("movb $0x7f, %%al; addb $1, %%al; into" : : : "eax", "cc");
	check("overflow", 4, 0, irqs_direct);
	RAISE("ud2", 2);
	check("invalid opcode", 6, 0, irqs_direct);
	RAISE("mov %%eax, %%cr0", 3);
	check("privileged", 13, 0, 0);
	RAISE("int $0x21", 2);
	check("a gate out of reach", 13, 0x21 * 8 + 2, 0);
	RAISE("movw $0x78, %%ax; mov %%ax, %%fs", 2);
	check("bad selector", 13, 0x78, 0);
	asm volatile("movl %0, %%eax; bound %%eax, %1"
		     : : "i" (5), "m" (*(uint64_t *)(uint32_t[]){ 1, 5 }) : "eax");
}

static void gates(enum gate type)
{
	static const uint8_t vectors[] = { 0, 3, 4, 5, 6, 13 };

	for (unsigned int i = 0; i < sizeof(vectors); i++)
		guest_gate(vectors[i], type, 3, note);
}

int main(void)
{
	guest_init();
	guest_paging();
	lguest_data.irq_enabled = LG_IF;
	gates(GATE_INTERRUPT);
	raise_all(0);
	gates(GATE_TRAP);
	/* A direct trap does not pass the Host, so nothing clears irq_enabled. */
	seen_if = 0;
	RAISE("ud2", 2);
	check("direct", 6, 0, LG_IF);
	RAISE("divl %%ecx", 2);
	check("direct divide", 0, 0, LG_IF);
	RAISE("int3", 0);
	check("direct breakpoint", 3, 0, LG_IF);
	/* 13 always passes the Host; a trap gate leaves irq_enabled alone. */
	RAISE("int $0x21", 2);
	check("13 is never direct", 13, 0x21 * 8 + 2, LG_IF);
	return report_status();
}
