/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * new_pgtable_miss - NEW_PGTABLE of a directory that the Host has no shadow of: more
 * directories in turn than its cache has places.  What is used at once is filled in again,
 * and that is counted, as it is part of the price.
 *
 * bench: new_pgtable_miss; insns; changing to a directory without a shadow, up to the next instruction; ASPLOS'06 "ptemod" (nearest)
 */
#include "bench.h"

#define DIRECTORIES	8u	/* more than any cache of theirs */

static uint32_t other[DIRECTORIES][1024] __attribute__((aligned(PAGE_BYTES)));

static inline void next(void)
{
	static uint32_t turn;

	turn = (turn + 1) % DIRECTORIES;
	hypercall1(LG_HC_NEW_PGTABLE, (uint32_t)other[turn]);
}

int main(void)
{
	guest_init();
	guest_paging();
	for (uint32_t i = 0; i < DIRECTORIES; i++)
		memcpy(other[i], guest_dir, sizeof(other[i]));
	BENCH("new_pgtable_miss.noop", );
	BENCH("new_pgtable_miss", next());
	hypercall1(LG_HC_NEW_PGTABLE, (uint32_t)guest_dir);
	return 0;
}
