/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * devices.c - a fuzzer of the Launcher's device models (launcher/devices/), in user space under
 * sanitizers: a stream of bytes is what a Guest does to its ports and memory, and what comes in
 * from outside.
 *
 *	devices			a million inputs from one seed
 *	devices SEED INPUTS	others
 *	devices FILE		one input
 *
 * Memory and each device stand alone, so the sanitizer reports one that is led outside of it; and
 * as most random bytes are refused at the first check, some inputs are whole queues with a few
 * bytes wrong.  At the end each device must have done work and have been broken: a fuzzer that
 * gets nowhere fails.
 */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "launcher/devices/cards.h"

#define MEMORY_BYTES	32768u
#define DISK_SECTORS	32
#define INPUT_BYTES	64
#define INPUTS		1000000u
#define SEED		20261
/* A bus lives for so many inputs. */
#define LIFE		256
#define CARDS		4
/* Where whole queues are put, and what their buffers are taken from. */
#define QUEUE_AT	0x1000u
#define QUEUE_STRIDE	0x1000u
#define QUEUE_ENTRIES	16

struct input {
	const uint8_t *at, *end;
};

static struct {
	uint8_t *memory;
	struct pci pci;
	struct rng *rng;
	struct blk *blk;
	struct console_card *console;
	struct net *net;
	struct virtio *cards[CARDS];
	struct pic pic;
	struct pit pit;
	struct uart uart;
	struct cmos cmos;
	uint64_t now_ns;
	int disk, cable[2];
	uint32_t printed, vectors;
} f;

static const char *const names[CARDS] = { "console", "blk", "net", "rng" };
static uint64_t requests[CARDS], broken[CARDS], failed_writes;

/* ---- the outside ---- */

static void set_line(void *context, unsigned int number, bool high)
{
	(void)context;
	pic_line(&f.pic, number, high);
}

static void deliver(void *context, uint8_t vector)
{
	(void)context;
	f.vectors += vector;
}

static void send_bytes(void *context, const uint8_t *bytes, size_t n)
{
	(void)context;
	for (size_t i = 0; i < n; i++)
		f.printed += bytes[i];
}

static void send_byte(void *context, uint8_t byte)
{
	send_bytes(context, &byte, 1);
}

static void nothing(void *context)
{
	(void)context;
}

static uint64_t now_ns(void *context)
{
	(void)context;
	return f.now_ns += 10007;
}

static int64_t now_s(void *context)
{
	(void)context;
	return f.now_ns;
}

static void arm(void *context, uint64_t first_ns, uint64_t period_ns)
{
	(void)context;
	f.printed += first_ns + period_ns;
}

static void add(unsigned int n, struct virtio *v)
{
	v->irq = (struct line){ set_line, NULL, 5 + n };
	assert_true(pci_add(&f.pci, &v->pci, 5 + n));
	f.cards[n] = v;
}

static void make_pc(void)
{
	f.pic = (struct pic){ .deliver = deliver };
	f.pit = (struct pit){ .now_ns = now_ns, .arm = arm };
	f.uart = (struct uart){ .send = send_byte, .irq = { set_line, NULL, 4 } };
	f.cmos = (struct cmos){ .now_s = now_s };
	pic_reset(&f.pic);
	pit_reset(&f.pit);
	uart_reset(&f.uart);
}

static void make_bus(void)
{
	static const uint8_t address[6] = { 2, 0, 0, 0, 0, 1 };
	const struct virtio_memory memory = { f.memory, MEMORY_BYTES };

	f.rng = calloc(1, sizeof(*f.rng));
	f.blk = calloc(1, sizeof(*f.blk));
	f.console = calloc(1, sizeof(*f.console));
	f.net = calloc(1, sizeof(*f.net));
	make_pc();
	pci_reset(&f.pci);
	f.console->send = send_bytes;
	f.console->printed = nothing;
	f.blk->wake = nothing;
	console_card_init(f.console, memory);
	blk_init(f.blk, memory, f.disk, DISK_SECTORS, false);
	net_init(f.net, memory, f.cable[0], address);
	rng_init(f.rng, memory);
	add(0, &f.console->virtio);
	add(1, &f.blk->virtio);
	add(2, &f.net->virtio);
	add(3, &f.rng->virtio);
	memset(f.memory, 0, MEMORY_BYTES);
}

/* What has been done; and the bus goes. */
static void tally(void)
{
	struct stat disk;

	fstat(f.disk, &disk);
	assert_int_equal(disk.st_size, DISK_SECTORS * BLK_SECTOR);
	for (unsigned int i = 0; i < CARDS; i++) {
		assert_int_equal(f.cards[i]->busy, 0);
		requests[i] += f.cards[i]->statistics.requests;
		broken[i] += f.cards[i]->statistics.broken;
	}
	failed_writes += f.blk->virtio.statistics.errors;
	for (unsigned int i = 0; i < CARDS; i++)
		free(f.cards[i]);
}

/* ---- what a stream of bytes does ---- */

static uint32_t take(struct input *in, unsigned int bytes)
{
	uint32_t value = 0;

	for (unsigned int i = 0; i < bytes && in->at < in->end; i++)
		value |= (uint32_t)*in->at++ << 8 * i;
	return value;
}

static unsigned int width(struct input *in)
{
	return 1u << take(in, 1) % 3;
}

static void configuration(struct input *in)
{
	uint16_t port = PCI_PORT + take(in, 1) % PCI_PORTS;
	unsigned int w = width(in);

	if (take(in, 1) & 1)
		pci_out(&f.pci, PCI_PORT, 4, 0x80000000u | take(in, 2));
	pci_out(&f.pci, port, w, take(in, 4));
	f.printed += pci_in(&f.pci, port, w);
}

static void registers(struct input *in)
{
	uint16_t port = PCI_IO + PCI_BAR_BYTES + take(in, 2) % (CARDS * PCI_BAR_BYTES);
	unsigned int w = width(in);

	pci_io_out(&f.pci, port, w, take(in, 4));
	f.printed += pci_io_in(&f.pci, port, w);
}

static void pc_ports(struct input *in)
{
	uint16_t port = take(in, 1);
	uint8_t value = take(in, 1);

	pic_out(&f.pic, (port & 0x80) | 0x20 | (port & 1), value);
	pit_out(&f.pit, 0x40 | (port & 3), value);
	pit_out(&f.pit, 0x61, value);
	uart_out(&f.uart, 0x3f8 + (port & 7), value);
	cmos_out(&f.cmos, 0x70 | (port & 1), value);
	uart_receive(&f.uart, value);
	f.printed += pic_in(&f.pic, (port & 0x80) | 0x20 | (port & 1)) +
		     pit_in(&f.pit, 0x40 | (port & 3)) + uart_in(&f.uart, 0x3f8 + (value & 7)) +
		     cmos_in(&f.cmos, 0x71);
}

static void poke(struct input *in)
{
	uint32_t at = take(in, 2) % MEMORY_BYTES;

	f.memory[at] = take(in, 1);
}

static void put(uint32_t at, const void *from, size_t bytes)
{
	memcpy(f.memory + at % (MEMORY_BYTES - 64), from, bytes);
}

/* A descriptor that is often good. */
static void describe(struct input *in, uint32_t table, unsigned int n)
{
	static const uint16_t flags[16] = { 0, 0, 0, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 4, 5, 6 };
	struct virtio_descriptor d = {
		.address = take(in, 2) % MEMORY_BYTES, .bytes = take(in, 1) * 4,
		.flags = flags[take(in, 1) & 15], .next = n + 1,
	};
	uint8_t twist = take(in, 1);

	if (twist >= 8 && twist < 48)
		d.address = MEMORY_BYTES - d.bytes;
	if (twist < 8)
		d.address |= 1ull << (twist * 8);
	if (twist > 248)
		d.bytes = 0x7fffffffu + twist;
	if (twist > 240 && twist <= 248)
		d.next = take(in, 1);
	put(table + n * sizeof(d), &d, sizeof(d));
}

/* Header, data and status of a request to the disk. */
static void describe_request(struct input *in, uint32_t table)
{
	static const uint32_t types[] = { 0, 1, 4, 8, 77, 1, 0, 0 };
	uint32_t header[4] = { types[take(in, 1) & 7], 0, take(in, 1) % (DISK_SECTORS + 4), 0 };
	bool out = header[0] == 1;
	const struct virtio_descriptor chain[] = {
		{ 0x100, sizeof(header), 1, 1 },
		{ 0x200 + take(in, 1), 512u * (take(in, 1) & 3), out ? 1 : 3, 2 },
		{ 0x180, 1, 2, 0 },
	};

	put(0x100, header, sizeof(header));
	put(table, chain, sizeof(chain));
}

static void out16(unsigned int card, uint32_t at, uint32_t value)
{
	pci_io_out(&f.pci, PCI_IO + (1 + card) * PCI_BAR_BYTES + at, 2, value);
}

static void out32(unsigned int card, uint32_t at, uint32_t value)
{
	pci_io_out(&f.pci, PCI_IO + (1 + card) * PCI_BAR_BYTES + at, 4, value);
}

static void set_status(unsigned int card, uint8_t value)
{
	pci_io_out(&f.pci, PCI_IO + (1 + card) * PCI_BAR_BYTES + 0x14, 1, value);
}

/* As a driver does it: features, queues, go. */
static void set_up(struct input *in)
{
	unsigned int card = take(in, 1) % CARDS;

	set_status(card, 0);
	out32(card, 0x08, 1);
	out32(card, 0x0c, 1);
	set_status(card, 3);
	set_status(card, 11);
	for (unsigned int q = 0; q < VIRTIO_QUEUES; q++) {
		uint32_t at = QUEUE_AT + (card * VIRTIO_QUEUES + q) % 7 * QUEUE_STRIDE;

		out16(card, 0x16, q);
		out16(card, 0x18, QUEUE_ENTRIES);
		out32(card, 0x20, at);
		out32(card, 0x28, at + 0x200);
		out32(card, 0x30, at + 0x400 + (take(in, 1) & 0xfc));
		out16(card, 0x1c, 1);
	}
	set_status(card, 15);
}

/* A request of up to four descriptors, made available. */
static void offer(struct input *in)
{
	unsigned int which = take(in, 1), card = which % CARDS, q = which >> 2 & 1;
	uint32_t at = QUEUE_AT + (card * VIRTIO_QUEUES + q) % 7 * QUEUE_STRIDE;
	uint16_t index, head = 0;

	if (card == 1 && which & 0x30)
		describe_request(in, at);
	else
		for (unsigned int n = 0; n <= (which >> 6); n++)
			describe(in, at, n);
	memcpy(&index, f.memory + at + 0x202, 2);
	put(at + 0x204 + index % QUEUE_ENTRIES * 2, &head, sizeof(head));
	index += 1;
	put(at + 0x202, &index, sizeof(index));
	out16(card, VIRTIO_AT_NOTIFY, q);
}

/* What a thread does: requests at the disk, which are in hand for as long as the stream says. */
static struct blk_request request;

static void work(struct input *in)
{
	if (!blk_take(f.blk, &request))
		return;
	if (take(in, 1) & 1)
		set_status(1, 0);
	blk_carry_out(f.blk, &request);
	blk_give(f.blk, &request);
}

static void from_outside(struct input *in)
{
	uint8_t bytes[NET_FRAME_BYTES] = { 0 };
	size_t n = take(in, 2) % sizeof(bytes);

	net_receive(f.net, bytes, n);
	console_card_receive(f.console, bytes, n & 15);
	console_card_printed(f.console);
	while (recv(f.cable[1], bytes, sizeof(bytes), MSG_DONTWAIT) > 0)
		;
}

static void run(const uint8_t *bytes, size_t n)
{
	static void (*const kinds[])(struct input *) = {
		configuration, registers, pc_ports, poke, set_up, offer, offer, work, work,
		from_outside, offer, registers, offer, work, poke, from_outside,
	};
	struct input in = { bytes, bytes + n };

	while (in.at < in.end)
		kinds[take(&in, 1) % 16](&in);
}

/* ---- streams ---- */

static uint64_t state;

static uint64_t random64(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state;
}

static void begin(void)
{
	f.memory = aligned_alloc(4096, MEMORY_BYTES);
	f.disk = memfd_create("disk", MFD_CLOEXEC);
	assert_return_code(ftruncate(f.disk, DISK_SECTORS * BLK_SECTOR), 0);
	assert_return_code(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0, f.cable), 0);
	make_bus();
}

static void end(void)
{
	tally();
	free(f.memory);
	close(f.disk);
	close(f.cable[0]);
	close(f.cable[1]);
}

static void run_inputs(uint64_t seed, uint32_t inputs)
{
	begin();
	state = seed * 0x9e3779b97f4a7c15ull | 1;
	for (uint32_t n = 0; n < inputs; n++) {
		uint64_t words[INPUT_BYTES / 8];

		if (n && n % LIFE == 0) {
			tally();
			make_bus();
		}
		for (unsigned int i = 0; i < INPUT_BYTES / 8; i++)
			words[i] = random64();
		run((const uint8_t *)words, sizeof(words));
	}
	end();
}

static void test_a_million(void **unused)
{
	(void)unused;
	run_inputs(SEED, INPUTS);
	for (unsigned int i = 0; i < CARDS; i++) {
		assert_true(requests[i] > INPUTS / 100);
		assert_true(broken[i] > INPUTS / 1000);
	}
	assert_true(failed_writes > 1000);
}

static int run_file(const char *name)
{
	uint8_t bytes[65536];
	int fd = open(name, O_RDONLY);
	ssize_t n = fd < 0 ? -1 : read(fd, bytes, sizeof(bytes));

	if (n < 0) {
		perror(name);
		return 2;
	}
	begin();
	run(bytes, n);
	end();
	return 0;
}

int main(int argc, char **argv)
{
	const struct CMUnitTest devices[] = { cmocka_unit_test(test_a_million) };

	if (argc == 2)
		return run_file(argv[1]);
	if (argc == 3) {
		run_inputs(strtoull(argv[1], NULL, 0), strtoul(argv[2], NULL, 0));
		for (unsigned int i = 0; i < CARDS; i++)
			printf("%s: %llu requests, broken %llu times\n", names[i],
			       (unsigned long long)requests[i], (unsigned long long)broken[i]);
		return 0;
	}
	return cmocka_run_group_tests(devices, NULL, NULL);
}
