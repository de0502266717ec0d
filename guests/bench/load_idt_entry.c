/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * load_idt_entry - LOAD_IDT_ENTRY and the copy-in of the whole IDT.
 *
 * bench: load_idt_entry; insns; changing one gate, and the copy-in of all; -
 */
#include "bench.h"

int main(void)
{
	guest_init();
	guest_paging();
	BENCH("load_idt_entry.noop", );
	BENCH("load_idt_entry", hypercall3(LG_HC_LOAD_IDT_ENTRY, 6, LG_GUEST_CS << 16,
					   (uint32_t)trap_entries | GATE_TRAP));
	return 0;
}
