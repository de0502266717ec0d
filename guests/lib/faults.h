/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * faults.h - measuring a fault of two bytes: the handler skips them, and the error code if
 * the CPU pushes one.
 */
#ifndef FAULTS_H
#define FAULTS_H

#include "bench.h"

void skip_two(void), skip_two_and_code(void);
asm(".globl skip_two, skip_two_and_code\n"
    "skip_two_and_code:\n\t"
    "addl $4, %esp\n"
    "skip_two:\n\t"
    "addl $2, (%esp)\n\t"
    "movl $0x200, lguest_data\n\t"
    "iretl");

static inline void fault_gate(uint32_t vector, enum gate type, void (*handler)(void))
{
	hypercall3(LG_HC_LOAD_IDT_ENTRY, vector,
		   LG_GUEST_CS << 16 | ((uint32_t)handler & 0xffff),
		   ((uint32_t)handler & 0xffff0000) | type);
}

static inline void invalid_opcode(void)
{
	asm volatile("ud2" : : : "memory");
}

/* Selector 0x1f8 is beyond the GDT. */
static inline void bad_selector(void)
{
	asm volatile("movl %0, %%ds" : : "c" (0x1f8) : "memory");
}

#endif
