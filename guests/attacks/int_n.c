/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * int_n - `int n` for each of the 256 vectors from both rings (C1).
 *
 * `int n` pushes no error code and asks only the gate's DPL.  A Guest that could name a
 * gate of the Host's would run a Host handler with a frame of its own, and one whose
 * stub expects an error code would shift every register of the frame by a word.  The
 * attacker has gates of DPL 3 for all vectors a Guest may handle, and tries every
 * number.  Vectors of the Host and those with an error code must be out of reach (general
 * protection, with the vector in the error code); the others must arrive at the Guest's
 * handler under their own number, #NM too, which the Host uses itself.
 *
 * test: int_n; variants=all; expect=INERT; groups=killers
 */
#include "attack.h"

static uint8_t code[8] = { 0xcd, 0, 0xc3 };
static const char *ring;

static bool out_of_reach(uint32_t n)
{
	return n == 2 || n == 8 || (n >= 10 && n <= 15) || n == 17 || n == 18 ||
	       (n >= 32 && n != 0x80);
}

static int32_t wanted(uint32_t n, bool user)
{
	if (out_of_reach(n) || (n == LG_HYPERCALL_VECTOR && user))
		return GP(n * 8 + 2);
	return n == LG_HYPERCALL_VECTOR ? RAN : (int32_t)(n << 16);
}

static void all_vectors(void)
{
	bool user = *ring == '3';

	for (uint32_t n = 0; n < 256; n++) {
		/* guest_user_ready's own gate would take this one. */
		if (n == 0x80)
			continue;
		code[1] = n;
		expect(ATTEMPT("call *%%ebx", 0, (uint32_t)code, 0, 0), wanted(n, user), ring, n);
	}
}

static void user(void)
{
	all_vectors();
	user_exit();
}

int main(void)
{
	attack_begin();
	/* Or the first #NM would load the Guest's FPU, under lazy_fpu, and be no one's. */
	asm volatile("fninit");
	ring = "1: int";
	all_vectors();
	guest_user_ready(GATE_TRAP, NULL);
	ring = "3: int";
	guest_user(user);
	return attack_end("int n");
}
