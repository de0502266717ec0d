/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * syscall.h - measuring int 0x80 from ring 3: the handler is three instructions, so what
 * is measured is the way there and back.
 */
#ifndef SYSCALL_H
#define SYSCALL_H

#include "bench.h"

/* An interrupt gate's handler must turn virtual interrupts on again. */
void syscall_handler(void);
asm(".globl syscall_handler\n"
    "syscall_handler:\n\t"
    "cmpl $0x75736572, %eax\n\t"
    "je guest_leave_user\n\t"
    "movl $0x200, %ss:lguest_data\n\t"
    "iretl");

static const char *syscall_noop, *syscall_series;

static inline void syscall_now(void)
{
	asm volatile("int $0x80" : : "a" (0) : "memory");
}

/* Ring 3 may not use ports, so handing over waits for ring 1. */
static void user_noop(void)
{
	BENCH_TAKE(, );
	user_exit();
}

static void user_measure(void)
{
	BENCH_TAKE(, syscall_now());
	user_exit();
}

static inline int syscall_bench(const char *noop, const char *series, enum gate type)
{
	syscall_noop = noop;
	syscall_series = series;
	guest_init();
	guest_paging();
	lguest_data.irq_enabled = LG_IF;
	guest_user_ready(type, NULL);
	hypercall3(LG_HC_LOAD_IDT_ENTRY, 0x80,
		   LG_GUEST_CS << 16 | ((uint32_t)syscall_handler & 0xffff),
		   ((uint32_t)syscall_handler & 0xffff0000) | type | 3u << 13);
	guest_user(user_noop);
	bench_hand_over(syscall_noop);
	guest_user(user_measure);
	bench_hand_over(syscall_series);
	return 0;
}

#endif
