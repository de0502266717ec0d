/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * set_pte - SET_PTE that maps a page at once: present, accessed and dirty.
 *
 * bench: set_pte; insns; mapping a page by SET_PTE; ASPLOS'06 "ptemod"
 */
#include "bench.h"

static uint8_t page[PAGE_BYTES] __attribute__((aligned(PAGE_BYTES)));

int main(void)
{
	uint32_t va = (uint32_t)page;

	guest_init();
	guest_paging();
	BENCH("set_pte.noop", );
	BENCH("set_pte", hypercall3(LG_HC_SET_PTE, (uint32_t)guest_dir, va, va | 0x67));
	return 0;
}
