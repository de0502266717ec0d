/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * status.c - where a Guest reports whether it passed: a byte other than 0 makes the Launcher end
 * with END_FAILED.  A later 0 does not change that.
 */
#include "device.h"
#include "lg/ports.h"

static void status_out(struct machine *m, void *context, uint32_t value)
{
	(void)context;
	m->status |= value;
}

static struct device status = {
	.name = "status", .first = PORT_STATUS, .count = 1, .out = status_out,
};
DEVICE(status)
