/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * guest.h - what the tiny Guests share: hypercalls, ports, printing, reports, traps.
 *
 * A Guest is one file with an int main(void) and, in its head comment, its own test
 * line (docs/testing.md) or benchmark line (docs/adding.md).
 */
#ifndef GUEST_H
#define GUEST_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lg/abi.h"
#include "lg/ports.h"
#include "fence.h"

/* A port that nobody claims: the Host answers. */
#define PORT_NOBODY	0x80

#define PAGE_BYTES	4096u

/* ---- hypercalls ---- */

static inline uint32_t hypercall4(uint32_t number, uint32_t a, uint32_t b, uint32_t c,
				  uint32_t d)
{
	asm volatile("int %[vector]"
		     : "+a" (number)
		     : [vector] "i" (LG_HYPERCALL_VECTOR), "b" (a), "c" (b), "d" (c), "S" (d)
		     : "memory");
	return number;
}

#define hypercall3(n, a, b, c)	hypercall4(n, a, b, c, 0)
#define hypercall2(n, a, b)	hypercall4(n, a, b, 0, 0)
#define hypercall1(n, a)	hypercall4(n, a, 0, 0, 0)
#define hypercall0(n)		hypercall4(n, 0, 0, 0, 0)

/* ---- ports ---- */

#define PORT_FUNCTIONS(type, suffix, width)				\
static inline void out##width(uint16_t port, type value)		\
{									\
	asm volatile("out" suffix " %0, %1" : : "a" (value), "Nd" (port)); \
}									\
static inline type in##width(uint16_t port)				\
{									\
	type value;							\
	asm volatile("in" suffix " %1, %0" : "=a" (value) : "Nd" (port)); \
	return value;							\
}
PORT_FUNCTIONS(uint8_t, "b", 8)
PORT_FUNCTIONS(uint16_t, "w", 16)
PORT_FUNCTIONS(uint32_t, "l", 32)

/* A number of a macro in the text of an instruction: "$0x80". */
#define IMMEDIATE(number)	IMMEDIATE_(number)
#define IMMEDIATE_(number)	"$" #number

/* Nothing before it is still to be done, and nothing behind it has begun. */
static inline __attribute__((always_inline)) uint32_t tsc_low(void)
{
	uint32_t low, high;

	asm volatile(TSC_FENCE "rdtsc\n\t" TSC_FENCE : "=a" (low), "=d" (high) : : "memory");
	return low;
}

/* ---- printing and verdicts ---- */

void print(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* One line, PASS or FAIL; a FAIL makes the Guest's status 1. */
void report(bool good, const char *format, ...) __attribute__((format(printf, 2, 3)));
__attribute__((noreturn)) void guest_finish(void);
__attribute__((noreturn)) void guest_shutdown(const char *message, uint32_t how);
int report_status(void);
const char *guest_word(const char *key);	/* KEY=value of the command line */
uint32_t guest_number(const char *key, uint32_t otherwise);
uint32_t guest_stack_bytes(void);		/* asked by start.S */

/* ---- the Guest's own machinery ---- */

extern struct lguest_data lguest_data;
extern char guest_end[], guest_stack_top[], trap_entries[], guest_iret[];

/* INIT, with 0x80 as syscall vector and kernel_address 0xc0000000. */
void guest_init(void);
/* Leave linear mode: an identity map of all memory, entries accessed and dirty, and
 * the same from 0xc0000000 up. */
void guest_paging(void);
void guest_tables(void);			/* the map alone, not in use yet */
uint32_t guest_memory_bytes(void);
extern uint32_t guest_dir[1024];
uint32_t *guest_pte(uint32_t va);		/* in the identity map */

/* What a trap leaves for its handler: the order of trap_common's pushes. */
struct trap {
	uint32_t edi, esi, ebp, esp_unused, ebx, edx, ecx, eax;
	uint32_t es, ds;
	uint32_t vector, error;
	uint32_t eip, cs, eflags, esp, ss;
};

typedef void (*trap_handler)(struct trap *trap);
/* Where the gates of a Guest that uses privileged instructions go (privileged.h); and the virtual
 * IF of any Guest. */
extern uint64_t *guest_own_idt;
extern volatile uint32_t *guest_irq_enabled;
enum gate { GATE_INTERRUPT = 0x8e00, GATE_TRAP = 0x8f00 };

/* Install `handler` for `vector`, through LOAD_IDT_ENTRY. */
void guest_gate(uint32_t vector, enum gate type, uint32_t dpl, trap_handler handler);

/* TRY(asm text): what became of it: -1 if it ran, else vector << 16 | error. */
#define TRY(text, ...)							\
({									\
	try_result = -1;						\
	asm volatile("movl $1f, try_resume\n\t" text "\n1:\tmovl $0, try_resume" \
		     : : __VA_ARGS__ : "memory", "cc");			\
	try_result;							\
})
extern volatile int32_t try_result;
extern volatile uint32_t try_resume;
/* How a Guest ends after an unexpected trap: LG_SHUTDOWN_*. */
extern uint32_t guest_unexpected;
/* Gates for all vectors that TRY may meet; call after guest_init. */
void guest_try_ready(void);

/* What the first instruction found. */
struct boot_regs {
	uint32_t eax, ebx, ecx, edx, esi, edi, ebp, esp, eflags;
	uint32_t cs, ds, es, fs, gs, ss;
};
extern struct boot_regs boot_regs;

/* ---- ring 3 ---- */

/* User segments, SET_STACK, and a gate of `type` for int 0x80; `syscall` gets every
 * int 0x80 but user_exit's. */
void guest_user_ready(enum gate type, trap_handler syscall);
/* Run function at ring 3 until it calls user_exit(). */
void guest_user(void (*function)(void));
void user_exit(void);
#define USER_EXIT	0x75736572
extern char guest_trap_stack_top[];

/* A flat descriptor's high word: code or data at a DPL, accessed. */
#define DESC_CODE(dpl)	(0x00cf9b00u | (dpl) << 13)
#define DESC_DATA(dpl)	(0x00cf9300u | (dpl) << 13)
#define DESC_FLAT_LOW	0x0000ffffu

/* A call in the async ring; false: the ring is full. */
bool guest_async(uint32_t number, uint32_t a, uint32_t b, uint32_t c, uint32_t d);

static inline void irq_disable(void) { *(volatile uint32_t *)&lguest_data.irq_enabled = 0; }
/* As a Guest kernel's sti: a hypercall follows if the Host holds an irq back. */
static inline void irq_enable(void)
{
	*(volatile uint32_t *)&lguest_data.irq_enabled = LG_IF;
	if (*(volatile uint32_t *)&lguest_data.irq_pending)
		hypercall0(LG_HC_SEND_INTERRUPTS);
}

#define READ_ONCE(x)	(*(const volatile typeof(x) *)&(x))

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))

void *memset(void *to, int byte, size_t bytes);
void *memcpy(void *to, const void *from, size_t bytes);
int strcmp(const char *a, const char *b);
size_t strlen(const char *s);

#endif
