/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * rearm.c - an async ring that is never empty: a second thread queues each free entry of the
 * one in the struct lguest_data at the physical address that is written to PORT_REARM.  An IN
 * answers how many it has queued.
 */
#include "device.h"
#include "die.h"
#include "lg/ports.h"
#include "memory.h"
#include "second.h"

struct rearm {
	volatile uint8_t *ring;
	volatile uint32_t queued;
};

/* Counted first: the count is never too low. */
static void *rearm(void *context)
{
	struct rearm *r = context;

	while (second_goes_on())
		for (unsigned int n = 0; n < LG_RING_ENTRIES; n++)
			if (r->ring[n] == LG_RING_FREE) {
				r->queued++;
				r->ring[n] = LG_RING_QUEUED;
			}
	return NULL;
}

static void rearm_out(struct machine *m, void *context, uint32_t pa)
{
	struct lguest_data *data = guest_range(m, pa, sizeof(*data));
	struct rearm *r = context;

	if (!data)
		die(END_FAILED, "no ring at %#x", pa);
	r->ring = data->ring_status;
	r->queued = 0;
	second_start(rearm, r);
	second_keep_apart();
}

static uint32_t queued_in(struct machine *m, void *context)
{
	struct rearm *r = context;

	(void)m;
	return r->queued;
}

static void life_ended(struct machine *m, void *context, int end)
{
	(void)m, (void)context, (void)end;
	second_stop();
}

static struct rearm the_rearm;
static struct device rearm_port = {
	.name = "rearm", .first = PORT_REARM, .count = 1, .context = &the_rearm,
	.out = rearm_out, .in = queued_in, .life_ended = life_ended,
};
TEST_DEVICE(rearm_port)
