/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * new_pgtable - NEW_PGTABLE of the directory that is in use already: a hit in the cache
 * of directories.
 *
 * bench: new_pgtable; insns; changing to a page directory that has a shadow; ASPLOS'06 "ptemod" (nearest)
 */
#include "bench.h"

int main(void)
{
	guest_init();
	guest_paging();
	BENCH("new_pgtable.noop", );
	BENCH("new_pgtable", hypercall1(LG_HC_NEW_PGTABLE, (uint32_t)guest_dir));
	return 0;
}
