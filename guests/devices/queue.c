/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * queue - a driver that breaks rules: each time the device says DEVICE_NEEDS_RESET, does nothing
 * more, and is whole again after a reset.  Each is tried with the random numbers, whose requests
 * are any buffers; and what looks odd and is right must work.
 *
 * test: queue; launch=--rng; expect=INERT
 */
#include "virtio.h"

static struct card card;
static struct queue queue;
static struct descriptor table[ENTRIES] __attribute__((aligned(16)));
static uint8_t buffer[64];

static void begin(void)
{
	memset(buffer, 0, sizeof(buffer));
	card_begin(&card, 1u << 28);
	queue_enable(&card, 0, &queue);
	card_go(&card);
}

/* The request makes the device stop; a reset repairs it. */
static void breaks(const char *what)
{
	card_notify(&card, 0);
	report(card_is_broken(&card) && !queue.used.index, "%s breaks it", what);
	queue_part(&queue, 0, buffer, 4, WRITE);
	queue_push(&queue, 0);
	card_notify(&card, 0);
	report(!queue.used.index, "and it does no more");
	card_reset(&card);
	report(!card_status(&card), "until it is reset");
}

static void fills(const char *what, uint32_t bytes)
{
	card_notify(&card, 0);
	report(queue_wait(&queue, 1) && queue.used.ring[0].bytes == bytes, "%s fills %u bytes: %u",
	       what, bytes, queue.used.ring[0].bytes);
}

static void bad_chains(void)
{
	uint32_t end = guest_memory_bytes();

	begin();
	queue_part(&queue, 0, buffer, 4, WRITE | NEXT);
	queue.descriptors[0].next = 0;
	queue_push(&queue, 0);
	breaks("a descriptor that follows itself");
	begin();
	queue_push(&queue, ENTRIES);
	breaks("a head beyond the queue");
	begin();
	queue_part(&queue, 0, buffer, 4, WRITE | NEXT);
	queue.descriptors[0].next = ENTRIES;
	queue_push(&queue, 0);
	breaks("a next beyond the queue");
	begin();
	queue_part(&queue, 0, (void *)(end - 4), 5, WRITE);
	queue_push(&queue, 0);
	breaks("a buffer that ends one beyond memory");
	begin();
	queue_part(&queue, 0, buffer, 4, WRITE);
	queue.descriptors[0].address |= 1ull << 32;
	queue_push(&queue, 0);
	breaks("an address of 33 bits");
	begin();
	queue_part(&queue, 0, (void *)~0u, ~0u, WRITE);
	queue_push(&queue, 0);
	breaks("a buffer that wraps around");
	begin();
	queue_part(&queue, 0, buffer, 4, WRITE | NEXT);
	queue_part(&queue, 1, buffer, 4, 0);
	queue_push(&queue, 0);
	breaks("what is read behind what is written");
}

static void indirect(uint16_t flags, uint32_t bytes)
{
	begin();
	memset(table, 0, sizeof(table));
	for (uint32_t i = 0; i < 4; i++)
		table[i] = (struct descriptor){ (uint32_t)buffer + 8 * i, 8,
						i < 3 ? WRITE | NEXT : WRITE, i + 1 };
	queue_part(&queue, 0, table, bytes, flags | INDIRECT);
	queue_push(&queue, 0);
}

static void indirect_tables(void)
{
	indirect(0, 4 * sizeof(*table));
	fills("an indirect table", 32);
	indirect(0, 0);
	breaks("an empty indirect table");
	indirect(0, sizeof(*table) + 1);
	breaks("one of a part of an entry");
	indirect(NEXT, 4 * sizeof(*table));
	breaks("one that has a next");
	indirect(0, 3 * sizeof(*table));
	breaks("one whose chain leaves it");
	indirect(0, 4 * sizeof(*table));
	table[0] = queue.descriptors[0];
	breaks("one in itself");
	indirect(0, 4 * sizeof(*table));
	queue.descriptors[0].address = guest_memory_bytes() - sizeof(*table);
	breaks("one that ends beyond memory");
}

static void indices(void)
{
	begin();
	queue_part(&queue, 0, buffer, 4, WRITE);
	queue_push(&queue, 0);
	fills("a first request", 4);
	queue.available.index = 0;
	card_notify(&card, 0);
	report(card_is_broken(&card) && queue.used.index == 1,
	       "an index that runs backwards breaks it");
	begin();
	queue.available.index = ENTRIES + 1;
	breaks("more requests than there are entries");
}

/* A queue at these addresses, of so many entries, is not enabled. */
static void refused(const char *what, uint64_t descriptors, uint64_t available, uint64_t used)
{
	card_begin(&card, 0);
	out16(COMMON(&card, QUEUE_SELECT), 0);
	out16(COMMON(&card, QUEUE_SIZE), ENTRIES);
	queue_addresses(&card, descriptors, available, used);
	out16(COMMON(&card, QUEUE_ENABLE), 1);
	report(card_is_broken(&card) && !in16(COMMON(&card, QUEUE_ENABLE)), "%s breaks it", what);
	card_go(&card);
	card_notify(&card, 0);
}

static void addresses(void)
{
	uint32_t d = (uint32_t)queue.descriptors, a = (uint32_t)&queue.available;
	uint32_t u = (uint32_t)&queue.used, end = guest_memory_bytes();

	refused("a table that is not aligned", d + 8, a, u);
	refused("a ring that is not aligned", d, a + 1, u);
	refused("a used ring that is not aligned", d, a, u + 2);
	refused("a table beyond memory", end - 16 * ENTRIES + 16, a, u);
	refused("a ring beyond memory", d, end - 4, u);
	refused("a used ring beyond memory", d, a, end);
	refused("one of 33 bits", d, a, u | 1ull << 32);
	refused("one at the very top", d, a, ~3ull);
}

static void sizes(void)
{
	card_begin(&card, 0);
	out16(COMMON(&card, QUEUE_SELECT), 0);
	report(in16(COMMON(&card, QUEUE_SIZE)) == 256, "a queue has up to 256 entries");
	for (uint32_t size = 0; size < 65536; size += size < 300 ? 1 : 97) {
		bool good = size && size <= 256 && !(size & (size - 1));

		out16(COMMON(&card, QUEUE_SIZE), 64);
		out16(COMMON(&card, QUEUE_SIZE), size);
		if (in16(COMMON(&card, QUEUE_SIZE)) != (good ? size : 64))
			report(false, "a queue of %u", size);
	}
	out16(COMMON(&card, QUEUE_SELECT), 1);
	report(!in16(COMMON(&card, QUEUE_SIZE)), "there is no second queue");
	out16(COMMON(&card, QUEUE_ENABLE), 1);
	report(!in16(COMMON(&card, QUEUE_ENABLE)), "which cannot be enabled");
}

static void order(void)
{
	card_begin(&card, 0);
	queue_enable(&card, 0, &queue);
	queue_part(&queue, 0, buffer, 4, WRITE);
	queue_push(&queue, 0);
	card_notify(&card, 0);
	report(!queue.used.index, "before DRIVER_OK nothing is done");
	out16(COMMON(&card, QUEUE_SIZE), 8);
	report(in16(COMMON(&card, QUEUE_SIZE)) == ENTRIES, "an enabled queue keeps its size");
	card_go(&card);
	report(queue_wait(&queue, 1), "at DRIVER_OK what waits is");
	card_notify(&card, 77);
	report(!card_is_broken(&card), "a notification of no queue is none");
	card_reset(&card);
	queue_push(&queue, 0);
	card_notify(&card, 0);
	report(queue.used.index == 1, "a reset in the middle ends it");
	report(!in16(COMMON(&card, QUEUE_ENABLE)), "and its queues");
}

/* The Guest's own tables make the used ring read-only: a device ignores them. */
static void read_only(void)
{
	uint32_t *pte = guest_pte((uint32_t)&queue.used), was = *pte;

	begin();
	queue_part(&queue, 0, buffer, 4, WRITE);
	queue_push(&queue, 0);
	*pte = was & ~2u;
	hypercall3(LG_HC_SET_PTE, (uint32_t)guest_dir, (uint32_t)&queue.used & ~0xfffu, *pte);
	card_notify(&card, 0);
	report(queue_wait(&queue, 1), "a used ring in a read-only page is written");
	*pte = was;
	hypercall3(LG_HC_SET_PTE, (uint32_t)guest_dir, (uint32_t)&queue.used & ~0xfffu, was);
}

/* The device writes to the given address, even in its own queue. */
static void itself(void)
{
	begin();
	queue_part(&queue, 0, &queue, sizeof(queue), WRITE);
	queue_push(&queue, 0);
	card_notify(&card, 0);
	card_reset(&card);
	report(true, "a queue that is its own buffer harms nobody");
}

int main(void)
{
	guest_init();
	guest_paging();
	guest_try_ready();
	report(card_find(&card, TYPE_RNG), "there is an rng");
	bad_chains();
	indirect_tables();
	indices();
	addresses();
	sizes();
	order();
	read_only();
	itself();
	begin();
	queue_part(&queue, 0, buffer, 0, WRITE);
	queue_push(&queue, 0);
	fills("an empty buffer", 0);
	return report_status();
}
