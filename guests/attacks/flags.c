/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * flags - EFLAGS that would give rights (A2, A3, A4, A9, A10, R1).
 *
 * IOPL 3 is every port; IF 0 holds the Host's interrupts off; NT makes an iret a task
 * switch; VM and RF make it something else again.  popf and iret at ring 1 leave IOPL and
 * IF alone, NT and AC they take; but the Host restores a frame by an iret at ring 0, which
 * takes them all.  So the bits are tried one by one by popf and by iret, and planted
 * wherever the Host restores from: the regs page, the frame of a reflected trap, the
 * Launcher's LG_SET_REGS.  After each comes the payload, which IOPL 3 would let through,
 * and after a round trip the flags must be those of the whitelist.
 *
 * test: flags; variants=all; expect=INERT; groups=killers
 */
#include "attack.h"

#define IOPL	0x3000u
#define KEPT	0x240cd5u	/* CF PF AF ZF SF DF OF AC ID */

#define NT	0x4000u
#define VM	0x20000u

static const uint32_t bits[] = {
	0x1, 0x4, 0x10, 0x40, 0x80, 0x200, 0x400, 0x800, 0x1000, 0x2000, IOPL, NT,
	0x10000, 0x40000, 0x80000, 0x100000, 0x200000, 0x3f7000,
};

/* Written by the text of the attempts alone. */
volatile uint32_t after;

/* The flags after a hypercall, whose exit and entry they have passed. */
static void verify(const char *what, uint32_t bit)
{
	expect(try_result, RAN, what, bit);
	expect(after & 0x1bf028, 0, "bits that must be off, after", bit);
	expect(after & 0x202, 0x202, "bits that must be on, after", bit);
	expect(after & KEPT & bit, KEPT & bit, "a flag of the Guest's own, after", bit);
}

#define THEN	PAYLOAD "movl $0, %%eax; int $0x1f; pushfl; popl after; cld\n\t"

static void by_popf(uint32_t bit)
{
	ATTEMPT("pushl %%ebx; popfl\n\t" THEN, 0, bit | 2, 0, 0);
	verify("popf", bit);
}

/* VM at ring 1 is for silicon: TCG would enter virtual-8086 mode. */
static void by_iret(uint32_t bit)
{
	ATTEMPT("pushl %%ebx; pushl %%cs; pushl $1f; iretl; 1:" THEN, 0, bit | 2, 0, 0);
	verify("iret", bit);
}

static void by_launcher(uint32_t bit)
{
	ATTEMPT("movl %%ebx, %%eax; outl %%eax, %%dx\n\t" THEN, 0, bit | 2, 0, PORT_FLAGS);
	verify("LG_SET_REGS", bit);
}

/* Write to the page that the Host might restore from, right before the exit. */
static void by_regs_page(uint32_t bit, uint32_t page)
{
	for (uint32_t at = PAGE_BYTES - 16 - 72; at < PAGE_BYTES; at += 4)
		*(volatile uint32_t *)(page + at) = bit | 2;
	ATTEMPT(THEN, 0, 0, 0, 0);
	verify("the regs page", 0);
}

/* The frame of a reflected trap, changed by the handler, which returns by its own iret. */
static void change_frame(struct trap *trap)
{
	trap->eflags = trap->ebx;
	trap->eip += 2;
	lguest_data.irq_enabled = LG_IF;
}

static void by_frame(uint32_t bit)
{
	ATTEMPT("ud2\n\t" THEN, 0, bit | 2, 0, 0);
	verify("a trap's frame", bit);
}

int main(void)
{


	attack_begin();
	attack_scan();
	guest_gate(6, GATE_INTERRUPT, 3, change_frame);
	for (uint32_t i = 0; i < ARRAY_SIZE(bits); i++) {
		by_popf(bits[i]);
		by_iret(bits[i] & ~(NT | VM));
		by_launcher(bits[i]);
		by_regs_page(bits[i], seen.regs);
		by_frame(bits[i] & ~(NT | VM));
	}
	/* An iret with NT on: a task switch to what the TSS links to, which is nothing.  An
	 * interrupt of the Host's before the iret takes NT off (R1), so there are some tries. */
	for (uint32_t tries = 0; tries < 10; tries++) {
		ATTEMPT("pushl $0x4002; popfl; pushl $2; pushl %%cs; pushl $1f; iretl; 1:" PAYLOAD,
			0, 0, 0, 0);
		if (try_result != RAN)
			break;
	}
	expect(try_result, 10 << 16, "iret with NT", NT);
	return attack_end("flags");
}
