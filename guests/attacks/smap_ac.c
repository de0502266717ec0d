/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * smap_ac - AC across entries (A9).
 *
 * With SMAP the flag AC is a right: while it is set, ring 0 may touch user pages.  Any ring
 * sets it by popf, and no gate clears it, so it is the Guest's until the Host has its own
 * flags back.  Here it is set before every kind of exit, from both rings, and must be the
 * Guest's again after each; at ring 3 a word across an alignment must raise vector 17, with
 * its error code, and at ring 1 none.  The fingerprint shows whether the Host ran with it in
 * between.  QEMU raises no alignment check.  The module refuses to load with SMAP, since ring 1
 * counts as the kernel for it (tests/host/cpus): a Host that supports SMAP must pass this with
 * SMAP on.
 *
 * test: smap_ac; where=bochs; expect=INERT
 */
#include "attack.h"

#define AC	0x40000u

volatile uint32_t ac_after;
static uint32_t words[2];

#define SET_AC	"pushfl; orl $0x40000, (%%esp); popfl\n\t"
#define NOTE_AC	"pushfl; popl ac_after\n\t"

static void kept(int32_t want, const char *what)
{
	expect(try_result, want, what, 0);
	if (want == RAN)
		expect(ac_after & AC, AC, what, 1);
}

static void exits(void)
{
	ATTEMPT(SET_AC "movl $0, %%eax; int $0x1f\n\t" NOTE_AC, 0, 0, 0, 0);
	kept(RAN, "a hypercall");
	ATTEMPT(SET_AC "inb $0x80, %%al\n\t" NOTE_AC, 0, 0, 0, 0);
	kept(RAN, "IN");
	ATTEMPT(SET_AC "ud2", 0, 0, 0, 0);
	kept(UD, "ud2");
	ATTEMPT(SET_AC "movl $400000, %%ecx; 1: loop 1b\n\t" NOTE_AC, 0, 0, 0, 0);
	kept(RAN, "Host interrupts");
	ATTEMPT(SET_AC "movl 1(%%ebx), %%eax\n\t" NOTE_AC, 0, (uint32_t)words, 0, 0);
	kept(RAN, "an odd address at ring 1");
}

static void from_user(void)
{
	ATTEMPT(SET_AC "movl $400000, %%ecx; 1: loop 1b\n\t" NOTE_AC, 0, 0, 0, 0);
	kept(RAN, "Host interrupts, ring 3");
	ATTEMPT(SET_AC "movl 1(%%ebx), %%eax", 0, (uint32_t)words, 0, 0);
	kept(17 << 16, "an odd address at ring 3");
	user_exit();
}

int main(void)
{
	attack_begin();
	exits();
	guest_user_ready(GATE_TRAP, NULL);
	guest_user(from_user);
	return attack_end("smap_ac");
}
