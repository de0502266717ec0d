/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ud_direct - an invalid opcode to its handler through a trap gate, with no exit; the
 * handler skips the instruction.
 *
 * bench: ud_direct; insns; an invalid opcode and back, direct; ASPLOS'06 "divzero" (its kind), PVM "exception"
 */
#include "faults.h"

int main(void)
{
	guest_init();
	guest_paging();
	lguest_data.irq_enabled = LG_IF;
	fault_gate(6, GATE_TRAP, skip_two);
	BENCH("ud_direct.noop", );
	BENCH("ud_direct", invalid_opcode());
	return 0;
}
