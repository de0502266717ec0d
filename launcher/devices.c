/* SPDX-License-Identifier: GPL-2.0-or-later */
/*L:050
 * devices.c - which device answers which port.
 */
#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>

#include "launcher.h"

static struct device *devices;
static struct device *device_at[1 << 16];	/* by port: one device more costs nobody an instruction */

/* Two that claim a port together would hide one another. */
void device_add(struct device *device)
{
	for (struct device *d = devices; d; d = d->next)
		if (d->first < device->first + device->count &&
		    device->first < d->first + d->count)
			die(END_REFUSED, "devices %s and %s claim the same ports", d->name,
			    device->name);
	device->next = devices;
	devices = device;
	for (unsigned int i = 0; i < device->count; i++)
		device_at[device->first + i] = device;
}

/* Before main(). */
void device_register(struct device *device)
{
	if (device->first < PORT_FIRST || device->first + device->count - 1 > PORT_LAST)
		die(END_REFUSED, "device %s has ports beyond %#x to %#x", device->name, PORT_FIRST,
		    PORT_LAST);
	device_add(device);
}

void devices_claim(struct machine *m)
{
	for (struct device *d = devices; d; d = d->next) {
		struct lg_ports claim = { d->first, d->count, 1 };

		if (ioctl(m->fd, LG_CLAIM_PORTS, &claim))
			die(END_REFUSED, "ports of %s: %s", d->name, strerror(errno));
	}
}

/* The Guest's IN or OUT of m->run; an IN's answer goes back in its value. */
void devices_access(struct machine *m)
{
	struct device *d = device_at[m->run.port.port];
	uint8_t width = m->run.port.width;

	if (!m->run.port.in) {
		if (d && d->out)
			d->out(m, m->run.port.port, width, m->run.value);
		return;
	}
	m->run.value = d && d->in ? d->in(m, m->run.port.port, width) : ~0u;
}
