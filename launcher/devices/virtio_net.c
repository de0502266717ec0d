/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * virtio_net.c - a network card (Virtual I/O Device Version 1.0, 5.1), without offloads.
 *
 * Neither direction waits: a frame that the cable does not take is dropped, and so is one that
 * the driver has no buffer for.
 */
#include <string.h>
#include <unistd.h>

#include "devices/cards.h"

#define F_MAC		(1u << 5)
#define F_STATUS	(1u << 16)

enum { RECEIVE = 0, TRANSMIT = 1 };
enum { CONFIG_MAC = 0, CONFIG_STATUS = 6 };
#define LINK_UP		1

/* In front of each frame; all zero without offloads, but for the number of buffers. */
#define HEADER_BYTES	12
#define HEADER_BUFFERS	10

static void transmit_frame(struct net *net, const struct virtio_chain *chain)
{
	uint8_t frame[NET_FRAME_BYTES];
	size_t bytes;

	if (chain->out_bytes <= HEADER_BYTES ||
	    chain->out_bytes > HEADER_BYTES + NET_FRAME_BYTES) {
		net->virtio.statistics.errors++;
		return;
	}
	bytes = virtio_copy_out(chain, HEADER_BYTES, frame, sizeof(frame));
	if (write(net->fd, frame, bytes) != (ssize_t)bytes)
		net->virtio.statistics.errors++;
}

static void transmit(struct net *net)
{
	struct virtio *v = &net->virtio;
	struct virtio_chain chain;
	bool any = false;

	while (virtio_take(v, TRANSMIT, &chain)) {
		transmit_frame(net, &chain);
		virtio_give(v, TRANSMIT, &chain, 0);
		any = true;
	}
	if (any)
		virtio_interrupt(v, TRANSMIT);
}

static void notify(struct virtio *v, unsigned int queue)
{
	(void)queue;
	transmit((struct net *)v);
}

void net_receive(struct net *net, const uint8_t *frame, size_t bytes)
{
	struct virtio *v = &net->virtio;
	uint8_t header[HEADER_BYTES] = { [HEADER_BUFFERS] = 1 };
	struct virtio_chain chain;
	size_t done;

	if (!virtio_take(v, RECEIVE, &chain)) {
		v->statistics.errors++;
		return;
	}
	done = virtio_copy_in(&chain, 0, header, sizeof(header));
	done += virtio_copy_in(&chain, HEADER_BYTES, frame, bytes);
	if (done < HEADER_BYTES + bytes) {
		virtio_break(v);
		return;
	}
	virtio_give(v, RECEIVE, &chain, done);
	virtio_interrupt(v, RECEIVE);
}

static const struct virtio_kind kind = {
	.name = "net", .id = 1, .pci_class = 0x0200, .nr_queues = 2, .unnotified = 1u << RECEIVE,
	.notify = notify,
};

void net_init(struct net *net, struct virtio_memory memory, int fd, const uint8_t address[6])
{
	virtio_init(&net->virtio, &kind, F_MAC | F_STATUS, memory);
	net->fd = fd;
	memcpy(net->virtio.config + CONFIG_MAC, address, 6);
	virtio_config16(&net->virtio, CONFIG_STATUS, LINK_UP);
}
