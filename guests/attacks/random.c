/* SPDX-License-Identifier: GPL-2.0-or-later */
/*G:380
 * random - a seeded sequence of operations from A to E (E10).
 *
 * What no one thought of: descriptors, gates, selectors, page-table entries, stacks, TS,
 * the clock, traps, ports and flags, in any order and one on top of the other.  The seed
 * is printed first and is all that a run depends on: `seed=N ops=N` repeat it.  Nearly all
 * operations leave the Guest alive, so that depth is reached; when one does not, the next
 * life goes on with the next seed.
 *
 * test: random; variants=classic,lazy_fpu,fast_reentry,cr3_only; expect=INERT; groups=killers; timeout=40
 */
#include "attack.h"

#define VA	0x40000000u
#define LIVES	16

static uint32_t state, table[1024] __attribute__((aligned(PAGE_BYTES)));
static uint32_t data[4][1024] __attribute__((aligned(PAGE_BYTES)));
static uint32_t dirs[6][1024] __attribute__((aligned(PAGE_BYTES)));

static uint32_t pick(uint32_t n)
{
	return attack_random(&state) % n;
}

/* Entries that the Guest's own segments do not use. */
static void a_descriptor(void)
{
	static const uint8_t entries[] = { 0, 1, 5, 6, 7, 8, 9, 10, 11, 16, 17, 20, 21, 30, 31 };
	uint32_t high = attack_random(&state) | 0x1000;

	load_gdt_entry(entries[pick(ARRAY_SIZE(entries))], attack_random(&state), high);
}

static void a_tls(void)
{
	uint64_t tls[3];

	for (uint32_t i = 0; i < 3; i++)
		tls[i] = (uint64_t)(attack_random(&state) | 0x1000) << 32 | attack_random(&state);
	hypercall1(LG_HC_LOAD_TLS, (uint32_t)tls);
}

/* 13 and 14 are how the attempts come back. */
static void a_gate(void)
{
	uint32_t n = pick(256);

	if (n == 13 || n == 14 || n == 6 || n == 0x80)
		return;
	hypercall3(LG_HC_LOAD_IDT_ENTRY, n, attack_random(&state),
		   (attack_random(&state) & 0xffff6000) | 0x8e00 | pick(2) << 8);
}

static void a_selector(void)
{
	uint32_t s = attack_random(&state) & 0xffff;

	switch (pick(4)) {
	case 0: ATTEMPT("mov %%ebx, %%fs; movl %%fs:0, %%eax", 0, s, 0, 0); break;
	case 1: ATTEMPT("mov %%ebx, %%es; movl %%es:0, %%eax", 0, s, 0, 0); break;
	case 2: ATTEMPT("mov %%ebx, %%gs; movl $0, %%eax; int $0x1f", 0, s, 0, 0); break;
	case 3: ATTEMPT("lar %%ebx, %%eax; verr %%bx; lsl %%ebx, %%eax", 0, s, 0, 0); break;
	}
	asm volatile("mov %w0, %%fs; mov %w0, %%gs" : : "r" (0));
}

static void an_entry(void)
{
	uint32_t i = pick(1024), gpte = (uint32_t)data[pick(4)] | (attack_random(&state) & 0xf7f);

	table[i] = gpte;
	if (pick(2))
		hypercall3(LG_HC_SET_PTE, (uint32_t)guest_dir, VA + i * PAGE_BYTES, gpte);
	ATTEMPT("lock orl $0, (%%ebx)", 0, VA + i * PAGE_BYTES, 0, 0);
	ATTEMPT("movl (%%ebx), %%eax", 0, VA + pick(1024) * PAGE_BYTES - 2, 0, 0);
}

static void a_directory(void)
{
	uint32_t n = pick(6);

	memcpy(dirs[n], guest_dir, PAGE_BYTES);
	hypercall1(LG_HC_NEW_PGTABLE, (uint32_t)dirs[n]);
	hypercall2(LG_HC_SET_PGD, (uint32_t)dirs[pick(6)], pick(1021));
	hypercall1(LG_HC_FLUSH_TLB, pick(2));
	hypercall1(LG_HC_NEW_PGTABLE, (uint32_t)guest_dir);
}

static void a_trap(void)
{
	static uint8_t code[3] = { 0xcd, 0, 0xc3 };

	switch (pick(6)) {
	case 0: ATTEMPT("ud2", 0, 0, 0, 0); break;
	case 1: ATTEMPT("hlt", 0, 0, 0, 0); break;
	case 2: ATTEMPT("fninit; fldpi; fstp %%st", 0, 0, 0, 0); break;
	case 3: ATTEMPT("pushl %%ebx; popfl; movl $0, %%eax; int $0x1f", 0,
			attack_random(&state) & ~0x100u, 0, 0); break;
	case 4:
		/* Gates of garbage lead anywhere: only those that are out of reach. */
		code[1] = 32 + pick(96);
		ATTEMPT("call *%%ebx", 0, (uint32_t)code, 0, 0);
		break;
	case 5: in32(pick(0xe0)); out32(pick(0xe0), attack_random(&state)); break;
	}
}

static void a_call(void)
{
	switch (pick(5)) {
	case 0: hypercall1(LG_HC_TS, pick(2) * 8); break;
	case 1: hypercall1(LG_HC_SET_CLOCKEVENT, attack_random(&state)); break;
	case 2: hypercall3(LG_HC_SET_STACK, LG_GUEST_DS, (uint32_t)data[3] + pick(4000), pick(2)); break;
	case 3: guest_async(LG_HC_FLUSH_TLB, pick(2), 0, 0, 0); break;
	case 4: hypercall0(LG_HC_SEND_INTERRUPTS); break;
	}
}

static void (*const operations[])(void) = {
	a_descriptor, a_tls, a_gate, a_selector, an_entry, a_directory, a_trap, a_trap, a_call,
};

int main(void)
{
	uint32_t life = attack_life(LIVES + 1), seed = guest_number("seed", 20261) + life;
	uint32_t ops = guest_number("ops", 1200);

	if (life == LIVES) {
		report(true, "%u lives", LIVES);
		return report_status();
	}
	print("seed %u\n", seed);
	state = seed * 2654435761u | 1;
	guest_init();
	guest_dir[VA >> 22] = (uint32_t)table | 0x27;
	guest_paging();
	guest_try_ready();
	for (uint32_t i = 0; i < ops; i++)
		operations[pick(ARRAY_SIZE(operations))]();
	guest_shutdown("next", LG_SHUTDOWN_RESTART);
}
