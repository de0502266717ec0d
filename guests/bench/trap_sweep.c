/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * trap_sweep - a trap of each kind that a Guest's own instruction raises, from it to the one
 * behind it: series trap_reflected.KIND through interrupt gates, by way of the Host, and
 * trap_direct.KIND through trap gates, which the CPU takes to the handler by itself.
 *
 * The handler skips the instruction, turns virtual interrupts on again, and returns.
 *
 * bench: trap_sweep; insns; a trap of each kind and back; ASPLOS'06 "divzero", PVM "exception"
 */
#include "bench.h"

#define NOWHERE	0x40000000u

/* Read-only in the Guest's own table. */
static uint32_t page[1024] __attribute__((aligned(PAGE_BYTES)));

/* Bytes that the handler skips: 0 where the CPU has done so already. */
uint32_t skip;
void skip_plain(void), skip_error(void);
asm(".globl skip_plain, skip_error\n"
    "skip_error:\n\t"
    "addl $4, %esp\n"
    "skip_plain:\n\t"
    "pushl %eax\n\t"
    "movl skip, %eax\n\t"
    "addl %eax, 4(%esp)\n\t"
    "popl %eax\n\t"
    "movl $0x200, lguest_data\n\t"
    "iretl");

static void gate(uint32_t vector, void (*handler)(void), enum gate type)
{
	hypercall3(LG_HC_LOAD_IDT_ENTRY, vector,
		   LG_GUEST_CS << 16 | ((uint32_t)handler & 0xffff),
		   ((uint32_t)handler & 0xffff0000) | type | 3 << 13);
}

#define RAISE(text, ...)	asm volatile(text : : __VA_ARGS__ : "memory", "cc")

/* The no-op twin does all of it but the instruction that traps. */
#define TRAP_EACH(series, bytes, before_each, before, text, ...)		\
do {										\
	skip = bytes;								\
	BENCH_EACH(series ".noop", before_each, RAISE(before, __VA_ARGS__));	\
	BENCH_EACH(series, before_each, RAISE(before text, __VA_ARGS__));	\
} while (0)

#define TRAP(series, bytes, before, text, ...)				\
	TRAP_EACH(series, bytes, , before, text, __VA_ARGS__)

#define TRAPS_OF(how)								\
do {										\
	TRAP(how ".divide", 2, "", "divl %%ecx", "a" (1), "d" (0), "c" (0));	\
	TRAP(how ".breakpoint", 0, "", "int3", "a" (0));			\
	TRAP(how ".overflow", 0, "movb $0x7f, %%al\n\taddb $1, %%al\n\t", "into", \
	     "a" (0));								\
	TRAP(how ".bounds", 2, "", "bound %%eax, (%%ecx)", "a" (7), "c" (bounds)); \
	TRAP(how ".invalid_opcode", 2, "", "ud2", "a" (0));			\
} while (0)

/* Outside of main, whose registers the macros would use up. */
static void reflected(const uint32_t *bounds)
{
	TRAPS_OF("trap_reflected");
}

static void direct(const uint32_t *bounds)
{
	TRAPS_OF("trap_direct");
}

/* Never directly.  The page lies at two addresses, of which each has an entry of the directory. */
static void protection(void)
{
	uint32_t va = (uint32_t)page;

	TRAP("trap_reflected.privileged", 3, "", "movl %%eax, %%cr0", "a" (0));
	TRAP("trap_reflected.gate", 2, "", "int $0x21", "a" (0));
	TRAP("trap_reflected.selector", 2, "", "movl %%eax, %%fs", "a" (0x78));
	TRAP("trap_reflected.page_fault", 2, "", "movl %%eax, (%%ecx)", "a" (0), "c" (NOWHERE));
	TRAP("trap_reflected.protected", 2, "", "movl %%eax, (%%ecx)", "a" (0), "c" (page));
	TRAP_EACH("trap_reflected.other_table", 2, va ^= lguest_data.kernel_address,
		  "", "movl %%eax, (%%ecx)", "a" (0), "c" (va));
}

static void gates(enum gate type)
{
	static const uint8_t plain[] = { 0, 3, 4, 5, 6 };

	for (uint32_t i = 0; i < ARRAY_SIZE(plain); i++)
		gate(plain[i], skip_plain, type);
	gate(13, skip_error, type);
	gate(14, skip_error, type);
}

int main(void)
{
	static const uint32_t bounds[] = { 1, 5 };

	guest_init();
	guest_tables();
	*guest_pte((uint32_t)page) &= ~2u;
	hypercall1(LG_HC_NEW_PGTABLE, (uint32_t)guest_dir);
	lguest_data.irq_enabled = LG_IF;
	gates(GATE_INTERRUPT);
	reflected(bounds);
	protection();
	gates(GATE_TRAP);
	direct(bounds);
	return 0;
}
