/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * bus.c - the PCI bus of a Guest: which devices are on it, and what connects them to the Launcher.
 *
 * Whoever touches the bus or a device holds the lock.  The disk has a thread that works at its
 * requests without it, the network card one that waits for frames.  The order of locks is: the
 * bus's, then the PC's, whose interrupt controller a device's line goes to.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include "cable.h"
#include "device.h"
#include "devices/bus.h"
#include "devices/cards.h"
#include "devices/meter.h"
#include "die.h"
#include "disk.h"

#define MAX_CARDS	4
#define PRINTED_NS	10000000	/* until the Guest is notified that its output is printed */

struct bus {
	struct machine *m;
	struct device ports[2];
	pthread_mutex_t lock;
	struct pci pci;
	uint64_t config_accesses;
	uint32_t high;			/* lines */
	struct virtio *cards[MAX_CARDS];
	unsigned int nr_cards;

	struct console_card console;
	pthread_t console_thread;
	pthread_cond_t console_wakes;
	bool has_console, has_printed;

	struct blk blk;
	struct disk disk;
	pthread_t disk_thread;
	pthread_cond_t disk_wakes;
	bool has_disk, leaving;

	struct net net;
	struct cable cable;
	pthread_t net_thread;
	bool has_net;

	struct rng rng;
	struct meter meter;
};

/* ---- ports ---- */

static void config_out(struct machine *m, void *context, uint32_t value)
{
	struct bus *bus = context;

	pthread_mutex_lock(&bus->lock);
	bus->config_accesses++;
	pci_out(&bus->pci, m->run.port.port, m->run.port.width, value);
	pthread_mutex_unlock(&bus->lock);
}

static uint32_t config_in(struct machine *m, void *context)
{
	struct bus *bus = context;
	uint32_t value;

	pthread_mutex_lock(&bus->lock);
	bus->config_accesses++;
	value = pci_in(&bus->pci, m->run.port.port, m->run.port.width);
	pthread_mutex_unlock(&bus->lock);
	return value;
}

static void io_out(struct machine *m, void *context, uint32_t value)
{
	struct bus *bus = context;

	pthread_mutex_lock(&bus->lock);
	pci_io_out(&bus->pci, m->run.port.port, m->run.port.width, value);
	pthread_mutex_unlock(&bus->lock);
}

static uint32_t io_in(struct machine *m, void *context)
{
	struct bus *bus = context;
	uint32_t value;

	pthread_mutex_lock(&bus->lock);
	value = pci_io_in(&bus->pci, m->run.port.port, m->run.port.width);
	pthread_mutex_unlock(&bus->lock);
	return value;
}

static const struct device stretches[2] = {
	{ .name = "pci", .first = PCI_PORT, .count = PCI_PORTS,
	  .out = config_out, .in = config_in },
	{ .name = "pci-io", .first = PCI_IO, .count = PCI_IO_PORTS, .out = io_out, .in = io_in },
};

static void add_ports(struct bus *bus)
{
	for (unsigned int i = 0; i < 2; i++) {
		bus->ports[i] = stretches[i];
		bus->ports[i].context = bus;
		ports_add(&bus->ports[i]);
	}
}

/* ---- interrupts ---- */

/* A Guest without a PC has no interrupt controller: the line is an irq of its own, raised as
 * it rises. */
static void set_line(void *context, unsigned int number, bool high)
{
	struct bus *bus = context;
	uint32_t bit = 1u << number;

	if (!(bus->high & bit) == !high)
		return;
	bus->high ^= bit;
	if (bus->m->pc)
		pc_set_line(bus->m->pc, number, high);
	else if (high)
		ioctl(bus->m->fd, LG_RAISE_IRQ, number);
}

/* Each card has a line of its own, since edges of a shared one could be missed.  On a PC they are
 * lines that no other device uses. */
static unsigned int line_of(const struct bus *bus)
{
	static const uint8_t of_pc[MAX_CARDS] = { 5, 9, 10, 11 };

	return bus->m->pc ? of_pc[bus->nr_cards] : bus->nr_cards + 1;
}

static void add_card(struct bus *bus, struct virtio *v)
{
	v->irq = (struct line){ set_line, bus, line_of(bus) };
	if (!pci_add(&bus->pci, &v->pci, v->irq.number))
		die(END_REFUSED, "no slot for a %s", v->kind->name);
	bus->cards[bus->nr_cards++] = v;
}

static struct virtio_memory memory_of(const struct bus *bus)
{
	return (struct virtio_memory){ bus->m->memory, bus->m->bytes };
}

static void make_thread(pthread_t *thread, void *(*function)(void *), struct bus *bus)
{
	int error = pthread_create(thread, NULL, function, bus);

	if (error)
		die(END_REFUSED, "a thread for the Guest's devices: %s", strerror(error));
}

/* ---- the console ---- */

static void console_send(void *context, const uint8_t *bytes, size_t n)
{
	struct bus *bus = context;

	for (size_t i = 0; i < n; i++)
		console_put(bus->m, bytes[i]);
	console_flush(bus->m);
}

static void console_printed(void *context)
{
	struct bus *bus = context;

	bus->has_printed = true;
	pthread_cond_signal(&bus->console_wakes);
}

/* Sleep with the lock released; true: the bus is to end. */
static bool pause_unlocked(struct bus *bus, unsigned int ns)
{
	struct timespec until;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_nsec += ns;
	if (until.tv_nsec >= 1000000000) {
		until.tv_nsec -= 1000000000;
		until.tv_sec++;
	}
	while (!bus->leaving &&
	       pthread_cond_timedwait(&bus->console_wakes, &bus->lock, &until) != ETIMEDOUT)
		;
	return bus->leaving;
}

/* One interrupt for all that was printed in the meantime. */
static void *tell_printed(void *context)
{
	struct bus *bus = context;

	pthread_mutex_lock(&bus->lock);
	while (!bus->leaving) {
		if (!bus->has_printed) {
			pthread_cond_wait(&bus->console_wakes, &bus->lock);
			continue;
		}
		if (pause_unlocked(bus, PRINTED_NS))
			break;
		bus->has_printed = false;
		console_card_printed(&bus->console);
	}
	pthread_mutex_unlock(&bus->lock);
	return NULL;
}

static void end_console(struct bus *bus)
{
	pthread_mutex_lock(&bus->lock);
	bus->leaving = true;
	pthread_cond_signal(&bus->console_wakes);
	pthread_mutex_unlock(&bus->lock);
	pthread_join(bus->console_thread, NULL);
	pthread_cond_destroy(&bus->console_wakes);
}

static void add_console(struct bus *bus)
{
	bus->console.send = console_send;
	bus->console.printed = console_printed;
	bus->console.context = bus;
	console_card_init(&bus->console, memory_of(bus));
	add_card(bus, &bus->console.virtio);
	pthread_cond_init(&bus->console_wakes, NULL);
	make_thread(&bus->console_thread, tell_printed, bus);
	bus->has_console = true;
}

size_t bus_console_receive(struct bus *bus, const uint8_t *bytes, size_t n)
{
	size_t taken;

	pthread_mutex_lock(&bus->lock);
	taken = console_card_receive(&bus->console, bytes, n);
	pthread_mutex_unlock(&bus->lock);
	return taken;
}

/* ---- the disk ---- */

static void wake_disk(void *context)
{
	struct bus *bus = context;

	pthread_cond_signal(&bus->disk_wakes);
}

/* Ends when the bus does, between two requests. */
static void *work_at_disk(void *context)
{
	struct bus *bus = context;
	struct blk_request request;

	pthread_mutex_lock(&bus->lock);
	while (!bus->leaving) {
		if (!blk_take(&bus->blk, &request)) {
			pthread_cond_wait(&bus->disk_wakes, &bus->lock);
			continue;
		}
		pthread_mutex_unlock(&bus->lock);
		blk_carry_out(&bus->blk, &request);
		pthread_mutex_lock(&bus->lock);
		blk_give(&bus->blk, &request);
	}
	pthread_mutex_unlock(&bus->lock);
	return NULL;
}

static void add_disk(struct bus *bus, const char *what)
{
	disk_open(&bus->disk, what);
	bus->blk.wake = wake_disk;
	bus->blk.context = bus;
	blk_init(&bus->blk, memory_of(bus), bus->disk.fd, bus->disk.sectors, bus->disk.read_only);
	add_card(bus, &bus->blk.virtio);
	pthread_cond_init(&bus->disk_wakes, NULL);
	make_thread(&bus->disk_thread, work_at_disk, bus);
	bus->has_disk = true;
}

static void end_disk(struct bus *bus)
{
	pthread_mutex_lock(&bus->lock);
	bus->leaving = true;
	pthread_cond_signal(&bus->disk_wakes);
	pthread_mutex_unlock(&bus->lock);
	pthread_join(bus->disk_thread, NULL);
	pthread_cond_destroy(&bus->disk_wakes);
	disk_close(&bus->disk);
}

/* ---- the network card ---- */

/* Ends by pthread_cancel, in poll() or read(), or when the other end of the cable is closed. */
static void *wait_for_frames(void *context)
{
	struct bus *bus = context;
	struct pollfd cable = { .fd = bus->cable.fd, .events = POLLIN };
	uint8_t frame[NET_FRAME_BYTES];
	ssize_t bytes;

	while (poll(&cable, 1, -1) == 1) {
		bytes = read(bus->cable.fd, frame, sizeof(frame));
		if (!bytes || (bytes < 0 && errno != EAGAIN))
			return NULL;
		if (bytes < 0)
			continue;
		pthread_mutex_lock(&bus->lock);
		net_receive(&bus->net, frame, bytes);
		pthread_mutex_unlock(&bus->lock);
	}
	return NULL;
}

/* Locally administered, and different for each Guest, since a tap may join several to one
 * network. */
static void make_address(uint8_t address[6])
{
	if (getrandom(address, 6, 0) != 6)
		die(END_REFUSED, "random numbers: %s", strerror(errno));
	address[0] = (address[0] & 0xfc) | 2;
}

static void add_net(struct bus *bus, const char *what)
{
	uint8_t address[6];

	cable_open(&bus->cable, what);
	make_address(address);
	net_init(&bus->net, memory_of(bus), bus->cable.fd, address);
	add_card(bus, &bus->net.virtio);
	make_thread(&bus->net_thread, wait_for_frames, bus);
	bus->has_net = true;
}

static void end_net(struct bus *bus)
{
	pthread_cancel(bus->net_thread);
	pthread_join(bus->net_thread, NULL);
	cable_close(&bus->cable);
}

/* ---- all of it ---- */

static void add_rng(struct bus *bus)
{
	rng_init(&bus->rng, memory_of(bus));
	add_card(bus, &bus->rng.virtio);
}

static void read_counters(void *context, uint32_t counters[METER_COUNTERS])
{
	struct bus *bus = context;
	struct lg_counters c;

	if (ioctl(bus->m->fd, LG_COUNTERS, &c))
		return;
	counters[METER_SWITCHES] = c.switches;
	for (unsigned int i = 0; i < LG_CLASSES; i++)
		counters[METER_CLASSES + i] = c.classes[i];
	for (unsigned int i = 0; i < LG_NR_PRIVILEGED_INSNS; i++)
		counters[METER_INSNS + i] = c.insns[i];
}

static void add_meter(struct bus *bus)
{
	meter_init(&bus->meter, read_counters, bus);
	if (!pci_add(&bus->pci, &bus->meter.pci, 0))
		die(END_REFUSED, "no slot for a meter");
	bus->meter.pci.config[PCI_IRQ_PIN] = 0;
}

/* The console is in slot 1, where early consoles look. */
static void add_cards(struct bus *bus, const struct settings *s)
{
	if (s->virtio_console)
		add_console(bus);
	if (s->disk)
		add_disk(bus, s->disk);
	if (s->net)
		add_net(bus, s->net);
	if (s->rng)
		add_rng(bus);
	if (s->meter)
		add_meter(bus);
}

void bus_begin(struct machine *m, const struct settings *s)
{
	struct bus *bus;

	if (!s->virtio_console && !s->disk && !s->net && !s->rng && !s->meter)
		return;
	bus = calloc(1, sizeof(*bus));
	if (!bus)
		die(END_REFUSED, "no memory for the Guest's devices");
	m->bus = bus;
	bus->m = m;
	pthread_mutex_init(&bus->lock, NULL);
	pci_reset(&bus->pci);
	add_cards(bus, s);
	add_ports(bus);
}

void bus_end(struct machine *m)
{
	struct bus *bus = m->bus;

	if (!bus)
		return;
	if (bus->has_console)
		end_console(bus);
	if (bus->has_net)
		end_net(bus);
	if (bus->has_disk)
		end_disk(bus);
	for (unsigned int i = 0; i < 2; i++)
		ports_remove(&bus->ports[i]);
	pthread_mutex_destroy(&bus->lock);
	free(bus);
	m->bus = NULL;
}

static void print_card(const struct virtio *v)
{
	const struct virtio_statistics *s = &v->statistics;
	const struct { const char *name; uint64_t value; } numbers[] = {
		{ "registers", s->registers }, { "notifications", s->notifications },
		{ "requests", s->requests }, { "bytes_out", s->bytes_out },
		{ "bytes_in", s->bytes_in }, { "irqs", s->irqs },
		{ "errors", s->errors }, { "broken", s->broken },
	};

	for (unsigned int i = 0; i < sizeof(numbers) / sizeof(*numbers); i++)
		fprintf(stderr, "%s_%s %llu\n", v->kind->name, numbers[i].name,
			(unsigned long long)numbers[i].value);
}

void bus_print_counters(struct machine *m)
{
	struct bus *bus = m->bus;

	if (!bus)
		return;
	pthread_mutex_lock(&bus->lock);
	fprintf(stderr, "pci_config %llu\n", (unsigned long long)bus->config_accesses);
	for (unsigned int i = 0; i < bus->nr_cards; i++)
		print_card(bus->cards[i]);
	pthread_mutex_unlock(&bus->lock);
}
