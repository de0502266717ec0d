/* SPDX-License-Identifier: GPL-2.0-or-later */
/*L:060
 * console.c - a byte out is a character on standard output; a byte in is the next of
 * a fixed pattern, which makes a port whose answers a Guest can check.
 */
#include "launcher.h"

static void console_out(struct machine *m, uint16_t port, uint8_t width, uint32_t value)
{
	(void)m, (void)port, (void)width;
	putchar(value & 0xff);
	if ((value & 0xff) == '\n')
		fflush(stdout);
}

static uint32_t console_in(struct machine *m, uint16_t port, uint8_t width)
{
	(void)m, (void)width;
	return 0x5a000000u | port << 8 | 0xa5;
}

static struct device console = {
	.name = "console", .first = PORT_CONSOLE, .count = 1,
	.out = console_out, .in = console_in,
};
DEVICE(console)
