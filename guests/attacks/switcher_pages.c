/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * switcher_pages - what of the Switcher's slots a Guest can reach (B9, R3).
 *
 * Text, state and regs pages are mapped while the Guest runs, in slots that belong to
 * the Switcher whole.  The attacker reads, writes and jumps to each page of the top three
 * slots from both rings.  Ring 3 must reach nothing.  Ring 1 may read text and tables; it
 * may write one page alone, the regs page, which holds nothing but its own registers (in the
 * variant resident that of its lguest_data too, which is its own); and what it executes there it
 * executes at ring 1.
 *
 * Then it jumps into the text: to the entry, to every stub, to the load of CR3 and each
 * other privileged instruction, to each iret and far return, with a stack full of the
 * Switcher's selector and the payload's address.  At ring 1 each ends in a fault.
 *
 * test: switcher_pages; variants=all; expect=INERT; groups=killers
 */
#include "attack.h"

#define STACK_WORDS	512

static uint32_t readable, writable, shared;
static uint32_t stack[STACK_WORDS];
static bool user;

static void look_at(uint32_t va)
{
	bool can_read = ATTEMPT("movl (%%ebx), %%eax", 0, va, 0, 0) == RAN;
	bool can_write = can_read && ATTEMPT("lock orl $0, (%%ebx)", 0, va, 0, 0) == RAN;

	readable += can_read;
	writable += can_write;
	/* Its own page, which ring 3 does not reach there. */
	shared += can_write && attack_is_shared(va);
	if (user) {
		ATTEMPT("call *%%ebx", 0, va, 0, 0);
		expect(try_result & ~PF_P, PF(PF_U), "executed at ring 3", va);
	}
}

static void look(void)
{
	readable = writable = shared = 0;
	for (uint32_t va = REGION_VA; va; va += PAGE_BYTES)
		look_at(va);
}

static void look_from_user(void)
{
	look();
	user_exit();
}

/* A new stack for each try: what ran before has used it up. */
static void jump(uint32_t va)
{
	for (uint32_t i = 0; i < STACK_WORDS; i += 2) {
		stack[i] = (uint32_t)attack_payload;
		stack[i + 1] = SWITCHER_CS;
	}
	ATTEMPT("movl %%ecx, %%esp; movl $0x202, %%eax; pushl %%ebx; ret", 0, va,
		(uint32_t)&stack[STACK_WORDS / 2], 0);
	if (try_result == RAN)
		expect(0, 1, "came to an end at", va);
}

/* A stub is `push $0; push $code; jmp`, or the last two, and int3 fills up what is left. */
static bool is_stub(const uint8_t *at)
{
	return at[-1] == 0xcc && at[0] == 0x6a;
}

static bool is_telling(const uint8_t *at)
{
	if (at[0] == 0x0f)
		return at[1] == 0x22 || at[1] <= 0x01;
	return at[0] == 0xcf || at[0] == 0xcb || at[0] == 0xcd;
}

static void jump_into(uint32_t text)
{
	jump(text);
	for (uint32_t at = text + 1; at < text + PAGE_BYTES - 16; at++)
		if (is_telling((const uint8_t *)at) || is_stub((const uint8_t *)at))
			jump(at);
}

int main(void)
{
	attack_begin();
	attack_fence();
	look();
	report(readable >= 3 && writable - shared == 1 && shared <= 1,
	       "ring 1 reads %u pages, writes %u, and its own lguest_data %u times", readable,
	       writable - shared, shared);
	attack_scan();
	jump_into(seen.text);
	guest_user_ready(GATE_TRAP, NULL);
	user = true;
	guest_user(look_from_user);
	report(!readable && !writable, "ring 3 reads %u pages, writes %u", readable, writable);
	return attack_end("jumps");
}
