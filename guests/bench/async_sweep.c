/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * async_sweep - queueing 1, 2, 4, ... 64 calls in the async ring and draining them by one
 * hypercall: a series async_batch.CALLS for each, up to a full ring.
 *
 * bench: async_sweep; insns; queued calls and the hypercall that drains them, by their number; -
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
	guest_init();
	guest_paging();
	for (uint32_t calls = 1; calls <= LG_RING_ENTRIES; calls *= 2) {
		BENCH(bench_name("async_batch", calls, ".noop"), );
		BENCH(bench_name("async_batch", calls, ""), batch(calls));
	}
	return 0;
}
