/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * slept.c - an IN answers how often the Launcher has gone to sleep voluntarily: a Guest cannot see
 * by itself whether its HALT slept.
 */
#define _GNU_SOURCE
#include <sys/resource.h>

#include "device.h"
#include "lg/ports.h"

static uint32_t slept_in(struct machine *m, void *context)
{
	struct rusage usage;

	(void)m, (void)context;
	return getrusage(RUSAGE_THREAD, &usage) ? 0 : usage.ru_nvcsw;
}

static struct device slept = {
	.name = "slept", .first = PORT_SLEPT, .count = 1, .in = slept_in,
};
TEST_DEVICE(slept)
