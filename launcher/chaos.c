/* SPDX-License-Identifier: GPL-2.0-or-later */
/*L:100
 * chaos.c - a Launcher that is up to no good, on the Guest's own request: what the
 * attacks need that a Guest cannot do by itself.  Words out to these ports:
 *
 *	PORT_LIVES	so many lives: after a kill the Guest is made again, and reads
 *			`restarts=` on its command line, so that one file can die of
 *			many causes
 *	PORT_FLAGS	EFLAGS, through LG_SET_REGS
 *	PORT_SEGMENT	which (0 to 5: cs ss ds es fs gs) << 16 | selector, likewise
 *	PORT_FLIP	a physical address: a second thread keeps flipping the bits of the
 *			next FLIP_BYTES bytes while the Guest runs
 *	PORT_REARM	a physical address, that of lguest_data: a second thread queues each free
 *			entry of the async ring; an IN tells how many it has queued
 *	PORT_INTRUDE	a second thread keeps calling LG_RUN, which only the owner may
 *	PORT_LIMIT	from now on no port is answered in this life, and after so many milliseconds it
 *			counts as killed: a Guest that jumps at random may go round for ever, or
 *			come by its own shutdown, after which the next life follows too
 *	PORT_TALLY	three words that outlive the lives: what is written is added; and how many
 *			lives were ended, and did not end by themselves
 *
 * PORT_SLEPT answers an IN: how often the Launcher has slept of its own accord.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <unistd.h>

#include "launcher.h"

#define PORT_LIVES	0xe0
#define PORT_FLAGS	0xe1
#define PORT_SEGMENT	0xe2
#define PORT_FLIP	0xe3
#define PORT_REARM	0xdd
#define PORT_INTRUDE	0xeb
#define PORT_SLEPT	0xe0	/* an IN; the OUT is PORT_LIVES */
#define PORT_LIMIT	0xea
#define PORT_TALLY	0xf0
#define TALLIES		4
#define DEATHS		3
#define FLIP_BYTES	1388u	/* struct lguest_data */

static uint32_t lives, tallies[TALLIES];
static pthread_t thread;
static bool running, limited;
static volatile bool stop;
static volatile uint32_t *flipped, queued;
static volatile uint8_t *ring;

/* Ended, and not by itself. */
static bool has_died(int end)
{
	return end == END_KILLED || end == END_SIGNAL + SIGALRM;
}

bool chaos_again(int end, unsigned int restarts)
{
	bool off = limited && (end == END_FINISHED || end == END_FAILED);

	limited = false;
	tallies[DEATHS] += has_died(end);
	return end == END_RESTART || ((has_died(end) || off) && restarts + 1 < lives);
}

static void set_limit(uint32_t ms)
{
	struct timeval time = { ms / 1000, ms % 1000 * 1000 };
	struct itimerval limit = { time, time };

	if (setitimer(ITIMER_REAL, &limit, NULL))
		die(END_FAILED, "a limit of %u ms: %s", ms, strerror(errno));
}

void chaos_end(void)
{
	set_limit(0);
	stop = true;
	if (running)
		pthread_join(thread, NULL);
	running = stop = false;
}

static void start(struct machine *m, void *(*function)(void *))
{
	int error = running ? EBUSY : pthread_create(&thread, NULL, function, m);

	if (error)
		die(END_FAILED, "a second thread: %s", strerror(error));
	running = true;
}

/* xorshift: which word, which bits. */
static void *flip(void *unused)
{
	uint32_t random = 2463534242u;

	(void)unused;
	while (!stop) {
		random ^= random << 13;
		random ^= random >> 17;
		random ^= random << 5;
		flipped[random % (FLIP_BYTES / 4)] ^= random & 0x01010101u << (random >> 29);
	}
	return NULL;
}

/* Counted first: the count is never behind. */
static void *rearm(void *unused)
{
	(void)unused;
	while (!stop)
		for (unsigned int n = 0; n < LG_RING_ENTRIES; n++)
			if (ring[n] == LG_RING_FREE) {
				queued++;
				ring[n] = LG_RING_QUEUED;
			}
	return NULL;
}

static void *intrude(void *machine)
{
	struct machine *m = machine;
	struct lg_run run = { 0 };

	while (!stop)
		if (!ioctl(m->fd, LG_RUN, &run) || (errno != EPERM && errno != EINTR))
			m->status = 1;
	return NULL;
}

static void lives_out(struct machine *m, uint16_t port, uint8_t width, uint32_t value)
{
	(void)m, (void)port, (void)width;
	lives = value;
}

static void change_regs(struct machine *m, uint16_t port, uint8_t width, uint32_t value)
{
	struct lg_user_regs r;
	uint16_t *segments[] = { &r.cs, &r.ss, &r.ds, &r.es, &r.fs, &r.gs };

	(void)width;
	if (ioctl(m->fd, LG_GET_REGS, &r))
		die(END_FAILED, "registers: %s", strerror(errno));
	if (port == PORT_FLAGS)
		r.eflags = value;
	else
		*segments[(value >> 16) % 6] = value;
	if (ioctl(m->fd, LG_SET_REGS, &r))
		die(END_REFUSED, "registers: %s", strerror(errno));
}

static void flip_out(struct machine *m, uint16_t port, uint8_t width, uint32_t pa)
{
	(void)port, (void)width;
	flipped = guest_range(m, pa, FLIP_BYTES);
	if (!flipped)
		die(END_FAILED, "nothing to flip at %#x", pa);
	start(m, flip);
}

/* Both on one CPU, the thread would stand still while the Host works for the Guest. */
static void keep_apart(void)
{
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);
	cpu_set_t other;
	int error;

	if (cpus < 2)
		die(END_REFUSED, "a second thread needs a CPU of its own");
	CPU_ZERO(&other);
	CPU_SET((sched_getcpu() + 1) % cpus, &other);
	error = pthread_setaffinity_np(thread, sizeof(other), &other);
	if (error)
		die(END_FAILED, "a thread on another CPU: %s", strerror(error));
}

static void rearm_out(struct machine *m, uint16_t port, uint8_t width, uint32_t pa)
{
	struct lguest_data *data = guest_range(m, pa, sizeof(*data));

	(void)port, (void)width;
	if (!data)
		die(END_FAILED, "no ring at %#x", pa);
	ring = data->ring_status;
	queued = 0;
	start(m, rearm);
	keep_apart();
}

static uint32_t queued_in(struct machine *m, uint16_t port, uint8_t width)
{
	(void)m, (void)port, (void)width;
	return queued;
}

static void intrude_out(struct machine *m, uint16_t port, uint8_t width, uint32_t value)
{
	(void)port, (void)width, (void)value;
	start(m, intrude);
}

static void limit_out(struct machine *m, uint16_t port, uint8_t width, uint32_t ms)
{
	struct lg_ports all = { 0, 65536, 0 };

	(void)port, (void)width;
	if (ioctl(m->fd, LG_CLAIM_PORTS, &all))
		die(END_REFUSED, "ports: %s", strerror(errno));
	limited = true;
	set_limit(ms);
}

static void tally_out(struct machine *m, uint16_t port, uint8_t width, uint32_t value)
{
	(void)m, (void)width;
	tallies[port - PORT_TALLY] += value;
}

static uint32_t tally_in(struct machine *m, uint16_t port, uint8_t width)
{
	(void)m, (void)width;
	return tallies[port - PORT_TALLY];
}

static uint32_t slept_in(struct machine *m, uint16_t port, uint8_t width)
{
	struct rusage usage;

	(void)m, (void)port, (void)width;
	return getrusage(RUSAGE_THREAD, &usage) ? 0 : usage.ru_nvcsw;
}

static struct device lives_port = {
	.name = "lives", .first = PORT_LIVES, .count = 1, .out = lives_out, .in = slept_in,
};
DEVICE(lives_port)

static struct device regs_ports = {
	.name = "regs", .first = PORT_FLAGS, .count = 2, .out = change_regs,
};
DEVICE(regs_ports)

static struct device flip_port = {
	.name = "flip", .first = PORT_FLIP, .count = 1, .out = flip_out,
};
DEVICE(flip_port)

static struct device rearm_port = {
	.name = "rearm", .first = PORT_REARM, .count = 1, .out = rearm_out, .in = queued_in,
};
DEVICE(rearm_port)

static struct device intrude_port = {
	.name = "intrude", .first = PORT_INTRUDE, .count = 1, .out = intrude_out,
};
DEVICE(intrude_port)

static struct device limit_port = {
	.name = "limit", .first = PORT_LIMIT, .count = 1, .out = limit_out,
};
DEVICE(limit_port)

static struct device tally_ports = {
	.name = "tally", .first = PORT_TALLY, .count = TALLIES, .out = tally_out, .in = tally_in,
};
DEVICE(tally_ports)
