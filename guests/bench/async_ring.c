/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * async_ring - queueing `batch` calls (default 8) in the async ring and draining them by
 * one hypercall.
 *
 * bench: async_ring; insns; eight queued calls and the hypercall that drains them; -
 */
#include "bench.h"

static inline void batch(uint32_t calls)
{
	while (calls--)
		guest_async(LG_HC_FLUSH_ASYNC, 0, 0, 0, 0);
	hypercall0(LG_HC_FLUSH_ASYNC);
}

int main(void)
{
	uint32_t calls = guest_number("batch", 8);

	guest_init();
	guest_paging();
	BENCH("async_ring.noop", );
	BENCH("async_ring", batch(calls));
	return 0;
}
