/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * virtio_rng.c - random numbers (Virtual I/O Device Version 1.0, 5.4), from the Host kernel's
 * generator, which never waits once it is seeded.
 */
#include <sys/random.h>

#include "devices/cards.h"

/* The rest of a longer request stays unwritten; the driver learns the number of bytes. */
#define REQUEST_BYTES	256

static void notify(struct virtio *v, unsigned int queue)
{
	struct virtio_chain chain;
	uint8_t bytes[REQUEST_BYTES];
	bool any = false;

	while (virtio_take(v, queue, &chain)) {
		size_t n = chain.in_bytes < sizeof(bytes) ? chain.in_bytes : sizeof(bytes);
		ssize_t got = getrandom(bytes, n, GRND_NONBLOCK);

		if (got < 0)
			v->statistics.errors++;
		virtio_give(v, queue, &chain,
			    got < 0 ? 0 : virtio_copy_in(&chain, 0, bytes, got));
		any = true;
	}
	if (any)
		virtio_interrupt(v, queue);
}

static const struct virtio_kind kind = {
	.name = "rng", .id = 4, .pci_class = 0xff00, .nr_queues = 1, .notify = notify,
};

void rng_init(struct rng *rng, struct virtio_memory memory)
{
	virtio_init(&rng->virtio, &kind, 0, memory);
}
