/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * moves.c - from CPU to CPU, on the Guest's own request: a byte out moves this Launcher to
 * the next CPU that is online, and the Guest's next switch is there; a byte in is the number of
 * CPUs.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <sched.h>
#include <string.h>
#include <unistd.h>

#include "device.h"
#include "die.h"
#include "lg/ports.h"

/* The call costs more than a move, so it is made once. */
static int cpus(void)
{
	static int known;

	if (!known)
		known = sysconf(_SC_NPROCESSORS_ONLN);
	return known;
}

static void move_out(struct machine *m, void *context, uint32_t value)
{
	int next = (sched_getcpu() + 1) % cpus();
	cpu_set_t set;

	(void)m, (void)context, (void)value;
	CPU_ZERO(&set);
	CPU_SET(next, &set);
	if (sched_setaffinity(0, sizeof(set), &set))
		die(END_FAILED, "moving to CPU %d: %s", next, strerror(errno));
}

static uint32_t cpus_in(struct machine *m, void *context)
{
	(void)m, (void)context;
	return cpus();
}

static struct device moves = {
	.name = "moves", .first = PORT_MOVE, .count = 1, .out = move_out, .in = cpus_in,
};
TEST_DEVICE(moves)
