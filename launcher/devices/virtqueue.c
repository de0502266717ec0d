/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * virtqueue.c - split virtqueues (Virtual I/O Device Version 1.0, 2.4): from a driver's
 * descriptors to pointers that are known to lie in its memory, and back.
 *
 * The driver's memory may change at any time, by another device's DMA if not by the driver.  So
 * each word is read once, and the copy is what is checked and used.
 */
#include <string.h>

#include "devices/virtio.h"

enum { HAS_NEXT = 1, IS_WRITTEN = 2, IS_INDIRECT = 4 };
enum { DESCRIPTORS = 0, AVAILABLE = 2, USED = 4 };
/* Words of either ring before its entries. */
enum { FLAGS = 0, INDEX = 1, RING = 2 };
#define NO_INTERRUPT	1
#define NO_NOTIFY	1

struct table {
	const struct virtio_descriptor *at;
	uint32_t entries;
	bool indirect;
};

/* A range of memory, or NULL if it is not all inside. */
static void *range(const struct virtio_memory *memory, uint64_t pa, uint64_t bytes)
{
	if (pa > memory->size || bytes > memory->size - pa)
		return NULL;
	return memory->bytes + pa;
}

static void *part_of(const struct virtio_queue *q, const struct virtio_memory *memory,
		     unsigned int which, uint32_t alignment, uint32_t bytes)
{
	uint64_t pa = q->addresses[which] | (uint64_t)q->addresses[which + 1] << 32;

	return pa % alignment ? NULL : range(memory, pa, bytes);
}

bool virtqueue_enable(struct virtio_queue *q, const struct virtio_memory *memory)
{
	q->descriptors = part_of(q, memory, DESCRIPTORS, 16, 16 * q->size);
	q->available = part_of(q, memory, AVAILABLE, 2, 6 + 2 * q->size);
	q->used = part_of(q, memory, USED, 4, 6 + 8 * q->size);
	q->next_available = q->next_used = 0;
	q->enabled = q->size && q->descriptors && q->available && q->used;
	return q->enabled;
}

void virtqueue_unnotified(struct virtio_queue *q)
{
	if (q->enabled)
		__atomic_store_n(&q->used[FLAGS], NO_NOTIFY, __ATOMIC_RELAXED);
}

/* Read once: the compiler must not read the memory again in place of the copy. */
static struct virtio_descriptor read_descriptor(const struct virtio_descriptor *from)
{
	struct virtio_descriptor d;

	memcpy(&d, from, sizeof(d));
	asm volatile("" : "+m" (d));
	return d;
}

/* The parts that the device reads come first, then those that it writes. */
static bool add_part(struct virtio_chain *chain, const struct virtio_memory *memory,
		     const struct virtio_descriptor *d)
{
	unsigned int n = chain->nr_out + chain->nr_in;
	void *at = range(memory, d->address, d->bytes);

	if (!at || n == VIRTIO_SEGMENTS || (chain->nr_in && !(d->flags & IS_WRITTEN)))
		return false;
	chain->parts[n] = (struct iovec){ at, d->bytes };
	if (d->flags & IS_WRITTEN) {
		chain->nr_in++;
		chain->in_bytes += d->bytes;
	} else {
		chain->nr_out++;
		chain->out_bytes += d->bytes;
	}
	return true;
}

/* The table that an indirect descriptor names: it ends the chain, and holds no other. */
static bool enter_table(struct table *table, const struct virtio_memory *memory,
			const struct virtio_descriptor *d)
{
	if (table->indirect || d->flags & HAS_NEXT || !d->bytes || d->bytes % sizeof(*d))
		return false;
	table->at = range(memory, d->address, d->bytes);
	table->entries = d->bytes / sizeof(*d);
	table->indirect = true;
	return table->at;
}

/* A loop is longer than any table. */
static bool walk(const struct virtio_queue *q, const struct virtio_memory *memory,
		 struct virtio_chain *chain, uint16_t index)
{
	struct table table = { q->descriptors, q->size, false };

	for (unsigned int steps = 0; steps <= VIRTIO_SEGMENTS; steps++) {
		struct virtio_descriptor d;

		if (index >= table.entries)
			return false;
		d = read_descriptor(&table.at[index]);
		if (d.flags & IS_INDIRECT) {
			if (!enter_table(&table, memory, &d))
				return false;
			index = 0;
			continue;
		}
		if (!add_part(chain, memory, &d))
			return false;
		if (!(d.flags & HAS_NEXT))
			return true;
		index = d.next;
	}
	return false;
}

bool virtio_take(struct virtio *v, unsigned int queue, struct virtio_chain *chain)
{
	struct virtio_queue *q = &v->queues[queue];
	uint16_t waiting;

	if (!virtio_is_alive(v) || !q->enabled)
		return false;
	waiting = __atomic_load_n(&q->available[INDEX], __ATOMIC_ACQUIRE) - q->next_available;
	if (!waiting)
		return false;
	chain->head = __atomic_load_n(&q->available[RING + q->next_available % q->size],
				      __ATOMIC_RELAXED);
	chain->nr_out = chain->nr_in = 0;
	chain->out_bytes = chain->in_bytes = 0;
	/* More than there are: its index has gone backwards. */
	if (waiting > q->size || !walk(q, &v->memory, chain, chain->head)) {
		virtio_break(v);
		return false;
	}
	q->next_available++;
	v->statistics.requests++;
	v->statistics.bytes_out += chain->out_bytes;
	return true;
}

void virtio_give(struct virtio *v, unsigned int queue, const struct virtio_chain *chain,
		 uint32_t written)
{
	struct virtio_queue *q = &v->queues[queue];
	uint32_t *entry;

	if (!q->enabled)
		return;
	entry = (uint32_t *)&q->used[RING + 4 * (q->next_used % q->size)];
	__atomic_store_n(&entry[0], chain->head, __ATOMIC_RELAXED);
	__atomic_store_n(&entry[1], written, __ATOMIC_RELAXED);
	__atomic_store_n(&q->used[INDEX], ++q->next_used, __ATOMIC_RELEASE);
	v->statistics.bytes_in += written;
}

void virtio_interrupt(struct virtio *v, unsigned int queue)
{
	struct virtio_queue *q = &v->queues[queue];

	/* The driver looks at the used ring after it has cleared the flag. */
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	if (!q->enabled || __atomic_load_n(&q->available[FLAGS], __ATOMIC_RELAXED) & NO_INTERRUPT)
		return;
	v->isr |= 1;
	v->statistics.irqs++;
	line_set(&v->irq, true);
}

/* Copy between a buffer and some of a chain's parts, `at` bytes behind their beginning. */
static size_t copy(const struct iovec *parts, unsigned int n, size_t at, uint8_t *buffer,
		   size_t bytes, bool to_guest)
{
	size_t done = 0;

	for (unsigned int i = 0; i < n && done < bytes; i++) {
		size_t here = parts[i].iov_len;
		uint8_t *there = parts[i].iov_base;

		if (at >= here) {
			at -= here;
			continue;
		}
		there += at;
		here -= at;
		at = 0;
		if (here > bytes - done)
			here = bytes - done;
		if (to_guest)
			memcpy(there, buffer + done, here);
		else
			memcpy(buffer + done, there, here);
		done += here;
	}
	return done;
}

size_t virtio_copy_out(const struct virtio_chain *chain, size_t at, void *to, size_t bytes)
{
	return copy(chain->parts, chain->nr_out, at, to, bytes, false);
}

size_t virtio_copy_in(const struct virtio_chain *chain, size_t at, const void *from, size_t bytes)
{
	return copy(chain->parts + chain->nr_out, chain->nr_in, at, (uint8_t *)from, bytes, true);
}
