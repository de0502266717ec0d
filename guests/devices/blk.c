/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * blk - a disk: reads, writes and flushes, whole and in pieces; what lies beyond its end, what is
 * no sector, what it does not know; a reset with requests at work.  tests/host/lab/devices.sh
 * gives it disks and looks at them afterwards.
 *
 *	do=all		on a disk of 64 sectors; sector n holds n in each byte
 *	do=ro		on one that may not be written
 *	do=full		on one whose file has no room left
 *	do=count	read 1 MiB in requests of 128 KiB
 */
#include "virtio.h"

enum { READ = 0, WRITE_DATA = 1, FLUSH = 4, GET_ID = 8 };
enum { GOOD = 0, IO_ERROR = 1, UNSUPPORTED = 2 };
#define SECTOR	512u
#define SECTORS	64u
#define PIECE	(128u << 10)

static struct card card;
static struct queue queue;
static struct { uint32_t type, reserved; uint64_t sector; } header;
static uint8_t data[PIECE], status;

static void begin(void)
{
	card_begin(&card, 0);
	queue_enable(&card, 0, &queue);
	card_go(&card);
}

static void describe(uint32_t type, uint64_t sector, uint32_t bytes)
{
	uint32_t n = 0;

	header.type = type;
	header.sector = sector;
	status = 0xaa;
	queue_part(&queue, n++, &header, sizeof(header), NEXT);
	if (bytes)
		queue_part(&queue, n++, data, bytes,
			   NEXT | (type == WRITE_DATA ? 0 : WRITE));
	queue_part(&queue, n, &status, 1, WRITE);
}

/* The status of what is described; 0xff: it is not used. */
static uint32_t go(void)
{
	uint16_t index = queue.used.index + 1;

	queue_push(&queue, 0);
	card_notify(&card, 0);
	return queue_wait(&queue, index) ? READ_ONCE(status) : 0xff;
}

static uint32_t request(uint32_t type, uint64_t sector, uint32_t bytes)
{
	describe(type, sector, bytes);
	return go();
}

static bool holds(uint32_t from, uint32_t bytes, uint8_t value)
{
	for (uint32_t i = from; i < from + bytes; i++)
		if (data[i] != value)
			return false;
	return true;
}

static void reads(void)
{
	report(in32(card.ports[CAP_DEVICE]) == SECTORS, "it has 64 sectors");
	report(request(READ, 5, 2 * SECTOR) == GOOD && holds(0, SECTOR, 5) &&
	       holds(SECTOR, SECTOR, 6), "it reads sectors 5 and 6");
	report(queue.used.ring[0].bytes == 2 * SECTOR + 1, "and says how much it wrote");
	report(request(READ, SECTORS - 1, SECTOR) == GOOD && holds(0, SECTOR, SECTORS - 1),
	       "the last one");
	report(request(READ, SECTORS, 0) == GOOD, "nothing, at its end");
	report(request(READ, SECTORS - 1, 2 * SECTOR) == IO_ERROR, "not one beyond");
	report(request(READ, SECTORS, SECTOR) == IO_ERROR, "not beyond");
	report(request(READ, ~0ull, SECTOR) == IO_ERROR, "nor at the last of 2^64");
	report(request(READ, 1ull << 55, SECTOR) == IO_ERROR, "nor where a byte's number is 2^64");
	report(request(READ, 0, SECTOR - 1) == IO_ERROR, "no part of a sector");
}

static void writes(void)
{
	memset(data, 0x77, SECTOR);
	report(request(WRITE_DATA, 3, SECTOR) == GOOD, "it writes sector 3");
	memset(data, 0, SECTOR);
	report(request(READ, 3, SECTOR) == GOOD && holds(0, SECTOR, 0x77), "which reads back");
	report(request(WRITE_DATA, SECTORS, SECTOR) == IO_ERROR, "it does not grow");
	report(request(FLUSH, 0, 0) == GOOD, "it flushes");
	report(request(GET_ID, 0, 20) == GOOD && data[0] == 's', "it has a name");
	report(request(GET_ID, 0, 3) == GOOD, "which may be cut");
	report(request(99, 0, SECTOR) == UNSUPPORTED, "what it does not know it says");
}

/* Header, data and status in pieces that are none of the driver's usual. */
static void pieces(void)
{
	header.type = READ;
	header.sector = 9;
	queue_part(&queue, 0, &header, 7, NEXT);
	queue_part(&queue, 1, (uint8_t *)&header + 7, 9, NEXT);
	queue_part(&queue, 2, data, 100, NEXT | WRITE);
	queue_part(&queue, 3, data + 100, 0, NEXT | WRITE);
	queue_part(&queue, 4, data + 100, SECTOR - 100 + 1, WRITE);
	memset(data, 0xee, sizeof(data));
	queue_push(&queue, 0);
	card_notify(&card, 0);
	report(queue_wait(&queue, queue.used.index) && queue_wait(&queue, queue.available.index) &&
	       holds(0, SECTOR, 9) && data[SECTOR] == GOOD && data[SECTOR + 1] == 0xee,
	       "it reads in pieces");
	header.type = WRITE_DATA;
	header.sector = 10;
	memset(data, 0x44, SECTOR);
	queue_part(&queue, 0, &header, 15, NEXT);
	memcpy(data + SECTOR, (uint8_t *)&header + 15, 1);
	queue_part(&queue, 1, data + SECTOR, 1, NEXT);
	queue_part(&queue, 2, data, 500, NEXT);
	queue_part(&queue, 3, data + 500, 12, NEXT);
	queue_part(&queue, 4, &status, 1, WRITE);
	report(go() == GOOD && request(READ, 10, SECTOR) == GOOD && holds(0, SECTOR, 0x44),
	       "and writes");
}

static void breaks(const char *what)
{
	queue_push(&queue, 0);
	card_notify(&card, 0);
	for (uint32_t i = 0; i < 1000000 && !card_is_broken(&card); i++)
		;
	report(card_is_broken(&card) && !queue.used.index, "%s breaks it", what);
	begin();
}

static void bad(void)
{
	begin();
	queue_part(&queue, 0, &header, sizeof(header), 0);
	breaks("a request without room for the status");
	queue_part(&queue, 0, &header, sizeof(header) - 1, NEXT);
	queue_part(&queue, 1, &status, 1, WRITE);
	breaks("a request without a header");
	queue_part(&queue, 0, &status, 1, WRITE);
	breaks("a request that is all answer");
}

/* When the status is 0 nothing is written any more. */
static void reset(void)
{
	for (uint32_t n = 0; n < 50; n++) {
		begin();
		describe(READ, 0, SECTORS * SECTOR);
		for (uint32_t i = 0; i < 8; i++)
			queue_push(&queue, 0);
		card_notify(&card, 0);
		card_reset(&card);
		memset(data, 0xdd, SECTORS * SECTOR);
		for (uint32_t i = 0; i < 10000; i++)
			asm volatile("pause");
		if (!holds(0, SECTORS * SECTOR, 0xdd))
			report(false, "it writes after a reset");
	}
	begin();
	report(request(READ, 1, SECTOR) == GOOD && holds(0, SECTOR, 1),
	       "it is whole after 50 resets with requests at work");
}

static void count(void)
{
	for (uint32_t n = 0; n < 8; n++)
		if (request(READ, n * (PIECE / SECTOR), PIECE) != GOOD)
			report(false, "a read of 128 KiB");
}

static void carry_out(const char *what)
{
	if (!strcmp(what, "ro")) {
		out32(COMMON(&card, 0), 0);
		report(in32(COMMON(&card, OFFERED)) & 1u << 5, "it says that it is read-only");
		report(request(READ, 2, SECTOR) == GOOD && holds(0, SECTOR, 2), "it reads");
		report(request(WRITE_DATA, 2, SECTOR) == IO_ERROR, "and does not write");
	} else if (!strcmp(what, "full")) {
		report(request(WRITE_DATA, 0, sizeof(data)) == IO_ERROR, "a write has no room");
		report(request(READ, 0, SECTOR) == GOOD, "and a read is as ever");
	} else if (!strcmp(what, "count")) {
		count();
	} else {
		reads();
		writes();
		pieces();
		bad();
		reset();
	}
}

int main(void)
{
	const char *what = guest_word("do");

	guest_init();
	guest_paging();
	guest_try_ready();
	report(card_find(&card, TYPE_BLK), "there is a disk");
	begin();
	carry_out(what ? what : "all");
	return report_status();
}
