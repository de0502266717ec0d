/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * stack - esp0 of the TSS is changed by a plain store: a trap from ring 3 that the Host reflects
 * comes on the new stack, and so does a system call behind it that takes no exit.  A trap of a
 * kernel whose stack segment has a base comes on the same stack in the flat segment, where Linux's
 * handlers would go first of all.
 *
 * test: stack; variants=all; twins=all; launch=--privileged; expect=INERT
 */
#include "privileged.h"

#define VA	0x300000u
#define USED	0x67u
#define TIMES	64u

static uint8_t stacks[2][2 * PAGE_BYTES] __attribute__((aligned(PAGE_BYTES)));
static uint32_t fault_at, syscall_at;

static bool is_on(uint32_t at, uint32_t i)
{
	return at - (uint32_t)stacks[i] < sizeof(stacks[i]);
}

static void fault(struct trap *trap)
{
	fault_at = (uint32_t)&trap;
	*guest_pte(VA) = VA | USED;
}

static void syscall(struct trap *trap)
{
	syscall_at = (uint32_t)&trap;
}

static void user(void)
{
	*(volatile uint32_t *)VA = 1;
	asm volatile("int $0x80" : : "a" (0) : "memory");
	user_exit();
}

/* The stack as before, by a segment whose base is BASE. */
#define BASE	0x01230000u

static void based(void)
{
	static volatile uint32_t at;
	uint32_t i, good = 0;

	own_gdt[MINE] = descriptor(BASE, DESC_FLAT_LOW, DESC_DATA(0u));
	load_gdtr(own_gdt, sizeof(own_gdt) - 1);
	for (i = 0; i < TIMES; i++) {
		ATTEMPT("movl %%esp, (%%ecx)\n\t"
			"movl %%eax, %%ss; subl %%ebx, %%esp\n\t"
			"pushl %%edx; ud2", MINE * 8 + (i & 1), BASE, (uint32_t)&at, i);
		good += try_result == UD && ((volatile uint32_t *)at)[-1] == i;
		ATTEMPT("movl %%eax, %%ss; subl %%ebx, %%esp\n\t"
			"movl $0x1f8, %%eax; movl %%eax, %%gs", MINE_SELECTOR, BASE, 0, 0);
		good += try_result == GP(0x1f8);
	}
	report(good == 2 * TIMES, "traps on a stack with a base: %u", good);
}

/* ESP is in `victim` and the stack is not: a frame for ring 0 is found where the stack is. */
static uint32_t victim[PAGE_BYTES / 4] __attribute__((aligned(PAGE_BYTES)));

static void based_iret(void)
{
	uint32_t i, esp, base, good = 0, wrong = 0;

	for (i = 0; i < ARRAY_SIZE(victim); i++)
		victim[i] = LG_GUEST_CS & ~3u;
	asm volatile("movl %%esp, %0" : "=r" (esp));
	base = (esp & ~(PAGE_BYTES - 1)) - (uint32_t)victim;
	own_gdt[MINE] = descriptor(base, DESC_FLAT_LOW, DESC_DATA(0u));
	load_gdtr(own_gdt, sizeof(own_gdt) - 1);
	ATTEMPT("movl %%eax, %%ss; subl %%ebx, %%esp\n\t"
		"pushfl; pushl %%ecx; pushl $1f; iretl\n"
		"1:", MINE_SELECTOR, base, LG_GUEST_CS & ~3u, 0);
	good += try_result == RAN;
	ATTEMPT("movl %%eax, %%ss; subl %%ebx, %%esp\n\t"
		"pushl %%ecx; pop %%ss", MINE_SELECTOR, base, LG_GUEST_DS & ~3u, 0);
	good += try_result == RAN;
	for (i = 0; i < ARRAY_SIZE(victim); i++)
		wrong += victim[i] != (LG_GUEST_CS & ~3u);
	report(good == 2 && !wrong, "iret, pop SS there: %u of 2, %u words changed", good, wrong);
}

/* The same segment by another selector: what it is stays, whatever comes. */
static void other_selector(void)
{
	uint32_t ss;

	own_gdt[MINE] = descriptor(0, DESC_FLAT_LOW, DESC_DATA(0u));
	load_gdtr(own_gdt, sizeof(own_gdt) - 1);
	asm volatile("movl %1, %%ss; fninit; int $0x80; movl %%ss, %0; movl %2, %%ss"
		     : "=&r" (ss) : "r" (MINE_SELECTOR), "r" (LG_GUEST_DS) : "memory");
	report((ss & 0xffff) == MINE_SELECTOR, "SS is %x behind a trap", ss & 0xffff);
}

static void nothing(struct trap *trap)
{
	(void)trap;
}

int main(void)
{
	uint32_t i, faults = 0, syscalls = 0;

	privileged_begin();
	guest_user_ready(GATE_TRAP, syscall);
	guest_gate(14, GATE_INTERRUPT, 0, fault);
	for (i = 0; i < TIMES; i++) {
		*guest_pte(VA) = 0;
		flush_page(VA);
		((volatile uint32_t *)own_tss)[1] = (uint32_t)(stacks[i % 2] + sizeof(stacks[0]));
		guest_user(user);
		faults += is_on(fault_at, i % 2);
		syscalls += is_on(syscall_at, i % 2);
	}
	report(faults == TIMES, "page faults from ring 3: %u", faults);
	report(syscalls == TIMES, "system calls after them: %u", syscalls);
	based();
	based_iret();
	guest_gate(0x80, GATE_INTERRUPT, 1, nothing);
	other_selector();
	return report_status();
}
