/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * random - a seeded sequence of operations from A to E (E10).
 *
 * What no one thought of: descriptors, gates, selectors, page-table entries, directories,
 * stacks, rings, the async ring, TS, the clock, traps, ports, flags and the regs page, in
 * any order and one on top of the other.  The seed is printed first and is all that a run
 * depends on: `seed=N ops=N` repeat it.  Nearly all operations leave the Guest alive, so
 * that depth is reached; a life ends after LIFE_OPS, or of what it did, and the next one
 * goes on with the next seed.  There are so few lives that, if more than one operation in
 * fifty were fatal, the last one's death would be the end of the run.
 *
 * With `fatal=N` it is the other way round: each life makes a few operations, and then
 * such as end it, until N have ended so.  A Guest that goes astray for good is ended
 * by its Launcher (PORT_LIMIT).
 *
 * test: random; variants=all; args=ops=3000; launch=--mem 2; expect=REPORT; groups=killers
 * test: random.fatal; variants=classic,stacked,resident; args=fatal=100; launch=--mem 2; expect=REPORT; groups=killers
 */
#include "attack.h"

#define VA		0x40000000u
#define PAGES		4u
#define LIFE_OPS	4000u
#define TALLY_EVERY	16u
#define LIFE_MS		4000u

/* What is counted over all lives. */
enum { OPS, REGS_VA, DEATHS = TALLY_DEATHS };

static uint32_t state, table[1024] __attribute__((aligned(PAGE_BYTES)));
static uint32_t data[PAGES][1024] __attribute__((aligned(PAGE_BYTES)));
static uint32_t dirs[6][1024] __attribute__((aligned(PAGE_BYTES)));
static uint32_t regs_va;

static uint32_t any(void)
{
	return attack_random(&state);
}

static uint32_t pick(uint32_t n)
{
	return any() % n;
}

static uint64_t segment(void)
{
	return (uint64_t)(any() | 0x1000) << 32 | any();
}

static void irq_arrived(struct trap *trap)
{
	(void)trap;
	lguest_data.irq_enabled = LG_IF;
}

/* ---- operations that a Guest survives ---- */

/* Entries that the Guest's own segments do not use. */
static void a_descriptor(void)
{
	static const uint8_t entries[] = { 0, 1, 5, 6, 7, 8, 9, 10, 11, 16, 17, 20, 21, 30, 31 };
	uint64_t d = segment();

	load_gdt_entry(entries[pick(ARRAY_SIZE(entries))], d, d >> 32);
}

static void a_tls(void)
{
	uint64_t tls[LG_TLS_ENTRIES] = { segment(), segment(), segment() };

	hypercall1(LG_HC_LOAD_TLS, (uint32_t)tls);
}

/* The whole GDT, with what the Guest stands on in its place. */
static void a_gdt(void)
{
	static uint64_t gdt[LG_GDT_ENTRIES];

	for (uint32_t i = 0; i < LG_GDT_ENTRIES; i++)
		gdt[i] = segment();
	gdt[LG_GUEST_CS / 8] = (uint64_t)DESC_CODE(1u) << 32 | DESC_FLAT_LOW;
	gdt[LG_GUEST_DS / 8] = (uint64_t)DESC_DATA(1u) << 32 | DESC_FLAT_LOW;
	gdt[LG_GUEST_USER_CS / 8] = (uint64_t)DESC_CODE(3u) << 32 | DESC_FLAT_LOW;
	gdt[LG_GUEST_USER_DS / 8] = (uint64_t)DESC_DATA(3u) << 32 | DESC_FLAT_LOW;
	hypercall2(LG_HC_LOAD_GDT, (uint32_t)gdt, LG_GDT_ENTRIES);
}

/* Garbage for vectors that never arrive, and any type and DPL over a handler for those that do. */
static void a_gate(void)
{
	uint32_t n = pick(256), type = pick(2) << 8 | (any() & 0x6000) | 0x8e00;
	uint32_t entry = (uint32_t)trap_entries + n * 16;

	if (n == 0x80)
		return;
	if (n >= 64)
		entry = any();
	hypercall3(LG_HC_LOAD_IDT_ENTRY, n, (any() & 0xffff0000) | (entry & 0xffff),
		   (entry & 0xffff0000) | type);
}

static void a_selector(void)
{
	uint32_t s = any() & 0xffff;

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
	uint32_t i = pick(1024), gpte = (uint32_t)data[pick(PAGES)] | (any() & 0xf7f);

	table[i] = gpte;
	if (pick(2))
		hypercall3(LG_HC_SET_PTE, (uint32_t)guest_dir, VA + i * PAGE_BYTES, gpte);
	ATTEMPT("lock orl $0, (%%ebx)", 0, VA + i * PAGE_BYTES, 0, 0);
	ATTEMPT("movl (%%ebx), %%eax", 0, VA + pick(1024) * PAGE_BYTES - 2, 0, 0);
}

/* Strings that run over the ends of pages, forth and back. */
static void a_string(void)
{
	uint32_t from = VA + pick(1u << 22), to = VA + pick(1u << 22), bytes = pick(9000);

	if (pick(2))
		ATTEMPT("movl %%ebx, %%esi; movl %%edx, %%edi; rep movsb", 0, from, bytes, to);
	else
		ATTEMPT("movl %%ebx, %%esi; movl %%edx, %%edi; std; rep movsb; cld", 0, from,
			bytes, to);
}

static void a_directory(void)
{
	uint32_t n = pick(6);

	memcpy(dirs[n], guest_dir, PAGE_BYTES);
	dirs[n][pick(64) + 512] = (uint32_t)dirs[pick(6)] | (any() & 0x67);
	hypercall1(LG_HC_NEW_PGTABLE, (uint32_t)dirs[n]);
	ATTEMPT("movl (%%ebx), %%eax", 0, (pick(64) + 512) << 22 | pick(1024) << 12, 0, 0);
	hypercall2(LG_HC_SET_PGD, (uint32_t)dirs[pick(6)], pick(1021));
	hypercall1(LG_HC_FLUSH_TLB, pick(2));
	hypercall1(LG_HC_NEW_PGTABLE, (uint32_t)guest_dir);
}

static void a_switcher_page(void)
{
	uint32_t va = REGION_VA + (any() & 0xbfffff);

	if (regs_va && pick(2))
		va = regs_va + (any() & 0xffc);
	if (pick(2))
		ATTEMPT("movl (%%ebx), %%eax", 0, va, 0, 0);
	else
		ATTEMPT("movl %%ecx, (%%ebx)", 0, va, any(), 0);
}

static void a_trap(void)
{
	static uint8_t code[3] = { 0xcd, 0, 0xc3 };

	switch (pick(7)) {
	case 0: ATTEMPT("ud2", 0, 0, 0, 0); break;
	case 1: ATTEMPT("hlt", 0, 0, 0, 0); break;
	case 2: ATTEMPT("fninit; fldpi; fstp %%st", 0, 0, 0, 0); break;
	case 3: ATTEMPT("pushl %%ebx; popfl; movl $0, %%eax; int $0x1f", 0,
			any() & ~0x100u, 0, 0); break;
	case 4:
		/* Gates of garbage lead anywhere: only those that are out of reach. */
		code[1] = 32 + pick(96);
		ATTEMPT("call *%%ebx", 0, (uint32_t)code, 0, 0);
		break;
	case 5: ATTEMPT("divl %%ecx", 0, 0, 0, 0); break;
	case 6: ATTEMPT("int3", 0, 0, 0, 0); break;
	}
}

/* Ports that nobody claims, in each width, and strings of them. */
static void a_port(void)
{
	uint32_t port = pick(2) ? pick(PORT_FIRST) : 0x100 + pick(0xff00);

	switch (pick(5)) {
	case 0: in32(port); break;
	case 1: out32(port, any()); break;
	case 2: in8(port); out16(port, any()); break;
	case 3: ATTEMPT("movl %%ebx, %%esi; rep outsb", 0, VA + pick(1u << 22), pick(64),
			port); break;
	case 4: ATTEMPT("movl %%ebx, %%edi; rep insl", 0, VA + pick(1u << 22), pick(64),
			port); break;
	}
}

static void a_call(void)
{
	switch (pick(6)) {
	case 0: hypercall1(LG_HC_TS, pick(2) * 8); break;
	case 1: hypercall1(LG_HC_SET_CLOCKEVENT, any()); break;
	case 2: hypercall3(LG_HC_SET_STACK, LG_GUEST_DS, (uint32_t)data[3] + pick(4000),
			   pick(2)); break;
	case 3: hypercall0(LG_HC_SEND_INTERRUPTS); break;
	case 4: hypercall1(LG_HC_FLUSH_TLB, pick(2)); break;
	case 5: hypercall4(LG_HC_FLUSH_ASYNC, any(), any(), any(), any()); break;
	}
}

/* As many calls as the ring takes, or fewer. */
static void a_ring(void)
{
	uint32_t n = pick(70);

	while (n--)
		switch (pick(5)) {
		case 0: guest_async(LG_HC_FLUSH_TLB, pick(2), 0, 0, 0); break;
		case 1: guest_async(LG_HC_TS, pick(2) * 8, 0, 0, 0); break;
		case 2: guest_async(LG_HC_SET_CLOCKEVENT, any(), 0, 0, 0); break;
		case 3: guest_async(LG_HC_LOAD_GDT_ENTRY, MINE, any(), any() | 0x1000, 0); break;
		case 4: guest_async(LG_HC_SET_PTE, (uint32_t)guest_dir, VA + pick(1u << 22),
				    (uint32_t)data[pick(PAGES)] | (any() & 0xf7f), 0); break;
		}
	hypercall0(LG_HC_FLUSH_ASYNC);
}

/* The words of lguest_data that the Host reads again and again, not those that it read at INIT. */
static void a_shared_word(void)
{
	lguest_data.irq_enabled = any();
	lguest_data.blocked_interrupts = any();
	lguest_data.irq_pending = any();
	lguest_data.noirq_iret = any();
	hypercall0(LG_HC_SEND_INTERRUPTS);
	lguest_data.irq_enabled = 0;
}

/* Irqs, from the Launcher and the clock, awake and asleep. */
static void an_irq(void)
{
	lguest_data.blocked_interrupts = any() & ~1u;
	lguest_data.irq_enabled = pick(2) * LG_IF;
	out8(PORT_IRQ, pick(LG_IRQS));
	irq_disable();
	hypercall1(LG_HC_SET_CLOCKEVENT, 1 + pick(50000));
	hypercall0(LG_HC_HALT);
	irq_disable();
	lguest_data.blocked_interrupts = 1;
}

/* EFLAGS by way of the Launcher, TF left out. */
static void a_flag(void)
{
	out32(PORT_FLAGS, any() & ~0x500u);
	asm volatile("pushl $2; popfl" : : : "memory", "cc");
}

static void as_user(void)
{
	for (uint32_t n = 1 + pick(4); n; n--)
		switch (pick(6)) {
		case 0: ATTEMPT("int $0x1f", any(), any(), any(), any()); break;
		case 1: ATTEMPT("movl (%%ebx), %%eax", 0, VA + pick(1u << 22), 0, 0); break;
		case 2: ATTEMPT("movl %%eax, (%%ebx)", 0, REGION_VA + (any() & 0xbfffff), 0,
				0); break;
		case 3: ATTEMPT("outb %%al, %%dx", any(), 0, 0, 0xf4); break;
		case 4: ATTEMPT("ud2", 0, 0, 0, 0); break;
		case 5: ATTEMPT("pushl %%ebx; popfl; cli", 0, any() & ~0x100u, 0, 0); break;
		}
	user_exit();
}

static void a_user(void)
{
	guest_user_ready(pick(2) ? GATE_TRAP : GATE_INTERRUPT, NULL);
	guest_user(as_user);
}

static void (*const operations[])(void) = {
	a_descriptor, a_tls, a_gdt, a_gate, a_selector, an_entry, an_entry, a_string,
	a_directory, a_switcher_page, a_trap, a_trap, a_port, a_call, a_call, a_ring,
	a_shared_word, an_irq, a_flag, a_user,
};

/* ---- operations that end it, or may ---- */

static void a_bad_call(void)
{
	switch (pick(12)) {
	case 0: hypercall3(20 + any() % (~0u - 20), any(), any(), any()); break;
	case 1: hypercall1(LG_HC_INIT, any()); break;
	case 2: hypercall1(LG_HC_NEW_PGTABLE, any() | 0x800000); break;
	case 3: hypercall3(LG_HC_SET_STACK, any(), any(), any()); break;
	case 4: hypercall3(LG_HC_SET_PTE, any(), any() | REGION_VA, any()); break;
	case 5: hypercall2(LG_HC_SET_PGD, any(), 1021 + pick(~0u - 1021)); break;
	case 6: hypercall3(LG_HC_LOAD_IDT_ENTRY, any(), any(), any()); break;
	case 7: hypercall2(LG_HC_LOAD_GDT, any(), any()); break;
	case 8: hypercall1(LG_HC_LOAD_TLS, any() | 0x800000); break;
	case 9: hypercall3(LG_HC_LOAD_GDT_ENTRY, any(), any(), any()); break;
	case 10: hypercall2(LG_HC_SHUTDOWN, any(), 3 + pick(~0u - 3)); break;
	case 11:
		while (guest_async(3 + pick(1000), any(), any(), any(), any()))
			;
		hypercall0(LG_HC_FLUSH_ASYNC);
		break;
	}
}

static void a_bad_page(void)
{
	uint32_t i = pick(1024);

	table[i] = any() | 1;
	if (pick(2))
		hypercall3(LG_HC_SET_PTE, (uint32_t)guest_dir, VA + i * PAGE_BYTES, table[i]);
	ATTEMPT("lock orl $0, (%%ebx)", 0, VA + i * PAGE_BYTES, 0, 0);
	guest_dir[700 + pick(60)] = any() | 1;
	ATTEMPT("movl (%%ebx), %%eax", 0, (700 + pick(60)) << 22, 0, 0);
}

/* Take away the Guest's own segments, or a selector that the Switcher must load. */
static void a_lost_segment(void)
{
	load_gdt_entry(pick(2) ? LG_GUEST_CS / 8 : LG_GUEST_DS / 8, any(), any());
	hypercall0(LG_HC_FLUSH_ASYNC);
}

/* No OUT, which could be a request to the Launcher. */
static uint8_t wild_byte(void)
{
	uint8_t byte = any();

	return (byte & 0xf6) == 0xe6 || (byte & 0xfe) == 0x6e ? 0x90 : byte;
}

/* Jump into random bytes, as a crashed program would. */
static void a_wild_jump(void)
{
	uint8_t *bytes = (uint8_t *)data[0];

	for (uint32_t i = 0; i < PAGE_BYTES; i++)
		bytes[i] = wild_byte();
	for (uint32_t i = 0; i < PAGES; i++)
		table[i] = (uint32_t)data[0] | 0x67;
	hypercall1(LG_HC_FLUSH_TLB, 1);
	ATTEMPT("movl %%ecx, %%esp; jmp *%%ebx", any(), VA + pick(PAGE_BYTES),
		VA + PAGE_BYTES + pick(2 * PAGE_BYTES), any());
}

static void a_bad_handler(void)
{
	uint32_t n = pick(32), to = pick(2) ? any() : VA + pick(PAGE_BYTES);

	hypercall3(LG_HC_LOAD_IDT_ENTRY, n, to & 0xffff, (to & 0xffff0000) | 0x8e00 | pick(2) << 8);
	switch (pick(4)) {
	case 0: ATTEMPT("ud2", 0, 0, 0, 0); break;
	case 1: ATTEMPT("movl %%ebx, %%esp; divl %%ecx", 0, any(), 0, 0); break;
	case 2: ATTEMPT("movl (%%ebx), %%eax", 0, VA + pick(1u << 22), 0, 0); break;
	case 3: ATTEMPT("movl %%ebx, %%esp; ud2", 0, pick(2) ? any() : REGION_VA +
			(any() & 0xbfffff), 0, 0); break;
	}
}

static void (*const fatal_operations[])(void) = {
	a_bad_call, a_bad_call, a_bad_call, a_bad_page, a_lost_segment, a_wild_jump, a_bad_handler,
};

/* ---- lives ---- */

static void begin(uint32_t seed)
{
	state = seed * 2654435761u | 1;
	guest_init();
	guest_dir[VA >> 22] = (uint32_t)table | 0x27;
	guest_paging();
	guest_try_ready();
	for (uint32_t n = 0; n < LG_IRQS; n++)
		guest_gate(LG_IRQ_VECTOR + n, GATE_INTERRUPT, 0, irq_arrived);
}

/* Once; with the next lives it is as likely right as a CPU is to be the same. */
static void find_regs(void)
{
	attack_scan();
	out32(PORT_TALLY + REGS_VA, seen.regs - in32(PORT_TALLY + REGS_VA));
}

__attribute__((noreturn)) static void next_life(void)
{
	guest_shutdown("next", LG_SHUTDOWN_RESTART);
}

static int survive(uint32_t seed, uint32_t ops)
{
	uint32_t life = attack_life(ops / 50 + ops / LIFE_OPS + 2);

	if (in32(PORT_TALLY + OPS) >= ops) {
		report(true, "%u operations in %u lives, %u of them ended by what they did",
		       in32(PORT_TALLY + OPS), life, in32(PORT_TALLY + DEATHS));
		return report_status();
	}
	if (!life)
		print("seed %u\n", seed);
	begin(seed * 100003 + life);
	if (!life)
		find_regs();
	regs_va = in32(PORT_TALLY + REGS_VA);
	for (uint32_t i = 1; i <= LIFE_OPS; i++) {
		operations[pick(ARRAY_SIZE(operations))]();
		if (i % TALLY_EVERY)
			continue;
		out32(PORT_TALLY + OPS, TALLY_EVERY);
		if (in32(PORT_TALLY + OPS) >= ops)
			break;
	}
	next_life();
}

/* One life in four may survive. */
static int die(uint32_t seed, uint32_t fatal)
{
	uint32_t life = attack_life(fatal + fatal / 4 + 8), deaths = in32(PORT_TALLY + DEATHS);

	if (deaths >= fatal) {
		report(true, "%u lives, %u of them ended by what they did", life, deaths);
		return report_status();
	}
	if (!life)
		print("seed %u\n", seed);
	begin(seed * 100003 + life);
	for (uint32_t n = pick(8); n; n--)
		operations[pick(ARRAY_SIZE(operations))]();
	if (!pick(8))
		out32(PORT_SEGMENT, (2 + pick(4)) << 16 | (any() & 0xffff));
	out32(PORT_LIMIT, LIFE_MS);
	guest_unexpected = LG_SHUTDOWN_RESTART;
	for (uint32_t n = 0; n < 64; n++)
		fatal_operations[pick(ARRAY_SIZE(fatal_operations))]();
	next_life();
}

int main(void)
{
	uint32_t seed = guest_number("seed", 20261), fatal = guest_number("fatal", 0);

	return fatal ? die(seed, fatal) : survive(seed, guest_number("ops", 3000));
}
