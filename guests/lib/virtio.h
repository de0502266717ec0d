/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * virtio.h - what Guests share that drive the Launcher's PCI bus and virtio devices through their
 * registers, correctly and incorrectly.
 */
#ifndef VIRTIO_H
#define VIRTIO_H

#include "guest.h"

/* ---- configuration space of bus 0, function 0 ---- */

#define PCI_ADDRESS	0xcf8
#define PCI_DATA	0xcfc
#define VIRTIO_VENDOR	0x1af4
#define DEVICE_OF_TYPE_0 0x1040
enum { TYPE_NET = 1, TYPE_BLK, TYPE_CONSOLE, TYPE_RNG };

static inline void pci_point(uint32_t slot, uint32_t at)
{
	out32(PCI_ADDRESS, 0x80000000u | slot << 11 | (at & ~3u));
}

#define PCI_ACCESS(width)						\
static inline uint##width##_t pci_read##width(uint32_t slot, uint32_t at) \
{									\
	pci_point(slot, at);						\
	return in##width(PCI_DATA + (at & 3));				\
}									\
static inline void pci_write##width(uint32_t slot, uint32_t at, uint##width##_t value) \
{									\
	pci_point(slot, at);						\
	out##width(PCI_DATA + (at & 3), value);				\
}
PCI_ACCESS(8)
PCI_ACCESS(16)
PCI_ACCESS(32)

/* ---- registers ---- */

enum { CAP_COMMON = 1, CAP_NOTIFY, CAP_ISR, CAP_DEVICE, CAP_WINDOW, CAP_TYPES };

enum {
	OFFERED_SELECT = 0x00, OFFERED = 0x04, ACCEPTED_SELECT = 0x08, ACCEPTED = 0x0c,
	NR_QUEUES = 0x12, STATUS = 0x14, QUEUE_SELECT = 0x16, QUEUE_SIZE = 0x18,
	QUEUE_ENABLE = 0x1c, QUEUE_DESCRIPTORS = 0x20, QUEUE_AVAILABLE = 0x28, QUEUE_USED = 0x30,
};
enum { ACKNOWLEDGE = 1, DRIVER = 2, DRIVER_OK = 4, FEATURES_OK = 8, NEEDS_RESET = 0x40 };
#define VERSION_1	1u		/* in the features' upper word */

/* A device that was found: where its capabilities stand, and the ports they name. */
struct card {
	uint32_t slot, line;
	uint32_t caps[CAP_TYPES];	/* offsets in configuration space; 0: none */
	uint16_t ports[CAP_TYPES];
};

static inline void find_caps(struct card *card)
{
	uint32_t bar = pci_read32(card->slot, 0x10) & ~3u;
	uint32_t at = pci_read8(card->slot, 0x34), type;

	for (uint32_t n = 0; at && n < 16; n++, at = pci_read8(card->slot, at + 1)) {
		type = pci_read8(card->slot, at + 3);
		if (pci_read8(card->slot, at) != 9 || type >= CAP_TYPES)
			continue;
		card->caps[type] = at;
		card->ports[type] = bar + pci_read32(card->slot, at + 8);
	}
}

/* False: no such device. */
static inline bool card_find(struct card *card, uint32_t type)
{
	memset(card, 0, sizeof(*card));
	for (card->slot = 1; card->slot < 32; card->slot++)
		if (pci_read32(card->slot, 0) ==
		    (VIRTIO_VENDOR | (DEVICE_OF_TYPE_0 + type) << 16)) {
			card->line = pci_read8(card->slot, 0x3c);
			find_caps(card);
			return true;
		}
	return false;
}

#define COMMON(card, at)	((card)->ports[CAP_COMMON] + (at))

static inline uint8_t card_status(struct card *card)
{
	return in8(COMMON(card, STATUS));
}

static inline void card_reset(struct card *card)
{
	out8(COMMON(card, STATUS), 0);
	while (card_status(card))
		;
}

/* Up to FEATURES_OK, with these features of the lower word; false: it refused them. */
static inline bool card_begin(struct card *card, uint32_t features)
{
	card_reset(card);
	out8(COMMON(card, STATUS), ACKNOWLEDGE | DRIVER);
	out32(COMMON(card, ACCEPTED_SELECT), 0);
	out32(COMMON(card, ACCEPTED), features);
	out32(COMMON(card, ACCEPTED_SELECT), 1);
	out32(COMMON(card, ACCEPTED), VERSION_1);
	out8(COMMON(card, STATUS), ACKNOWLEDGE | DRIVER | FEATURES_OK);
	return card_status(card) & FEATURES_OK;
}

static inline void card_go(struct card *card)
{
	out8(COMMON(card, STATUS), ACKNOWLEDGE | DRIVER | FEATURES_OK | DRIVER_OK);
}

static inline bool card_is_broken(struct card *card)
{
	return card_status(card) & NEEDS_RESET;
}

/* ---- queues ---- */

#define ENTRIES		16
enum { NEXT = 1, WRITE = 2, INDIRECT = 4 };

struct descriptor {
	uint64_t address;
	uint32_t bytes;
	uint16_t flags, next;
};

struct queue {
	struct descriptor descriptors[ENTRIES] __attribute__((aligned(16)));
	struct {
		uint16_t flags, index, ring[ENTRIES + 1];
	} available;
	struct {
		uint16_t flags, index;
		struct { uint32_t head, bytes; } ring[ENTRIES];
		uint16_t event;
	} used __attribute__((aligned(4)));
};

static inline void queue_addresses(struct card *card, uint64_t descriptors, uint64_t available,
				   uint64_t used)
{
	const uint64_t at[] = { descriptors, available, used };

	for (uint32_t i = 0; i < 3; i++) {
		out32(COMMON(card, QUEUE_DESCRIPTORS + 8 * i), at[i]);
		out32(COMMON(card, QUEUE_DESCRIPTORS + 8 * i + 4), at[i] >> 32);
	}
}

static inline void queue_enable(struct card *card, uint32_t number, struct queue *q)
{
	memset(q, 0, sizeof(*q));
	out16(COMMON(card, QUEUE_SELECT), number);
	out16(COMMON(card, QUEUE_SIZE), ENTRIES);
	queue_addresses(card, (uint32_t)q->descriptors, (uint32_t)&q->available,
			(uint32_t)&q->used);
	out16(COMMON(card, QUEUE_ENABLE), 1);
}

static inline void queue_part(struct queue *q, uint32_t n, const void *at, uint32_t bytes,
			      uint16_t flags)
{
	q->descriptors[n] = (struct descriptor){ (uint32_t)at, bytes, flags, n + 1 };
}

/* Make descriptor `head` available, and notify the device. */
static inline void queue_push(struct queue *q, uint16_t head)
{
	q->available.ring[q->available.index % ENTRIES] = head;
	asm volatile("" : : : "memory");
	q->available.index++;
	asm volatile("" : : : "memory");
}

static inline void card_notify(struct card *card, uint16_t number)
{
	out16(card->ports[CAP_NOTIFY], number);
}

/* Wait until that many have been used; false after a time limit. */
static inline bool queue_wait(struct queue *q, uint16_t index)
{
	for (uint32_t i = 0; i < 100000000; i++) {
		if (*(volatile uint16_t *)&q->used.index == index)
			return true;
		asm volatile("pause");
	}
	return false;
}

#endif
