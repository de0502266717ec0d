/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * load_gdt_entry - LOAD_GDT_ENTRY and the copy-in of the whole GDT.
 *
 * bench: load_gdt_entry; insns; changing one GDT entry, and the copy-in of all; -
 */
#include "bench.h"

int main(void)
{
	guest_init();
	guest_paging();
	BENCH("load_gdt_entry.noop", );
	BENCH("load_gdt_entry", hypercall3(LG_HC_LOAD_GDT_ENTRY, 20, DESC_FLAT_LOW,
					   DESC_DATA(3u)));
	return 0;
}
