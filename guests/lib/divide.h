/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * divide.h - measuring a divide error: the handler skips the two bytes of the division.
 */
#ifndef DIVIDE_H
#define DIVIDE_H

#include "bench.h"

void divide_handler(void);
asm(".globl divide_handler\n"
    "divide_handler:\n\t"
    "addl $2, (%esp)\n\t"
    "movl $0x200, lguest_data\n\t"
    "iretl");

static inline void divide_by_zero(void)
{
	asm volatile("divl %%ecx" : : "a" (1), "d" (0), "c" (0) : "cc");
}

static inline int divide_bench(const char *noop, const char *series, enum gate type)
{
	guest_init();
	guest_paging();
	lguest_data.irq_enabled = LG_IF;
	hypercall3(LG_HC_LOAD_IDT_ENTRY, 0,
		   LG_GUEST_CS << 16 | ((uint32_t)divide_handler & 0xffff),
		   ((uint32_t)divide_handler & 0xffff0000) | type);
	BENCH(noop, );
	BENCH(series, divide_by_zero());
	return 0;
}

#endif
