/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * irq.c - a byte out raises that irq, as a device of the Guest's would.
 */
#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>

#include "device.h"
#include "die.h"
#include "lg/ports.h"

static void irq_out(struct machine *m, void *context, uint32_t value)
{
	(void)context;
	if (ioctl(m->fd, LG_RAISE_IRQ, value & 0xff))
		die(END_FAILED, "irq %u: %s", value & 0xff, strerror(errno));
}

static struct device irq = {
	.name = "irq", .first = PORT_IRQ, .count = 1, .out = irq_out,
};
TEST_DEVICE(irq)
