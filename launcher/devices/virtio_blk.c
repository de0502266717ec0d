/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * virtio_blk.c - a disk (Virtual I/O Device Version 1.0, 5.2).  Its bytes are those of a file,
 * nothing before or behind them.  A flush is an fdatasync.
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "devices/cards.h"

#define F_SEG_MAX	(1u << 2)
#define F_RO		(1u << 5)
#define F_BLK_SIZE	(1u << 6)
#define F_FLUSH		(1u << 9)

enum { CONFIG_CAPACITY = 0, CONFIG_SEG_MAX = 12, CONFIG_BLK_SIZE = 20 };
enum { READ = 0, WRITE = 1, FLUSH = 4, GET_ID = 8 };
enum { GOOD = 0, IO_ERROR = 1, UNSUPPORTED = 2 };
#define ID_BYTES	20

struct header {
	uint32_t type, reserved;
	uint64_t sector;
};

#define STATUS_BYTES	1

static void notify(struct virtio *v, unsigned int queue)
{
	struct blk *blk = (struct blk *)v;

	(void)queue;
	blk->wake(blk->context);
}

static const struct virtio_kind kind = {
	.name = "blk", .id = 2, .pci_class = 0x0180, .nr_queues = 1, .notify = notify,
};

void blk_init(struct blk *blk, struct virtio_memory memory, int fd, uint64_t sectors,
	      bool read_only)
{
	virtio_init(&blk->virtio, &kind, F_SEG_MAX | F_BLK_SIZE | F_FLUSH | (read_only ? F_RO : 0),
		    memory);
	blk->fd = fd;
	blk->sectors = sectors;
	blk->read_only = read_only;
	virtio_config64(&blk->virtio, CONFIG_CAPACITY, sectors);
	virtio_config32(&blk->virtio, CONFIG_SEG_MAX, VIRTIO_SEGMENTS - 2);
	virtio_config32(&blk->virtio, CONFIG_BLK_SIZE, BLK_SECTOR);
}

bool blk_take(struct blk *blk, struct blk_request *request)
{
	struct virtio *v = &blk->virtio;

	if (!virtio_take(v, 0, &request->chain))
		return false;
	/* A request without header and status cannot be answered. */
	if (request->chain.out_bytes < sizeof(struct header) ||
	    request->chain.in_bytes < STATUS_BYTES) {
		virtio_break(v);
		return false;
	}
	virtio_begin(v);
	return true;
}

/* Does the request lie within the file, and is it whole sectors? */
static bool fits(const struct blk *blk, uint64_t sector, uint64_t bytes)
{
	return bytes % BLK_SECTOR == 0 && sector <= blk->sectors &&
	       bytes / BLK_SECTOR <= blk->sectors - sector;
}

/* Read or write so many bytes of the file, to or from one part; the whole of it. */
static bool move_part(int fd, bool write, uint8_t *at, size_t bytes, uint64_t offset)
{
	while (bytes) {
		ssize_t n = write ? pwrite(fd, at, bytes, offset) : pread(fd, at, bytes, offset);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		at += n;
		offset += n;
		bytes -= n;
	}
	return true;
}

/* `skip` bytes of the first parts, and what is beyond `bytes` of the last, are not data. */
static bool move(const struct blk *blk, const struct iovec *parts, size_t skip, uint64_t bytes,
		 uint64_t offset, bool write)
{
	for (; bytes; parts++) {
		size_t here = parts->iov_len, from = skip < here ? skip : here;

		skip -= from;
		here -= from;
		if (here > bytes)
			here = bytes;
		if (!move_part(blk->fd, write, (uint8_t *)parts->iov_base + from, here, offset))
			return false;
		offset += here;
		bytes -= here;
	}
	return true;
}

static uint8_t read_data(const struct blk *blk, struct blk_request *request, uint64_t sector)
{
	const struct virtio_chain *chain = &request->chain;
	uint64_t bytes = chain->in_bytes - STATUS_BYTES;

	if (!fits(blk, sector, bytes) ||
	    !move(blk, chain->parts + chain->nr_out, 0, bytes, sector * BLK_SECTOR, false))
		return IO_ERROR;
	request->written += bytes;
	return GOOD;
}

static uint8_t write_data(const struct blk *blk, struct blk_request *request, uint64_t sector)
{
	const struct virtio_chain *chain = &request->chain;
	uint64_t bytes = chain->out_bytes - sizeof(struct header);

	if (blk->read_only || !fits(blk, sector, bytes) ||
	    !move(blk, chain->parts, sizeof(struct header), bytes, sector * BLK_SECTOR, true))
		return IO_ERROR;
	return GOOD;
}

static uint8_t get_id(struct blk_request *request)
{
	static const char id[ID_BYTES] = "switchyard";
	uint64_t room = request->chain.in_bytes - STATUS_BYTES;

	request->written += virtio_copy_in(&request->chain, 0, id,
					   room < ID_BYTES ? room : ID_BYTES);
	return GOOD;
}

static uint8_t carry_out(const struct blk *blk, struct blk_request *request)
{
	struct header header;

	virtio_copy_out(&request->chain, 0, &header, sizeof(header));
	switch (header.type) {
	case READ: return read_data(blk, request, header.sector);
	case WRITE: return write_data(blk, request, header.sector);
	case FLUSH: return fdatasync(blk->fd) ? IO_ERROR : GOOD;
	case GET_ID: return get_id(request);
	}
	return UNSUPPORTED;
}

void blk_carry_out(const struct blk *blk, struct blk_request *request)
{
	uint8_t status;

	request->written = STATUS_BYTES;
	status = carry_out(blk, request);
	request->failed = status != GOOD;
	virtio_copy_in(&request->chain, request->chain.in_bytes - STATUS_BYTES, &status,
		       sizeof(status));
}

void blk_give(struct blk *blk, const struct blk_request *request)
{
	struct virtio *v = &blk->virtio;

	v->statistics.errors += request->failed;
	/* A driver that waits for a reset must not be notified. */
	if (!v->reset_waits) {
		virtio_give(v, 0, &request->chain, request->written);
		virtio_interrupt(v, 0);
	}
	virtio_end(v);
}
