/* SPDX-License-Identifier: GPL-2.0-or-later */
/*L:090
 * events.c - what a Launcher can do to a Guest, on the Guest's own request: a byte out to
 * PORT_IRQ raises that irq, one to PORT_TRAP injects that trap (its error code, if it has
 * one, is the upper bytes of a four-byte write).
 */
#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>

#include "launcher.h"

static void irq_out(struct machine *m, uint16_t port, uint8_t width, uint32_t value)
{
	(void)port, (void)width;
	if (ioctl(m->fd, LG_RAISE_IRQ, value & 0xff))
		die(END_FAILED, "irq %u: %s", value & 0xff, strerror(errno));
}

static void trap_out(struct machine *m, uint16_t port, uint8_t width, uint32_t value)
{
	struct lg_trap trap = { value & 0xff, width == 4 ? value >> 8 : 0 };

	(void)port;
	if (ioctl(m->fd, LG_TRAP, &trap))
		die(END_FAILED, "trap %u: %s", trap.vector, strerror(errno));
}

static struct device irq = {
	.name = "irq", .first = PORT_IRQ, .count = 1, .out = irq_out,
};
DEVICE(irq)

static struct device trap = {
	.name = "trap", .first = PORT_TRAP, .count = 1, .out = trap_out,
};
DEVICE(trap)
