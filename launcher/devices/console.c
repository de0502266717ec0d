/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * console.c - a byte out is a character on the console; a byte in is a fixed pattern, so that a
 * Guest can check what an IN answers.
 *
 * Standard output may be a terminal, which control characters would control; so without
 * --raw-console they are printed as '?', and so is whatever is not ASCII.  The Launcher's own
 * messages go to standard error: every line on standard output is the Guest's.
 */
#include <string.h>

#include "device.h"
#include "lg/ports.h"

static bool is_harmless(uint8_t c)
{
	return (c >= ' ' && c <= '~') || (c && strchr("\n\r\t\b", c));
}

void console_put(struct machine *m, uint8_t c)
{
	putc(m->raw_console || is_harmless(c) ? c : '?', m->console);
	if (c == '\n')
		console_flush(m);
}

void console_flush(struct machine *m)
{
	fflush(m->console);
}

static void console_out(struct machine *m, void *context, uint32_t value)
{
	(void)context;
	console_put(m, value);
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
