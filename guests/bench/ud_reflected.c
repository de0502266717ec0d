/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ud_reflected - an invalid opcode to its handler through the Host; the handler skips the
 * instruction.
 *
 * bench: ud_reflected; insns; an invalid opcode and back, reflected; ASPLOS'06 "divzero" (its kind), PVM "exception"
 */
#include "faults.h"

int main(void)
{
	guest_init();
	guest_paging();
	lguest_data.irq_enabled = LG_IF;
	fault_gate(6, GATE_INTERRUPT, skip_two);
	BENCH("ud_reflected.noop", );
	BENCH("ud_reflected", invalid_opcode());
	return 0;
}
