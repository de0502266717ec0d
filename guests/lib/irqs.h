/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * irqs.h - measuring up to the first instruction of a virtual interrupt's handler, which
 * reads the TSC and lets interrupts stay on.
 */
#ifndef IRQS_H
#define IRQS_H

#include "bench.h"

/* When the last one came, and how many there were. */
extern volatile uint32_t irq_at, irq_count;
volatile uint32_t irq_at, irq_count;
void irq_stamp(void);
asm(".globl irq_stamp\n"
    "irq_stamp:\n\t"
    "pushl %eax\n\t"
    "pushl %edx\n\t"
    TSC_FENCE "rdtsc\n\t"
    "movl %eax, irq_at\n\t"
    "incl irq_count\n\t"
    "popl %edx\n\t"
    "popl %eax\n\t"
    "movl $0x200, lguest_data\n\t"
    "iretl");

static inline void irqs_ready(uint32_t irq)
{
	guest_init();
	guest_paging();
	hypercall3(LG_HC_LOAD_IDT_ENTRY, LG_IRQ_VECTOR + irq,
		   LG_GUEST_CS << 16 | ((uint32_t)irq_stamp & 0xffff),
		   ((uint32_t)irq_stamp & 0xffff0000) | GATE_INTERRUPT);
	lguest_data.blocked_interrupts = 0;
	irq_enable();
}

/* Two readings with nothing between them. */
static inline uint32_t no_irq(void)
{
	uint32_t before = tsc_low();

	return tsc_low() - before;
}

#endif
