/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * witness - a harmless Guest that observes: in endless passes it holds
 * patterns in its memory, its general and x87 registers, its flags and a segment
 * register while its CPU goes back and forth between it, the Host and other Guests, and
 * prints a line after each.  It prints what has changed, and then ends with failure.  The runner
 * keeps one on the last CPU beside every test (I3).
 *
 * test: witness; variants=all; twins=all; moved=yes; stop=1; groups=witness; expect=INERT
 */
#include "guest.h"

#define WORDS		16384
#define SPINS		20000
#define NAP_NS		3000000
#define TLS_WORD	0x7157ab1e
/* DF, AC, ID: a Guest's own, and the Host must keep them. */
#define KEPT_FLAGS	0x240400u

static uint32_t memory[WORDS];
static uint32_t tls_word = TLS_WORD;
static bool good = true;

static uint32_t pattern(uint32_t i)
{
	return i * 2654435761u ^ 0xa5a5a5a5;
}

static void hold(bool held, const char *what, uint32_t value)
{
	if (held)
		return;
	report(false, "%s is %x", what, value);
	good = false;
}

static void check_memory(void)
{
	for (uint32_t i = 0; i < WORDS; i++)
		hold(memory[i] == pattern(i), "a word of memory", memory[i]);
}

/* In the loop nothing writes the registers; real interrupts arrive and are the Host's. */
static void check_registers(void)
{
	uint32_t b = 0x11111111, d = 0x22222222, si = 0x33333333, di = 0x44444444;
	uint32_t spins = SPINS, flags;

	asm volatile("pushl %[kept]; popfl\n"
		     "1:\tleal -1(%%ecx), %%ecx\n\t"
		     "jecxz 2f\n\t"
		     "jmp 1b\n"
		     "2:\tpushfl; popl %%eax\n\t"
		     "pushl $2; popfl"
		     : "+b" (b), "+d" (d), "+S" (si), "+D" (di), "+c" (spins), "=&a" (flags)
		     : [kept] "i" (KEPT_FLAGS | 2) : "memory", "cc");
	hold(b == 0x11111111, "ebx", b);
	hold(d == 0x22222222, "edx", d);
	hold(si == 0x33333333, "esi", si);
	hold(di == 0x44444444, "edi", di);
	hold((flags & (KEPT_FLAGS | 0x7200)) == (KEPT_FLAGS | 0x200), "flags", flags);
}

/* Over a nap, in which others run on this CPU. */
static void check_fpu(void)
{
	uint32_t in[2] = { 0x3fb504f3, 0x40490fdb }, out[2];

	asm volatile("fninit; flds %0; flds %1" : : "m" (in[0]), "m" (in[1]));
	/* A tick that came before the HALT would never wake it. */
	irq_disable();
	hypercall1(LG_HC_SET_CLOCKEVENT, NAP_NS);
	hypercall0(LG_HC_HALT);
	asm volatile("fstps %0; fstps %1" : "=m" (out[1]), "=m" (out[0]));
	hold(in[0] == out[0] && in[1] == out[1], "the x87 stack's top", out[1]);
}

static void load_tls(void)
{
	uint64_t base = (uint32_t)&tls_word;
	uint64_t tls[LG_TLS_ENTRIES] = {
		0x0040b30000000fffull | (base & 0xffffff) << 16 | base >> 24 << 56,
	};

	hypercall1(LG_HC_LOAD_TLS, (uint32_t)tls);
	asm volatile("movw %w0, %%fs" : : "r" (LG_TLS_ENTRY * 8 + 1));
}

static void check_tls(void)
{
	uint32_t word;
	uint16_t selector;

	asm volatile("movw %%fs, %0; movl %%fs:0, %1" : "=r" (selector), "=r" (word));
	hold(selector == LG_TLS_ENTRY * 8 + 1, "fs", selector);
	hold(word == TLS_WORD, "the TLS word", word);
}

static void tick(struct trap *trap)
{
	(void)trap;
	lguest_data.irq_enabled = LG_IF;
}

int main(void)
{
	for (uint32_t i = 0; i < WORDS; i++)
		memory[i] = pattern(i);
	guest_init();
	guest_paging();
	guest_gate(LG_IRQ_VECTOR + LG_IRQ_CLOCK, GATE_INTERRUPT, 0, tick);
	lguest_data.blocked_interrupts = 0;
	load_tls();
	while (good) {
		check_registers();
		check_fpu();
		check_tls();
		check_memory();
		print("\n");
	}
	return report_status();
}
