/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * shadow_fill - a page fault that the Guest never sees: its own entry is present and the
 * shadow's is not.  Before each sample SET_PTE drops the shadow's.
 *
 * bench: shadow_fill; insns; a page fault that the Host fills in; ASPLOS'06 "pgfault" (hidden part)
 */
#include "bench.h"

static volatile uint32_t page[1024] __attribute__((aligned(PAGE_BYTES)));

static inline void drop(void)
{
	hypercall3(LG_HC_SET_PTE, (uint32_t)guest_dir, (uint32_t)page, 0);
}

int main(void)
{
	guest_init();
	guest_paging();
	BENCH_EACH("shadow_fill.noop", drop(), );
	BENCH_EACH("shadow_fill", drop(), (void)page[0]);
	return 0;
}
