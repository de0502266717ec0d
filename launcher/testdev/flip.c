/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * flip.c - a Guest's struct lguest_data changes while the Host reads it: a second thread keeps
 * flipping bits of the one at the physical address that is written to PORT_FLIP.
 */
#include "device.h"
#include "die.h"
#include "lg/ports.h"
#include "memory.h"
#include "second.h"

#define WORDS	(sizeof(struct lguest_data) / 4)

/* xorshift: which word, which bits. */
static void *flip(void *data)
{
	volatile uint32_t *words = data;
	uint32_t random = 2463534242u;

	while (second_goes_on()) {
		random ^= random << 13;
		random ^= random >> 17;
		random ^= random << 5;
		words[random % WORDS] ^= random & 0x01010101u << (random >> 29);
	}
	return NULL;
}

static void flip_out(struct machine *m, void *context, uint32_t pa)
{
	void *data = guest_range(m, pa, sizeof(struct lguest_data));

	(void)context;
	if (!data)
		die(END_FAILED, "nothing to flip at %#x", pa);
	second_start(flip, data);
}

static void life_ended(struct machine *m, void *context, int end)
{
	(void)m, (void)context, (void)end;
	second_stop();
}

static struct device flip_port = {
	.name = "flip", .first = PORT_FLIP, .count = 1, .out = flip_out,
	.life_ended = life_ended,
};
TEST_DEVICE(flip_port)
