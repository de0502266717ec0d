/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pf_write_clean - a write to a page that was only read so far: its shadow is read-only
 * until the Host has set the dirty bit in the Guest's own entry.
 *
 * bench: pf_write_clean; insns; the first write to a clean page; ASPLOS'06 "pgfault" (hidden part)
 */
#include "bench.h"

static volatile uint32_t page[1024] __attribute__((aligned(PAGE_BYTES)));

#define DIRTY	0x40u

static inline void clean(void)
{
	*guest_pte((uint32_t)page) &= ~DIRTY;
	hypercall3(LG_HC_SET_PTE, (uint32_t)guest_dir, (uint32_t)page, 0);
	(void)page[0];
}

int main(void)
{
	guest_init();
	guest_paging();
	BENCH_EACH("pf_write_clean.noop", clean(), );
	BENCH_EACH("pf_write_clean", clean(), page[0] = 1);
	report(*guest_pte((uint32_t)page) & DIRTY, "the page is dirty in the end");
	return report_status();
}
