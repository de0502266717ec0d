/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * call_gate - a system descriptor smuggled into the running GDT (B3, B4, R2).
 *
 * Page protection keeps a Guest from writing its GDT; it does not keep it from asking.
 * With a call gate of DPL 1 that names the Switcher's code segment, entry 10, one `lcall` reaches
 * ring 0: the CPU takes the new CS from the gate without another check.  An LDT or TSS descriptor
 * does the same indirectly, through a table of the Guest's own.  Each life of this Guest asks for
 * one such descriptor by one of the three hypercalls and, should the Host accept it, goes through
 * it to the payload.  Each must kill that life, before and after the "fix-up" that turns DPL 0
 * into 1.
 *
 * test: call_gate; expect=INERT; groups=killers
 */
#include "attack.h"

#define WAYS	3
#define TLS	6

/* System types: call gate, 16-bit call gate, 16-bit TSS, LDT, busy 16-bit TSS, task gate,
 * 16-bit interrupt and trap gates, TSS, busy TSS, interrupt gate, trap gate. */
static const uint8_t types[] = { 12, 4, 1, 2, 3, 5, 6, 7, 9, 11, 14, 15 };
static const uint32_t dpls[] = { 0x2000, 0x6000, 0x0000 };
static uint64_t table[LG_GDT_ENTRIES];

static uint64_t gate(uint32_t type, uint32_t dpl)
{
	uint32_t to = (uint32_t)attack_payload;

	return (uint64_t)((to & 0xffff0000) | 0x8000 | dpl | type << 8) << 32 |
	       SWITCHER_CS << 16 | (to & 0xffff);
}

static uint32_t ask(uint32_t way, uint64_t d)
{
	uint64_t tls[LG_TLS_ENTRIES] = { d, d, d };

	switch (way) {
	case 0:
		load_gdt_entry(MINE, d, d >> 32);
		return MINE;
	case 1:
		hypercall1(LG_HC_LOAD_TLS, (uint32_t)tls);
		return TLS;
	}
	table[LG_GUEST_CS / 8] = 0x00cfbb000000ffffull;
	table[LG_GUEST_DS / 8] = 0x00cfb3000000ffffull;
	table[MINE] = d;
	hypercall2(LG_HC_LOAD_GDT, (uint32_t)table, LG_GDT_ENTRIES);
	return MINE;
}

static void go_through(uint32_t entry)
{
	struct { uint32_t offset; uint16_t selector; } far = { 0, entry * 8 + 1 };

	ATTEMPT("lcall *(%%ebx)", 0, (uint32_t)&far, 0, 0);
	ATTEMPT("ljmp *(%%ebx)", 0, (uint32_t)&far, 0, 0);
}

int main(void)
{
	uint32_t asked = ARRAY_SIZE(types) * ARRAY_SIZE(dpls) * WAYS;
	uint32_t life = attack_life(asked + 1), type, dpl;

	attack_begin();
	if (life == asked) {
		report(true, "%u system descriptors refused", asked);
		return report_status();
	}
	type = types[life % ARRAY_SIZE(types)];
	dpl = dpls[life / ARRAY_SIZE(types) % ARRAY_SIZE(dpls)];
	go_through(ask(life / ARRAY_SIZE(types) / ARRAY_SIZE(dpls), gate(type, dpl)));
	report(false, "type %x, DPL bits %x, way %u: accepted", type, dpl, life / (asked / WAYS));
	return report_status();
}
