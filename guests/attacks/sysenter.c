/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sysenter - the Host's fast system call, taken by a Guest (A5, R7).
 *
 * SYSENTER needs no table: three MSRs give it ring 0, the Host kernel's entry point and
 * the Host's stack pointer, but it runs them under the page tables that are live: the
 * Guest's.  So the attacker maps every address from 0xc0000000 up to one page of payload,
 * wherever the Host's entry point may be, and executes sysenter.  The Host's answer is to
 * keep SYSENTER_CS null for as long as a Guest runs, which makes it a general protection
 * fault.  The variants that put the MSR back later than at once are tried after every
 * kind of exit.  syscall must be undefined, or fault.
 *
 * A page that no shadow maps would be a fault of ring 0 and no payload, so `rounds` fills
 * all of them first, says `filled`, and then makes as many attempts, between hypercalls:
 * what tests/host/lab/neighbours.sh runs beside Guests of every variant, since what a Host assumes
 * about the MSR can be wrong only when somebody else has written it.
 *
 * test: sysenter; variants=all; expect=INERT; groups=killers
 */
#include "attack.h"

#define TOP	0xc0000000u

static uint8_t trap_page[PAGE_BYTES] __attribute__((aligned(PAGE_BYTES)));
static uint32_t table[1024] __attribute__((aligned(PAGE_BYTES)));

/* The payload, over and over, in a page that all of the kernel's addresses name; the
 * slots from kernel_address on are ours alone, the Guest itself runs below. */
static void lay_trap(void)
{
	static const uint8_t payload[] = { 0xb0, 0x5a, 0xe6, 0xf4 };

	for (uint32_t i = 0; i < PAGE_BYTES; i++)
		trap_page[i] = payload[i % sizeof(payload)];
	for (uint32_t i = 0; i < 1024; i++)
		table[i] = (uint32_t)trap_page | 0x67;
	for (uint32_t slot = TOP >> 22; slot < REGION_VA >> 22; slot++)
		guest_dir[slot] = (uint32_t)table | 0x27;
	hypercall1(LG_HC_FLUSH_TLB, 1);
}

static void both(const char *after)
{
	expect(ATTEMPT("movl %%esp, %%ecx; movl $771f, %%edx; sysenter", 0, 0, 0, 0), GP(0),
	       after, 0x34);
	ATTEMPT("movl $771f, %%ecx; syscall", 0, 0, 0, 0);
	expect(try_result == GP(0) ? UD : try_result, UD, after, 5);
}

static void from_user(void)
{
	both("ring 3");
	user_exit();
}

/* What may have put the MSR back. */
static void after_exits(void)
{
	both("at first");
	hypercall0(LG_HC_FLUSH_ASYNC);
	both("after a hypercall");
	in8(PORT_NOBODY);
	both("after IN");
	in8(PORT_CONSOLE);
	both("after the Launcher");
	*(volatile uint32_t *)TOP;
	both("after a fill");
	for (volatile uint32_t spin = 0; spin < 2000000; spin++)
		;
	both("after Host interrupts");
	asm volatile("int3");
	both("after a trap");
}

static void fill(void)
{
	for (uint32_t va = TOP; va < REGION_VA; va += PAGE_BYTES)
		*(volatile uint32_t *)va;
	print("filled\n");
}

static void stay(uint32_t rounds)
{
	while (rounds--) {
		hypercall0(LG_HC_FLUSH_ASYNC);
		expect(ATTEMPT("movl %%esp, %%ecx; movl $771f, %%edx; sysenter", 0, 0, 0, 0),
		       GP(0), "beside a neighbour", 0x34);
	}
}

static void skip(struct trap *trap)
{
	(void)trap;
	lguest_data.irq_enabled = LG_IF;
}

int main(void)
{
	uint32_t rounds = guest_number("rounds", 0);

	attack_begin();
	lay_trap();
	guest_gate(3, GATE_INTERRUPT, 3, skip);
	if (rounds) {
		fill();
		stay(rounds);
		return attack_end("sysenter beside a neighbour");
	}
	after_exits();
	guest_user_ready(GATE_TRAP, NULL);
	guest_user(from_user);
	return attack_end("sysenter");
}
