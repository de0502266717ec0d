/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ac_direct - the gate of alignment checks (vector 17) in the table that the CPU reads.
 *
 * A Guest chooses what its code segment is.  One of ring 3, or a conforming one, makes a
 * direct gate deliver to a handler at ring 3, on the stack of whoever trapped.  If that stack
 * is unaligned and AC is on, pushing the frame of an alignment check raises the next one, and
 * silicon goes round in that for ever: neither an interrupt nor an NMI gets in, and the CPU
 * is lost to the Host (CVE-2015-5307 was that).  So such a trap must go by way of the Host,
 * at ring 0, where alignment is not checked.  An emulator raises no alignment checks, but
 * the Guest may read the live table: here each gate that names one of its handlers is
 * direct, and that of vector 17 must not be; silicon.ac_loop is the attack itself.
 *
 * test: ac_direct; variants=classic,fast_reentry,cr3_only,stacked; expect=INERT
 */
#include "attack.h"

/* The words of a direct gate to a trap entry, wherever the IDT lies. */
static uint32_t live_gates(uint32_t vector)
{
	uint32_t entry = (uint32_t)trap_entries + vector * 16, found = 0;

	for (uint32_t i = 0; i < seen.count; i++) {
		const volatile uint32_t *words = (const volatile uint32_t *)seen.pages[i];

		for (uint32_t n = 0; n < PAGE_BYTES / 4; n += 2)
			found += words[n] == (LG_GUEST_CS << 16 | (entry & 0xffff)) &&
				 (words[n + 1] & 0xffff9fff) ==
				 ((entry & 0xffff0000) | GATE_TRAP);
	}
	return found;
}

static void nothing(struct trap *trap)
{
	(void)trap;
}

int main(void)
{
	attack_begin();
	attack_scan();
	guest_gate(4, GATE_TRAP, 3, nothing);
	guest_gate(17, GATE_TRAP, 3, nothing);
	report(live_gates(4), "overflow: %u direct gates", live_gates(4));
	report(!live_gates(17), "alignment check: %u direct gates", live_gates(17));
	return report_status();
}
