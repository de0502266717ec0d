/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * cards.h - the virtio devices.  None depends on the Launcher: each reaches the outside by a file
 * descriptor or a function with a context.
 */
#ifndef LAUNCHER_CARDS_H
#define LAUNCHER_CARDS_H

#include "devices/virtio.h"

/* ---- a source of random numbers ---- */

struct rng {
	struct virtio virtio;
};

void rng_init(struct rng *rng, struct virtio_memory memory);

/* ---- a disk: a file; a thread carries out the requests ---- */

#define BLK_SECTOR	512

struct blk {
	struct virtio virtio;
	int fd;
	uint64_t sectors;
	bool read_only;
	void (*wake)(void *context);	/* there may be a request */
	void *context;
};

struct blk_request {
	struct virtio_chain chain;
	uint32_t written;		/* bytes, of which the last is the status */
	bool failed;
};

void blk_init(struct blk *blk, struct virtio_memory memory, int fd, uint64_t sectors,
	      bool read_only);
/* With the bus locked: the next request; false: there is none. */
bool blk_take(struct blk *blk, struct blk_request *request);
/* Without the lock: read, write or flush. */
void blk_carry_out(const struct blk *blk, struct blk_request *request);
/* With the bus locked: the request is done. */
void blk_give(struct blk *blk, const struct blk_request *request);

/* ---- a console of one port ---- */

struct console_card {
	struct virtio virtio;
	void (*send)(void *context, const uint8_t *bytes, size_t n);
	/* The caller answers with console_card_printed, a little later. */
	void (*printed)(void *context);
	void *context;
};

void console_card_init(struct console_card *console, struct virtio_memory memory);
/* It has this many columns and rows. */
void console_card_size(struct console_card *console, uint16_t columns, uint16_t rows);
/* Notify the driver that its output is printed. */
void console_card_printed(struct console_card *console);
/* Answers how many of these bytes it had room for. */
size_t console_card_receive(struct console_card *console, const uint8_t *bytes, size_t n);

/* ---- a network card: its cable is a file descriptor, a datagram of which is a frame ---- */

#define NET_FRAME_BYTES	1514		/* without VLAN tag and check sum */

struct net {
	struct virtio virtio;
	int fd;				/* does not block */
};

void net_init(struct net *net, struct virtio_memory memory, int fd, const uint8_t address[6]);
/* A frame has come in. */
void net_receive(struct net *net, const uint8_t *frame, size_t bytes);

#endif
