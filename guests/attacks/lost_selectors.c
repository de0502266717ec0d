/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * lost_selectors - a fault inside the Switcher, whose handler is the Guest's (B7, B5).
 *
 * A selector that the Guest holds and then revokes makes the Switcher's own pop or iret
 * fault at ring 0.  With trap gates of type 0xF the Guest also owns the vectors of such
 * faults: 10, 11, 12 and 17 go to it directly, without an exit.  A gate to ring 1 taken at
 * ring 0 is refused by the CPU, which makes the fault a double fault: the Host must be in
 * its hands then, on a stack that still works, and say whose fault it was.  Each life
 * loses one register, revoked, not present, or of the wrong type, with and without direct
 * gates, and may not survive.  LDT selectors must not load at all.
 *
 * test: lost_selectors; variants=classic,reflect_all,cr3_only,stacked; expect=INERT; groups=killers
 */
#include "attack.h"

enum { FS, GS, DS, ES, SS, REGISTERS };
enum { REVOKED, ABSENT, CODE, WAYS };

#define LOSE(segment, high)							\
	asm volatile("mov %w0, %%" #segment "; int $0x1f"			\
		     : : "r" (MINE_SELECTOR), "a" (LG_HC_LOAD_GDT_ENTRY),	\
			 "b" (MINE), "c" (DESC_FLAT_LOW), "d" (high) : "memory")

static void lose(uint32_t which, uint32_t high)
{
	load_gdt_entry(MINE, DESC_FLAT_LOW, DESC_DATA(1));
	switch (which) {
	case FS: LOSE(fs, high); break;
	case GS: LOSE(gs, high); break;
	case DS: LOSE(ds, high); break;
	case ES: LOSE(es, high); break;
	case SS: LOSE(ss, high); break;
	}
}

/* Execute-only code can be in no data register. */
static uint32_t spoilt(uint32_t way)
{
	return way == REVOKED ? 0 : way == ABSENT ? DESC_DATA(1) & ~0x8000u : 0x00cf9900u | 1 << 13;
}

static void direct_gates(void)
{
	static const uint8_t vectors[] = { 10, 11, 12, 17 };

	for (uint32_t i = 0; i < ARRAY_SIZE(vectors); i++)
		hypercall3(LG_HC_LOAD_IDT_ENTRY, vectors[i],
			   (uint32_t)attack_payload & 0xffff,
			   ((uint32_t)attack_payload & 0xffff0000) | 0x8f00 | 3 << 13);
}

static void ldt_selectors(void)
{
	static const uint16_t selectors[] = { 4, 5, 7, 0xc | 1, 0xfffc, 0xffff };

	for (uint32_t i = 0; i < ARRAY_SIZE(selectors); i++) {
		uint32_t s = selectors[i];

		expect(ATTEMPT("mov %%ebx, %%fs", 0, s, 0, 0), GP(s & ~3u), "fs", s);
		expect(ATTEMPT("mov %%ebx, %%ds", 0, s, 0, 0), GP(s & ~3u), "ds", s);
		expect(ATTEMPT("mov %%ebx, %%ss", 0, s, 0, 0), GP(s & ~3u), "ss", s);
		expect(ATTEMPT("pushfl; pushl %%ebx; pushl $0; iretl", 0, s | 1, 0, 0),
		       GP((s | 1) & ~3u), "cs", s);
	}
}

int main(void)
{
	uint32_t deaths = REGISTERS * WAYS * 2, life = attack_life(deaths + 1);

	attack_begin();
	if (life == deaths) {
		ldt_selectors();
		return attack_end("selectors");
	}
	if (life % 2)
		direct_gates();
	lose(life / 2 % REGISTERS, spoilt(life / 2 / REGISTERS));
	report(false, "life %u survived", life);
	return report_status();
}
