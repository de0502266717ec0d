/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * regs_garbage - garbage all over the one Switcher page that the Guest can write, before
 * every kind of exit (B10, E9, R9).
 *
 * The regs page is the Switcher's stack and, after an exit, the Host's view of the Guest.
 * Nothing that was in it before the exit may matter: not as an index, a pointer or a
 * vector, and not as the stamps of probes, which are data.  Each kind of exit comes with
 * the page full of zeros, of ones, of its own addresses, of vectors, of random words; the
 * Guest's own stack lies in it too; and everything must work as if the page had been untouched.
 *
 * test: regs_garbage; variants=classic,fast_reentry,stacked,resident; twins=all; expect=INERT; groups=killers
 */
#include "attack.h"

static uint32_t random_state = 88172645, ticks;
static uint8_t page[PAGE_BYTES] __attribute__((aligned(PAGE_BYTES)));

static uint32_t word(uint32_t kind, uint32_t at)
{
	switch (kind) {
	case 0: return 0;
	case 1: return ~0u;
	case 2: return seen.regs + at * 4;
	case 3: return ~(at & 0xff);
	case 4: return SWITCHER_CS;
	}
	return attack_random(&random_state);
}

static void spoil(uint32_t kind)
{
	volatile uint32_t *words = (volatile uint32_t *)seen.regs;

	for (uint32_t i = 0; i < PAGE_BYTES / 4; i++)
		words[i] = word(kind, i);
}

static void tick(struct trap *trap)
{
	(void)trap;
	ticks++;
	lguest_data.irq_enabled = LG_IF;
}

#define HELD(text)								\
({										\
	uint32_t si, di;							\
										\
	spoil(kind);								\
	asm volatile("movl $0x11111111, %%esi; movl $0x22222222, %%edi\n\t" text \
		     : "=&S" (si), "=&D" (di)					\
		     : "a" (0), "b" (page) : "ecx", "edx", "memory", "cc");	\
	expect(si == 0x11111111 && di == 0x22222222, 1, text, kind);		\
})

static void exits(uint32_t kind)
{
	HELD("int $0x1f");
	HELD("inb $0x80, %%al");
	HELD("inb " IMMEDIATE(PORT_CONSOLE) ", %%al");
	HELD("int3");
	spoil(kind);
	expect(ATTEMPT("ud2", 0, 0, 0, 0), UD, "ud2", kind);
	spoil(kind);
	expect(ATTEMPT("movl 0xff3ffff0, %%eax", 0, 0, 0, 0), PF(0), "pf", kind);
	/* A fill: the entry is flushed first. */
	hypercall3(LG_HC_SET_PTE, (uint32_t)guest_dir, (uint32_t)page, 0);
	*guest_pte((uint32_t)page) = (uint32_t)page | 7;
	HELD("movl (%%ebx), %%ecx");
	ticks = 0;
	hypercall1(LG_HC_SET_CLOCKEVENT, 20000);
	spoil(kind);
	while (!READ_ONCE(ticks))
		;
	/* The Guest's own stack in the page: the exit writes over it, and no more. */
	spoil(kind);
	expect(ATTEMPT("leal 2048(%%ebx), %%esp; pushl $0x1234; movl $0, %%eax; int $0x1f;"
		       "popl %%ecx; cmpl $0x1234, %%ecx; je 1f; ud2; 1:", 0, seen.regs, 0, 0),
	       RAN, "stack", kind);
}

int main(void)
{
	attack_begin();
	attack_scan();
	guest_gate(3, GATE_INTERRUPT, 3, tick);
	guest_gate(LG_IRQ_VECTOR + LG_IRQ_CLOCK, GATE_INTERRUPT, 0, tick);
	lguest_data.blocked_interrupts = 0;
	lguest_data.irq_enabled = LG_IF;
	for (uint32_t kind = 0; kind < 8; kind++)
		exits(kind);
	return attack_end("regs page");
}
