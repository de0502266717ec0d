/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ring - the async ring: calls are carried out in order at the next hypercall and not
 * before, the ring wraps, a full ring refuses, a queued INIT kills nobody's neighbour.
 *
 * test: ring; variants=all; groups=contract; expect=INERT
 */
#include "guest.h"

static uint32_t pages[4][1024] __attribute__((aligned(PAGE_BYTES)));
static uint32_t table[1024] __attribute__((aligned(PAGE_BYTES)));
#define WINDOW_VA	0x40000000u

static uint32_t busy(void)
{
	uint32_t n = 0;

	for (unsigned int i = 0; i < LG_RING_ENTRIES; i++)
		n += READ_ONCE(lguest_data.ring_status[i]) != LG_RING_FREE;
	return n;
}

/* Queue a SET_PTE that maps page n; what the window shows is the last one done. */
static bool queue(uint32_t n)
{
	table[0] = (uint32_t)pages[n] | 0x67;
	return guest_async(LG_HC_SET_PTE, (uint32_t)guest_dir, WINDOW_VA, table[0], 0);
}

int main(void)
{
	uint32_t queued = 0;

	guest_init();
	guest_dir[WINDOW_VA >> 22] = (uint32_t)table | 0x27;
	guest_paging();
	for (uint32_t n = 0; n < 4; n++)
		pages[n][0] = n;
	table[0] = (uint32_t)pages[0] | 0x67;
	report(*(volatile uint32_t *)WINDOW_VA == 0, "page 0 at first");
	queue(1);
	report(busy() == 1, "one call waits");
	hypercall0(LG_HC_FLUSH_ASYNC);
	report(busy() == 0 && *(volatile uint32_t *)WINDOW_VA == 1, "and is done at a hypercall");
	queue(2);
	queue(3);
	queue(2);
	hypercall0(LG_HC_SEND_INTERRUPTS);
	report(*(volatile uint32_t *)WINDOW_VA == 2, "in order");
	while (queue(queued % 4))
		queued++;
	report(queued == LG_RING_ENTRIES && busy() == LG_RING_ENTRIES, "it holds %u", queued);
	hypercall0(LG_HC_FLUSH_ASYNC);
	report(busy() == 0 && *(volatile uint32_t *)WINDOW_VA == 3, "a full ring is drained");
	for (uint32_t round = 0; round < 1000; round++) {
		queue(round % 4);
		hypercall0(LG_HC_FLUSH_ASYNC);
	}
	report(*(volatile uint32_t *)WINDOW_VA == 3, "it wraps");
	return report_status();
}
