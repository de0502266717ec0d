/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ports - all 65536 ports, in and out, each width, from both rings (B12).
 *
 * The TSS's bitmap of I/O rights lies beyond its limit, so that each access faults; the
 * Host carries it out on a bus with nobody on it.  A port that was not intercepted would be the
 * lab machine's own: 0xf4 with 0x5a ends it, 0xcf9 resets it.  The attacker writes 0x5a to every
 * port, at ring 1 by each opcode, and at ring 3, where all must fault.
 *
 * test: ports; variants=classic,cr3_only; expect=INERT; groups=killers
 */
#include "attack.h"

/* The Launcher's own ports are not part of the attack. */
static bool claimed(uint32_t port)
{
	return port >= PORT_FIRST && port <= PORT_LAST;
}

static void ring_1(uint32_t port)
{
	out8(port, 0x5a);
	if (port & 3)
		return;
	out16(port, 0x5a5a);
	out32(port, 0x5a5a5a5a);
	expect(in8(port), 0xff, "inb", port);
	expect(in16(port), 0xffff, "inw", port);
	expect(in32(port), ~0u, "inl", port);
}

static void ring_3(void)
{
	for (uint32_t port = 0; port < 65536; port += 61) {
		expect(ATTEMPT("outb %%al, %%dx", 0x5a, 0, 0, port), GP(0), "outb", port);
		expect(ATTEMPT("outw %%ax, %%dx", 0x5a, 0, 0, port), GP(0), "outw", port);
		expect(ATTEMPT("outl %%eax, %%dx", 0x5a, 0, 0, port), GP(0), "outl", port);
		expect(ATTEMPT("inl %%dx, %%eax", 0, 0, 0, port), GP(0), "inl", port);
	}
	expect(ATTEMPT(PAYLOAD, 0, 0, 0, 0), GP(0), "the payload", 3);
	user_exit();
}

int main(void)
{
	attack_begin();
	for (uint32_t port = 0; port < 65536; port++)
		if (!claimed(port))
			ring_1(port);
	guest_user_ready(GATE_TRAP, NULL);
	guest_user(ring_3);
	return attack_end("ports");
}
