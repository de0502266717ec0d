/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pf_reflected - a page fault that is the Guest's own, from the access to the first
 * instruction of its handler; what the handler does and its way back are not counted.
 *
 * bench: pf_reflected; insns; a page fault up to the Guest's handler; ASPLOS'06 "pgfault"
 */
#include "bench.h"

#define NOWHERE	0x40000000u

/* The handler reads the TSC first, and goes back to `resume`. */
uint32_t arrived, resume;
void handler(void);
asm(".globl handler\n"
    "handler:\n\t"
    TSC_FENCE "rdtsc\n\t"
    "movl %eax, arrived\n\t"
    "movl resume, %eax\n\t"
    "movl %eax, 4(%esp)\n\t"
    "movl $0x200, lguest_data\n\t"
    "addl $4, %esp\n\t"
    "iretl");

static inline uint32_t sample(void)
{
	uint32_t before;

	asm volatile("movl $1f, resume\n\t"
		     TSC_FENCE "rdtsc\n\t" TSC_FENCE
		     "movl %%eax, %0\n\t"
		     "movl (%%ecx), %%edx\n"
		     "1:"
		     : "=&b" (before) : "c" (NOWHERE) : "eax", "edx", "memory", "cc");
	return READ_ONCE(arrived) - before;
}

/* The same without the fault: two readings and the move between them. */
static inline uint32_t no_sample(void)
{
	uint32_t before = tsc_low();

	return tsc_low() - before;
}

int main(void)
{
	guest_init();
	guest_paging();
	hypercall3(LG_HC_LOAD_IDT_ENTRY, 14, LG_GUEST_CS << 16 | ((uint32_t)handler & 0xffff),
		   ((uint32_t)handler & 0xffff0000) | GATE_INTERRUPT);
	BENCH_VALUE("pf_reflected.noop", no_sample());
	BENCH_VALUE("pf_reflected", sample());
	return 0;
}
