/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * arguments - every hypercall number with pairs of edge values (E1, E2, E3, B11).
 *
 * A range check is wrong at its edge: by one, by the length of what is read, by a sum that
 * wraps, by a signed compare.  Each life makes the calls of its own slice of the list
 * (number, and arguments from the edges of memory, of the Switcher, of 2^31 and of 2^32), by
 * `int` and out of the ring, until one kills it.  The only wrong outcome is that the Host dies.
 *
 * test: arguments; expect=INERT; groups=killers; timeout=120
 */
#include "attack.h"

#define NUMBERS	(LG_HYPERCALL_LIMIT + 4)

static uint32_t values[20], count;

static void edges(void)
{
	uint32_t limit = guest_memory_bytes();
	const uint32_t all[] = {
		0, 1, 2, 31, 32, 256, limit - 1388, limit - 24, limit - 4, limit, limit + 4,
		0xff400000 - 8, 0xff400000, 0xff97a000, 1u << 31, (uint32_t)-PAGE_BYTES, ~0u,
		(uint32_t)&lguest_data,
	};

	memcpy(values, all, sizeof(all));
	count = ARRAY_SIZE(all);
}

static void make_call(uint32_t n)
{
	uint32_t number = n % NUMBERS, a = values[n / NUMBERS % count];
	uint32_t b = values[n / NUMBERS / count % count];

	/* Skip calls that end the Guest or let it sleep for ever. */
	if (number == LG_HC_HALT || (number == LG_HC_SHUTDOWN && b <= 2))
		return;
	if (n & 1) {
		guest_async(number, a, b, values[n % count], 0);
		number = LG_HC_FLUSH_ASYNC;
	}
	hypercall3(number, a, b, values[n % count]);
}

int main(void)
{
	uint32_t lives = 300, life = attack_life(lives + 1), n;

	guest_init();
	edges();
	guest_paging();
	guest_try_ready();
	if (life == lives) {
		report(true, "%u lives", lives);
		return report_status();
	}
	for (n = life; n < NUMBERS * count * count; n += lives)
		make_call(n * 7919 % (NUMBERS * count * count));
	guest_shutdown("next", LG_SHUTDOWN_RESTART);
}
