/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * stays - exits that the Switcher answers at ring 0 under the Guest's own page tables (variant
 * resident; R1, R3, R4, R9).
 *
 * What it goes by is told to it in a page that no Guest can write, but for the status of the ring,
 * which lies in the Guest's page of lguest_data: whatever is there, a call that waits is carried
 * out, and none that does not.  So each status byte takes each value, by the page's own address
 * and by that in the Switcher's slot; all else of the page is garbage meanwhile; and the regs page
 * (counts, stamps, registers) is scribbled on before each call.  Then the borders of lguest_data:
 * with its words across the end of a page (case=1), and right before it (case=2).  Flags that would
 * give rights go on the way, as by the Host.
 *
 * test: stays; variants=all; twins=all; expect=INERT; groups=killers
 * test: stays.across; variants=classic,resident; twins=all; args=case=1; expect=INERT
 * test: stays.before; variants=classic,resident; twins=all; args=case=2; expect=INERT
 * test: stays.no_init; variants=classic,resident; args=case=3; expect=KILLED "hypercall 0 before INIT"
 */
#include "attack.h"

#define WINDOW_VA	0x40000000u

/* lguest_data across the end of the first, or with its first words right before it. */
static uint8_t pages[2 * PAGE_BYTES] __attribute__((aligned(PAGE_BYTES)));
static uint32_t page[2][1024] __attribute__((aligned(PAGE_BYTES)));
static uint32_t table[1024] __attribute__((aligned(PAGE_BYTES)));
static uint32_t random_state = 2463534242u, next;

/* A call that needs nothing, with a pattern in every register; false: one came back changed. */
static bool call(uint32_t number, uint32_t arg)
{
	uint32_t a = number, b = arg, c = ~arg, d = arg * 3, si = arg + 1, di = arg + 2;

	asm volatile("int $0x1f" : "+a" (a), "+b" (b), "+c" (c), "+d" (d), "+S" (si), "+D" (di)
		     : : "memory", "cc");
	return a == number && b == arg && c == ~arg && d == arg * 3 && si == arg + 1 &&
	       di == arg + 2;
}

static bool any_call(uint32_t n)
{
	switch (n % 4) {
	case 0: return call(LG_HC_FLUSH_ASYNC, n);
	case 1: return call(LG_HC_SEND_INTERRUPTS, n);
	case 2: return call(LG_HC_SET_CLOCKEVENT, 0);
	}
	return call(LG_HC_TS, 0);
}

/* The flags come back as rule 1 lets them, and nothing else has been asked of the Host. */
static void try_flags(uint32_t flags)
{
	uint32_t after;

	asm volatile("pushl %1; popfl; int $0x1f; pushfl; popl %0; pushl $2; popfl"
		     : "=r" (after) : "r" (flags | 2), "a" (LG_HC_FLUSH_ASYNC) : "memory", "cc");
	expect(after & 0x247cd5, flags & 0x240cd5, "flags after a call", flags);
}

/* The next entry of the ring maps page n in the window; its status is `status`. */
static void queue(struct lguest_data *data, uint32_t n, uint32_t status)
{
	struct lg_ring_call *ring = &data->ring[next];

	table[0] = (uint32_t)page[n] | 0x67;
	*ring = (struct lg_ring_call){ LG_HC_SET_PTE, (uint32_t)guest_dir, WINDOW_VA, table[0], 0 };
	*(volatile uint8_t *)&data->ring_status[next] = status;
}

static void scribble(struct lguest_data *data)
{
	uint32_t any = attack_random(&random_state);

	*(volatile uint32_t *)&data->blocked_interrupts = any;
	*(volatile uint32_t *)&data->cr2 = any * 3;
	*(volatile uint32_t *)&data->irq_pending = any & LG_IF;
	*(volatile uint32_t *)&data->tsc_khz = any * 5;
	for (uint32_t at = 0; seen.regs && at < PAGE_BYTES - 16; at += 4)
		*(volatile uint32_t *)(seen.regs + at) = any + at;
}

/* Entry `next` with a status: carried out unless it says that it is free. */
static void try_status(struct lguest_data *data, uint32_t status, uint32_t n)
{
	volatile uint32_t *window = (uint32_t *)WINDOW_VA;
	uint32_t before = *window;

	queue(data, !before, status);
	expect(any_call(n), true, "registers after a call", n);
	expect(*window, status == LG_RING_FREE ? before : !before, "what waited", status);
	expect(data->ring_status[next], LG_RING_FREE, "its status", status);
	if (status != LG_RING_FREE)
		next = (next + 1) % LG_RING_ENTRIES;
}

static void try_all(struct lguest_data *data, struct lguest_data *by)
{
	for (uint32_t status = 0; status < 256; status++)
		for (uint32_t n = 0; n < 4; n++) {
			scribble(data);
			try_status(by, status, n);
		}
}

/* guest_init and guest_paging, with lguest_data where it is told. */
static void begin(struct lguest_data *data)
{
	memset(data->ring_status, LG_RING_FREE, sizeof(data->ring_status));
	data->blocked_interrupts = 1;
	data->kernel_address = 0xc0000000u;
	data->syscall_vec = 0x80;
	hypercall1(LG_HC_INIT, (uint32_t)data);
	lguest_data.reserve_mem = 1;	/* the INIT of guest_shutdown has been made */
	guest_dir[WINDOW_VA >> 22] = (uint32_t)table | 0x27;
	table[0] = (uint32_t)page[0] | 0x67;
	page[1][0] = 1;
	guest_paging();
	guest_try_ready();
	hypercall1(LG_HC_TS, 0);
}

int main(void)
{
	uint32_t where = guest_number("case", 0);
	struct lguest_data *data = &lguest_data;

	if (where == 3)
		hypercall0(LG_HC_FLUSH_ASYNC);
	if (where == 1)
		data = (struct lguest_data *)&pages[PAGE_BYTES - 24 - 32];
	else if (where == 2)
		data = (struct lguest_data *)&pages[PAGE_BYTES - 24 - 64];
	begin(data);
	if (!where)
		attack_scan();
	for (uint32_t bit = 0; bit < 22; bit++)
		if (bit != 8 && bit != 17)	/* TF is single_step's, VM silicon's */
			try_flags(1u << bit);
	try_all(data, data);
	if (seen.shared)
		try_all(data, (struct lguest_data *)(seen.shared +
						     ((uint32_t)data & (PAGE_BYTES - 1))));
	return attack_end("calls that need nothing");
}
