/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * empty_loop - a hundred turns of a loop that does nothing: what the Guest itself costs,
 * and a check that nobody disturbs it.
 *
 * bench: empty_loop; insns; a hundred turns of an empty loop; -
 */
#include "bench.h"

static inline void turns(void)
{
	asm volatile("movl $100, %%ecx\n1:\tdecl %%ecx\n\tjnz 1b" : : : "ecx", "cc");
}

int main(void)
{
	guest_init();
	guest_paging();
	BENCH("empty_loop.noop", );
	BENCH("empty_loop", turns());
	return 0;
}
