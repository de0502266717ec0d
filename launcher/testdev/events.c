/* SPDX-License-Identifier: GPL-2.0-or-later */
/*L:090
 * events.c - what a Launcher can do to a Guest, on the Guest's own request: a byte out to
 * PORT_IRQ raises that irq, one to PORT_TRAP injects that trap (its error code, if it has
 * one, is the upper bytes of a four-byte write).
 */
#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>

#include "device.h"
#include "die.h"
#include "lg/ports.h"

static void raise_irq(struct machine *m, uint32_t irq)
{
	if (ioctl(m->fd, LG_RAISE_IRQ, irq))
		die(END_FAILED, "irq %u: %s", irq, strerror(errno));
}

static void inject_trap(struct machine *m, uint32_t vector, uint32_t error)
{
	struct lg_trap trap = { vector, error };

	if (ioctl(m->fd, LG_TRAP, &trap))
		die(END_FAILED, "trap %u: %s", vector, strerror(errno));
}

static void events_out(struct machine *m, void *context, uint32_t value)
{
	(void)context;
	if (m->run.port.port == PORT_IRQ)
		raise_irq(m, value & 0xff);
	else
		inject_trap(m, value & 0xff, m->run.port.width == 4 ? value >> 8 : 0);
}

static struct device events = {
	.name = "events", .first = PORT_IRQ, .count = 2, .out = events_out,
};
TEST_DEVICE(events)
