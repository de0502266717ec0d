/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * new_pgtable_other - NEW_PGTABLE of another directory that has a shadow, and back: two
 * hits in the cache of directories, as two processes that take turns have.
 *
 * bench: new_pgtable_other; insns; changing to another directory that has a shadow, and back; ASPLOS'06 "ptemod" (nearest)
 */
#include "bench.h"

static uint32_t other[1024] __attribute__((aligned(PAGE_BYTES)));

static inline void there_and_back(void)
{
	hypercall1(LG_HC_NEW_PGTABLE, (uint32_t)other);
	hypercall1(LG_HC_NEW_PGTABLE, (uint32_t)guest_dir);
}

int main(void)
{
	guest_init();
	guest_paging();
	memcpy(other, guest_dir, sizeof(other));
	BENCH("new_pgtable_other.noop", );
	BENCH("new_pgtable_other", there_and_back());
	return 0;
}
