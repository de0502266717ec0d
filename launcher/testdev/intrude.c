/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * intrude.c - a second thread keeps calling LG_RUN, which only the owner may: the Guest fails
 * if one of the calls is not refused.
 */
#include <errno.h>
#include <sys/ioctl.h>

#include "device.h"
#include "lg/ports.h"
#include "second.h"

static void *intrude(void *machine)
{
	struct machine *m = machine;
	struct lg_run run = { 0 };

	while (second_goes_on())
		if (!ioctl(m->fd, LG_RUN, &run) || (errno != EPERM && errno != EINTR))
			m->status = 1;
	return NULL;
}

static void intrude_out(struct machine *m, void *context, uint32_t value)
{
	(void)context, (void)value;
	second_start(intrude, m);
}

static void life_ended(struct machine *m, void *context, int end)
{
	(void)m, (void)context, (void)end;
	second_stop();
}

static struct device intrude_port = {
	.name = "intrude", .first = PORT_INTRUDE, .count = 1, .out = intrude_out,
	.life_ended = life_ended,
};
TEST_DEVICE(intrude_port)
