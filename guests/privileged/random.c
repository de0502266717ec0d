/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * random - seeded privileged instructions with any operands, between stores of anything to
 * the tables, the TSS, the page tables and the shared page (E10).
 *
 * A life makes LIFE_OPS operations or dies of one; the next goes on with the next seed, until
 * DEATHS or LIVES are reached.  A Guest that goes astray is ended by its Launcher (PORT_LIMIT).
 * The runner then checks the Host's invariants.
 *
 * test: random; variants=all; launch=--privileged --mem 2; expect=REPORT; groups=killers; timeout=120
 */
#include "privileged.h"

#define LIVES		60u
#define LIFE_OPS	400u
#define LIFE_MS		4000u

static uint32_t state, scratch[1024] __attribute__((aligned(PAGE_BYTES)));
static uint32_t spoilt[1024] __attribute__((aligned(PAGE_BYTES)));
static uint8_t code[32];

static uint32_t any(void)
{
	return attack_random(&state);
}

static uint32_t pick(uint32_t n)
{
	return any() % n;
}

/* Words that matter to somebody, and others. */
static uint32_t word(void)
{
	const uint32_t words[] = {
		0, 1, 8, 0xffff, 0x80000000, 0xfffffffc, LG_SHARED_VA, 0xff800000, 0xff400000,
		0xff3ffffc, 0xc0000000, LG_GUEST_CS, LG_GUEST_DS, SWITCHER_CS, SWITCHER_DS,
		TSS_SELECTOR, LG_GUEST_USER_DS, LG_LDT_VA, (uint32_t)own_gdt, (uint32_t)own_idt,
		(uint32_t)own_tss, (uint32_t)guest_dir, (uint32_t)scratch, (uint32_t)spoilt,
		(uint32_t)attack_payload, guest_memory_bytes(), CR0_PG | CR0_PE | CR0_ET, CR4_PGE,
	};

	if (!pick(4))
		return any();
	return words[pick(ARRAY_SIZE(words))] + (pick(4) ? 0 : pick(16) - 8);
}

/* ---- what may be there when an instruction comes ---- */

static void a_descriptor(void)
{
	own_gdt[pick(4) ? MINE + pick(8) : pick(9)] = (uint64_t)word() << 32 | word();
}

static void a_segment(void)
{
	own_gdt[6 + pick(3)] = descriptor(word(), any(), (any() & 0xff00) | 0x00cf9000);
}

/* Any LDT, mostly one that LLDT takes. */
static void an_ldt(void)
{
	uint32_t high = pick(4) ? 0x8200 | (any() & 0xf0000) : any();

	own_gdt[MINE] = descriptor(pick(2) ? (uint32_t)scratch : word(), any(), high);
	scratch[pick(64)] = word();
	ATTEMPT("lldt %%ax", pick(8) ? MINE * 8 : word() & 0xffff, 0, 0, 0);
}

static void a_gate(void)
{
	own_idt[pick(4) ? 0x80 : 32 + pick(200)] = (uint64_t)word() << 32 | word();
}

static void a_stack(void)
{
	own_tss[pick(26)] = word();
}

static void an_entry(void)
{
	*guest_pte((uint32_t)spoilt) = (uint32_t)spoilt | (any() & 0x17f);
}

static void a_shared_word(void)
{
	static const uint32_t at[] = { 0, 4, 8, 20 };

	*(volatile uint32_t *)(LG_SHARED_VA + at[pick(ARRAY_SIZE(at))]) = pick(2) ? LG_IF : any();
}

static void a_selector(void)
{
	uint32_t gs = pick(2) ? 6 + pick(3) : pick(32) | 4096 * !pick(4);

	gs = gs * 8 + 3 + 4 * pick(2);
	ATTEMPT("movl %%eax, %%fs; movl %%ebx, %%gs", word() & 0xffff, gs & 0xffff, 0, 0);
}

/* ---- instructions ---- */

static const uint8_t insns[][4] = {
	{ 0x0f, 0x20, 0xc0 }, { 0x0f, 0x20, 0xd0 }, { 0x0f, 0x20, 0xd8 }, { 0x0f, 0x20, 0xe0 },
	{ 0x0f, 0x22, 0xd0 }, { 0x0f, 0x22, 0xe0 }, { 0x0f, 0x21, 0xf0 }, { 0x0f, 0x23, 0xf8 },
	{ 0x0f, 0x01, 0x13 }, { 0x0f, 0x01, 0x1b }, { 0x0f, 0x01, 0x3b }, { 0x0f, 0x01, 0xf1 },
	{ 0x0f, 0x00, 0xd0 }, { 0x0f, 0x00, 0xd8 }, { 0x0f, 0x00, 0x13 }, { 0x0f, 0x06 },
	{ 0x0f, 0x09 }, { 0x0f, 0x30 }, { 0x0f, 0x32 }, { 0x8e, 0xd0 }, { 0x8e, 0x13 },
	{ 0x0f, 0xb2, 0x03 }, { 0xfa }, { 0xfb }, { 0xec }, { 0xcd, 0x80 }, { 0xcc },
	{ 0x0f, 0x0b, 'l', 'g' }, { 0xcf }, { 0x17 }, { 0x9d },
};
/* Few Guests survive these. */
static const uint8_t rare[][4] = {
	{ 0x0f, 0x22, 0xd8 }, { 0x0f, 0x22, 0xc0 }, { 0xf4 }, { 0xea }, { 0xcb }, { 0xcd, 0x1f },
};
static const uint8_t prefixes[] = { 0x66, 0x67, 0xf0, 0xf2, 0xf3, 0x2e, 0x36, 0x65, 0x64 };

static void an_instruction(void)
{
	const uint8_t *insn = pick(100) ? insns[pick(ARRAY_SIZE(insns))] :
		rare[pick(ARRAY_SIZE(rare))];
	uint32_t at = 0, where;

	if (!pick(8))
		code[at++] = prefixes[pick(ARRAY_SIZE(prefixes))];
	memcpy(code + at, insn, 4);
	at += insn[3] ? 4 : insn[2] || insn[0] == 0x0f ? 3 : insn[1] ? 2 : 1;
	if (!pick(8))
		code[at - 1] = any();
	memset(code + at, 0x90, 6);
	code[at + 6] = 0xc3;
	scratch[0] = pick(4) << 16 | (pick(2) ? 0xff : any() & 0xffff);
	scratch[1] = word();
	where = pick(4) ? (uint32_t)scratch : word();
	ATTEMPT("call *%%ecx", word(), where, (uint32_t)code, word());
}

static void (*const operations[])(void) = {
	an_instruction, an_instruction, an_instruction, an_instruction, a_descriptor, a_segment,
	a_gate, a_stack, an_entry, a_shared_word, a_selector, an_ldt,
};

/* Restore what the next operation needs to come back from its fault. */
static void mend(void)
{
	load_idtr(own_idt, sizeof(own_idt) - 1);
	own_gdt[LG_GUEST_CS / 8] = descriptor(0, DESC_FLAT_LOW, DESC_CODE(0u));
	own_gdt[LG_GUEST_DS / 8] = descriptor(0, DESC_FLAT_LOW, DESC_DATA(0u));
	load_gdtr(own_gdt, sizeof(own_gdt) - 1);
	WRITE_CR(0, CR0_PG | CR0_PE | CR0_ET);
}

int main(void)
{
	uint32_t seed = guest_number("seed", 20261), life = attack_life(LIVES + 1);

	guest_own_idt = own_idt;	/* no INIT, whatever happens */
	if (life >= LIVES) {
		report(true, "%u lives, %u of them ended by what they did", life,
		       in32(PORT_TALLY + TALLY_DEATHS));
		return report_status();
	}
	if (!life)
		print("seed %u\n", seed);
	state = seed * 100003 + life;
	privileged_begin();
	out32(PORT_LIMIT, LIFE_MS);
	guest_unexpected = LG_SHUTDOWN_RESTART;
	for (uint32_t i = 0; i < LIFE_OPS; i++) {
		operations[pick(ARRAY_SIZE(operations))]();
		mend();
	}
	guest_shutdown("next", LG_SHUTDOWN_RESTART);
}
