/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * gates - LOAD_IDT_ENTRY for all vectors, both types, all DPLs, and then `int n` (C2, C3,
 * C4, R5).
 *
 * A gate of the Guest's goes into the live IDT with the DPL that it asks.  It must never
 * replace one that the Host needs, and those of vectors whose error code the CPU pushes
 * must not be reached by `int n` whatever DPL was asked.  The selector asked is the
 * Switcher's: it must be forced to the Guest's, or a direct gate would be a way to
 * ring 0.  The handler is the payload.  Then handlers at addresses that are not there,
 * in the Switcher's text and in the tables.
 *
 * test: gates; variants=classic,reflect_all,cr3_only; expect=INERT; groups=killers
 */
#include "attack.h"

static uint8_t code[8] = { 0xcd, 0, 0xc3 };

static bool out_of_reach(uint32_t n)
{
	return n == 2 || n == 8 || (n >= 10 && n <= 15) || n == 17 || n == 18 ||
	       (n >= 32 && n != 0x80);
}

static void load(uint32_t n, uint32_t type, uint32_t dpl, uint32_t handler)
{
	hypercall3(LG_HC_LOAD_IDT_ENTRY, n, SWITCHER_CS << 16 | (handler & 0xffff),
		   (handler & 0xffff0000) | 0x8000 | type << 8 | dpl << 13);
}

/* Vector 13 is how the attempt learns its outcome. */
static void one(uint32_t n, uint32_t type, uint32_t dpl)
{
	int32_t want = GP(0);

	if (n == 13)
		return;
	load(n, type, dpl, (uint32_t)attack_payload);
	code[1] = n;
	if (n == LG_HYPERCALL_VECTOR)
		want = RAN;
	else if (out_of_reach(n) || !dpl)
		want = GP(n * 8 + 2);
	expect(ATTEMPT("call *%%ebx", 0, (uint32_t)code, 0, 0), want, "int", n | dpl << 12);
}

static void all(void)
{
	for (uint32_t n = 0; n < 256; n++)
		for (uint32_t dpl = 0; dpl < 4; dpl++) {
			one(n, 0xe, dpl);
			one(n, 0xf, dpl);
		}
}

/* A fault of the handler's first fetch is a fault of the Guest's. */
static void bad_handlers(void)
{
	static const uint32_t handlers[] = { 0, 0xff3ff000, 0xff400000, 0xffffffff, ~0u << 22 };

	guest_try_ready();
	for (uint32_t i = 0; i < ARRAY_SIZE(handlers); i++) {
		load(6, 0xf, 3, handlers[i]);
		/* The CPU's own IDT may lie there, and be executed: that must end in a fault. */
		if (attack_can("read", handlers[i]) && handlers[i] >= REGION_VA) {
			expect(ATTEMPT("ud2", 0, 0, 0, 0) != RAN, 1, "a handler at", handlers[i]);
			continue;
		}
		ATTEMPT("ud2", 0, 0, 0, 0);
		expect(try_result >> 16, 14, "a handler at", handlers[i]);
	}
	load(6, 0xf, 3, seen.text);
	expect(ATTEMPT("ud2", 0, 0, 0, 0) != RAN, 1, "a handler at", seen.text);
}

int main(void)
{
	attack_begin();
	attack_scan();
	attack_fence();
	bad_handlers();
	guest_try_ready();
	all();
	return attack_end("gates");
}
