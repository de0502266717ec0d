/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * registers.c - registers that no instruction of a Guest could load: EFLAGS to PORT_FLAGS,
 * selectors to PORT_SEGMENT, by LG_SET_REGS.
 */
#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>

#include "device.h"
#include "die.h"
#include "lg/ports.h"

static void registers_out(struct machine *m, void *context, uint32_t value)
{
	struct lg_user_regs r;
	uint16_t *segments[] = { &r.cs, &r.ss, &r.ds, &r.es, &r.fs, &r.gs };

	(void)context;
	if (ioctl(m->fd, LG_GET_REGS, &r))
		die(END_FAILED, "registers: %s", strerror(errno));
	if (m->run.port.port == PORT_FLAGS)
		r.eflags = value;
	else
		*segments[(value >> 16) % 6] = value;
	if (ioctl(m->fd, LG_SET_REGS, &r))
		die(END_REFUSED, "registers: %s", strerror(errno));
}

static struct device registers = {
	.name = "registers", .first = PORT_FLAGS, .count = 2, .out = registers_out,
};
TEST_DEVICE(registers)
