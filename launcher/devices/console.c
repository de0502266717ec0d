/* SPDX-License-Identifier: GPL-2.0-or-later */
/*L:060
 * console.c - a byte out is a character on standard output; a byte in is a fixed pattern,
 * which makes a port whose answers a Guest can check.
 */
#include "device.h"
#include "lg/ports.h"

static void console_out(struct machine *m, void *context, uint32_t value)
{
	(void)m, (void)context;
	putchar(value & 0xff);
	if ((value & 0xff) == '\n')
		fflush(stdout);
}

static uint32_t console_in(struct machine *m, void *context)
{
	(void)context;
	return CONSOLE_ANSWER(m->run.port.port);
}

static struct device console = {
	.name = "console", .first = PORT_CONSOLE, .count = 1,
	.out = console_out, .in = console_in,
};
DEVICE(console)
