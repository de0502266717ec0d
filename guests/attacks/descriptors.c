/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * descriptors - every attribute of a code or data descriptor (B1, B2, R2).
 *
 * What keeps a Guest at ring 1 is that no code segment it can name has DPL 0, or is
 * conforming and was entered with more rights.  The attacker asks for all 4096 sets of
 * type, S, DPL, P and the upper flags (system types apart: see call_gate) and reads back the
 * result by LAR: DPL must never be 0, accessed must always be set (the table is read-only and the
 * CPU would write it), and an absent one must be gone.  Then it uses a code segment and stack that
 * it asked DPL 0 for, and runs the payload there: it must still be at ring 1.
 *
 * test: descriptors; expect=INERT
 */
#include "attack.h"

#define P		0x8000u
#define S		0x1000u

static int32_t access_of(uint32_t selector)
{
	int32_t access;

	asm volatile("xorl %0, %0; lar %1, %0; jz 1f; movl $-1, %0\n1:"
		     : "=&r" (access) : "r" (selector) : "cc");
	return access;
}

static uint32_t fixed(uint32_t high)
{
	return (high & 0x6000 ? high : high | 0x2000) | 0x100;
}

static void check(uint32_t high)
{
	int32_t got;

	load_gdt_entry(MINE, DESC_FLAT_LOW, high);
	got = access_of(MINE_SELECTOR);
	if (!(high & P))
		expect(got, -1, "absent", high);
	else
		expect(got, fixed(high) & 0x00f0ff00, "access", high);
}

static void all_attributes(void)
{
	for (uint32_t flags = 0; flags < 16; flags++)
		for (uint32_t access = 0; access < 256; access++)
			if (!(access << 8 & P) || (access << 8 & S))
				check(flags << 20 | access << 8);
}

/* DPL 0 asked for, DPL 1 in truth: RPL 0 loads as any, and gives nothing. */
static void use_ring_0(uint32_t code, uint32_t rpl)
{
	struct { uint32_t offset; uint16_t selector; } far = {
		(uint32_t)attack_payload, MINE * 8 + rpl,
	};

	load_gdt_entry(MINE, DESC_FLAT_LOW, code);
	load_gdt_entry(MINE + 1, DESC_FLAT_LOW, DESC_DATA(0));
	ATTEMPT("lcall *(%%ebx)", 0, (uint32_t)&far, 0, 0);
	expect(try_result, GP(0), "a far call to DPL 0, RPL", rpl);
	ATTEMPT("pushfl; pushl %%ecx; pushl %%ebx; iretl", 0, far.offset, far.selector, 0);
	expect(try_result, rpl == 0 ? GP(MINE * 8) : GP(0), "iret to DPL 0, RPL", rpl);
	ATTEMPT("mov %%ebx, %%ss", 0, (MINE + 1) * 8 + rpl, 0, 0);
	expect(try_result, rpl == 0 ? GP((MINE + 1) * 8) : RAN, "a stack of DPL 0, RPL", rpl);
}

int main(void)
{
	attack_begin();
	all_attributes();
	use_ring_0(DESC_CODE(0), 0);
	use_ring_0(DESC_CODE(0), 1);
	/* Conforming: runs with the rights of the caller. */
	use_ring_0(DESC_CODE(0) | 0x400, 1);
	return attack_end("descriptors");
}
