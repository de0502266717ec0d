/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * trap.c - a byte out injects that trap; its error code, if it has one, is the upper bytes of
 * a four-byte write.
 */
#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>

#include "device.h"
#include "die.h"
#include "lg/ports.h"

static void trap_out(struct machine *m, void *context, uint32_t value)
{
	struct lg_trap trap = { value & 0xff, m->run.port.width == 4 ? value >> 8 : 0 };

	(void)context;
	if (ioctl(m->fd, LG_TRAP, &trap))
		die(END_FAILED, "trap %u: %s", trap.vector, strerror(errno));
}

static struct device trap = {
	.name = "trap", .first = PORT_TRAP, .count = 1, .out = trap_out,
};
TEST_DEVICE(trap)
