/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * virtio.h - virtio 1.0 over PCI (OASIS, Virtual I/O Device Version 1.0), modern only, split
 * queues: the part that every device has.
 *
 * A device is a `struct virtio` and a `struct virtio_kind` with its type and functions.  What a
 * Guest writes is read once and checked before it is used; the worst result is a device that has
 * stopped and reports it (DEVICE_NEEDS_RESET).  The caller holds the lock of the bus; a request
 * that a thread carries out without it counts as `busy`, and a reset is over only when none is
 * left.
 */
#ifndef LAUNCHER_VIRTIO_H
#define LAUNCHER_VIRTIO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/uio.h>

#include "devices/pc.h"
#include "devices/pci.h"

#define VIRTIO_QUEUES		2
#define VIRTIO_QUEUE_SIZE	256	/* entries, at most */
#define VIRTIO_SEGMENTS		256	/* of one request, at most */
#define VIRTIO_CONFIG_BYTES	64

#define VIRTIO_F_INDIRECT	(1ull << 28)
#define VIRTIO_F_VERSION_1	(1ull << 32)

/* Registers behind the BAR. */
enum {
	VIRTIO_AT_COMMON = 0x00, VIRTIO_AT_ISR = 0x38, VIRTIO_AT_NOTIFY = 0x3c,
	VIRTIO_AT_CONFIG = 0x40,
};

/* The Guest's memory. */
struct virtio_memory {
	uint8_t *bytes;
	uint32_t size;
};

struct virtio_descriptor {
	uint64_t address;
	uint32_t bytes;
	uint16_t flags, next;
};

struct virtio_queue {
	uint16_t size;
	bool enabled;
	uint32_t addresses[6];		/* descriptors, available, used: low and high words */
	/* Of an enabled queue: checked to lie in memory. */
	const struct virtio_descriptor *descriptors;
	uint16_t *available, *used;
	uint16_t next_available, next_used;
};

/* A request: what it is to read from the Guest, then what it is to write there. */
struct virtio_chain {
	uint16_t head;
	unsigned int nr_out, nr_in;
	uint64_t out_bytes, in_bytes;
	struct iovec parts[VIRTIO_SEGMENTS];
};

struct virtio;
struct virtio_kind {
	const char *name;
	uint16_t id;			/* the device's type */
	uint16_t pci_class;
	unsigned int nr_queues;
	/* Queues, a bit each, that the driver fills without a notification: input from outside
	 * makes the device look in them. */
	uint32_t unnotified;
	/* There may be a request in this queue. */
	void (*notify)(struct virtio *v, unsigned int queue);
	/* A byte of its configuration is written; NULL: they are read-only. */
	void (*configure)(struct virtio *v, unsigned int at, uint8_t value);
};

struct virtio_statistics {
	uint64_t registers;		/* accesses by the driver, notifications among them */
	uint64_t notifications;
	uint64_t requests;
	uint64_t bytes_out, bytes_in;	/* from the Guest; to it */
	uint64_t irqs;
	uint64_t errors;		/* requests that failed, or frames that were dropped */
	uint64_t broken;		/* times it has stopped because the driver broke a rule */
};

struct virtio {
	struct pci_function pci;
	const struct virtio_kind *kind;
	struct virtio_memory memory;
	struct line irq;
	uint64_t offered, accepted;	/* features */
	uint32_t offered_select, accepted_select;
	uint16_t queue_select;
	uint8_t status, isr;
	struct virtio_queue queues[VIRTIO_QUEUES];
	uint8_t config[VIRTIO_CONFIG_BYTES];
	unsigned int busy;		/* requests that a thread is carrying out */
	bool reset_waits;		/* for them */
	struct virtio_statistics statistics;
};

void virtio_init(struct virtio *v, const struct virtio_kind *kind, uint64_t features,
		 struct virtio_memory memory);
void virtio_config16(struct virtio *v, unsigned int at, uint16_t value);
void virtio_config32(struct virtio *v, unsigned int at, uint32_t value);
void virtio_config64(struct virtio *v, unsigned int at, uint64_t value);

/* The driver has set it up, and has not broken a rule since. */
bool virtio_is_alive(const struct virtio *v);
/* The driver has broken a rule: nothing more is taken until it resets the device. */
void virtio_break(struct virtio *v);

/* Take the next request; false: there is none. */
bool virtio_take(struct virtio *v, unsigned int queue, struct virtio_chain *chain);
/* Hand it back with the number of bytes written; virtio_interrupt notifies the driver. */
void virtio_give(struct virtio *v, unsigned int queue, const struct virtio_chain *chain,
		 uint32_t written);
void virtio_interrupt(struct virtio *v, unsigned int queue);

/* A thread begins to carry out a request that it has taken; it has ended. */
void virtio_begin(struct virtio *v);
void virtio_end(struct virtio *v);

/* virtqueue.c.  False: a part of the queue lies outside of memory, or is not aligned. */
bool virtqueue_enable(struct virtio_queue *q, const struct virtio_memory *memory);
/* Tell the driver that it need not notify. */
void virtqueue_unnotified(struct virtio_queue *q);

/* Copy from or to the parts of a chain, from byte `at` on: answers how many bytes there were. */
size_t virtio_copy_out(const struct virtio_chain *chain, size_t at, void *to, size_t bytes);
size_t virtio_copy_in(const struct virtio_chain *chain, size_t at, const void *from, size_t bytes);

#endif
