/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ports.c - which device answers which port, and which test devices a Guest may use.
 */
#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>

#include "device.h"
#include "die.h"
#include "lg/ports.h"

static struct device *devices;
/* by port: a lookup costs the same however many devices there are */
static struct device *device_at[1 << 16];

/* Two that claim a port together would hide one another. */
void ports_add(struct device *device)
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

void ports_remove(struct device *device)
{
	struct device **link = &devices;

	while (*link != device)
		link = &(*link)->next;
	*link = device->next;
	for (unsigned int i = 0; i < device->count; i++)
		device_at[device->first + i] = NULL;
}

/* Before main(). */
void device_register(struct device *device)
{
	if (device->first < PORT_FIRST || device->first + device->count - 1 > PORT_LAST)
		die(END_REFUSED, "device %s has ports beyond %#x to %#x", device->name, PORT_FIRST,
		    PORT_LAST);
	ports_add(device);
}

/* ---- test devices that this Guest was not given ---- */

__attribute__((noreturn))
static void refuse(struct machine *m, const struct device *d)
{
	die(END_TEST_DEVICE, "the Guest used port %#x, which is of the test device '%s': "
	    "it has that only if lg is started with --test-devices=%s", m->run.port.port,
	    d->name, d->name);
}

static void refuse_out(struct machine *m, void *device, uint32_t value)
{
	(void)value;
	refuse(m, device);
}

static uint32_t refuse_in(struct machine *m, void *device)
{
	refuse(m, device);
}

/* None of the device's own functions can be called any more. */
static void disable(struct device *d)
{
	d->context = d;
	d->out = refuse_out;
	d->in = refuse_in;
	d->life_ended = NULL;
	d->again = NULL;
}

/* Is NAME a member of LIST, whose members are separated by commas? */
static bool is_listed(const char *list, const char *name)
{
	size_t n = strlen(name);

	for (; list; list = strchr(list, ','), list = list ? list + 1 : NULL)
		if (!strncmp(list, name, n) && (!list[n] || list[n] == ','))
			return true;
	return false;
}

static struct device *test_device(const char *name, size_t n)
{
	for (struct device *d = devices; d; d = d->next)
		if (d->test && strlen(d->name) == n && !strncmp(d->name, name, n))
			return d;
	return NULL;
}

/* Every word of the list must name a test device. */
static void check_names(const char *list)
{
	char all[256] = "";
	size_t n;

	for (;; list += n + 1) {
		n = strcspn(list, ",");
		if (!test_device(list, n))
			break;
		if (!list[n])
			return;
	}
	for (struct device *d = devices; d; d = d->next)
		if (d->test)
			snprintf(all + strlen(all), sizeof(all) - strlen(all), ", %s", d->name);
	die(END_USAGE, "no test device is called '%.*s': there are all, none%s", (int)n, list, all);
}

void ports_choose(const char *test_devices)
{
	bool all = !strcmp(test_devices, "all"), none = !strcmp(test_devices, "none");

	if (!all && !none)
		check_names(test_devices);
	for (struct device *d = devices; d; d = d->next)
		if (d->test && !all && (none || !is_listed(test_devices, d->name)))
			disable(d);
}

/* ---- while a Guest runs ---- */

void ports_claim(struct machine *m)
{
	for (struct device *d = devices; d; d = d->next) {
		struct lg_ports claim = { d->first, d->count, 1 };

		if (ioctl(m->fd, LG_CLAIM_PORTS, &claim))
			die(END_REFUSED, "ports of %s: %s", d->name, strerror(errno));
	}
}

/* The Guest's IN or OUT of m->run; an IN's answer goes back in its value. */
void ports_access(struct machine *m)
{
	struct device *d = device_at[m->run.port.port];

	if (!m->run.port.in) {
		if (d && d->out)
			d->out(m, d->context, m->run.value);
		return;
	}
	m->run.value = d && d->in ? d->in(m, d->context) : ~0u;
}

void ports_life_ended(struct machine *m, int end)
{
	for (struct device *d = devices; d; d = d->next)
		if (d->life_ended)
			d->life_ended(m, d->context, end);
}

bool ports_again(int end, unsigned int restarts)
{
	bool again = end == END_RESTART;

	for (struct device *d = devices; d; d = d->next)
		if (d->again)
			again |= d->again(d->context, end, restarts);
	return again;
}
