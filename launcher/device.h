/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * device.h - devices on ports, and the table of them.
 *
 * A device is one file of devices/ (what every Guest may use) or testdev/ (what only tests
 * use), whose last line registers it.  The numbers of its ports are in lg/ports.h.
 */
#ifndef LAUNCHER_DEVICE_H
#define LAUNCHER_DEVICE_H

#include "machine.h"

/*
 * m->run.port has the number of the port and the width of the access.  `in` returns its value in
 * the low bytes.  Any of the functions may be NULL.
 */
struct device {
	const char *name;
	uint16_t first, count;
	void *context;		/* its state; the second argument of each function */
	void (*out)(struct machine *m, void *context, uint32_t value);
	uint32_t (*in)(struct machine *m, void *context);
	/* A life has ended (`end` is an END_*); the Host's file is still open. */
	void (*life_ended)(struct machine *m, void *context, int end);
	/* Shall the Guest live again, after so many restarts? */
	bool (*again)(void *context, int end, unsigned int restarts);
	bool test;		/* set by TEST_DEVICE() */
	struct device *next;
};

/* What DEVICE() does: the device is there in every life.  It must last as long as the program. */
void device_register(struct device *device);

/* Add a device that only some Guests have, at ports that depend on the Guest. */
void ports_add(struct device *device);
void ports_remove(struct device *device);

/* The last line of a device's file: adds it before main() runs. */
#define DEVICE(device)							\
	static void __attribute__((constructor)) register_##device(void) \
	{ device_register(&(device)); }

#define TEST_DEVICE(device)						\
	static void __attribute__((constructor)) register_##device(void) \
	{ (device).test = true; device_register(&(device)); }

/*
 * Which test devices a Guest may use: `all`, `none`, or names with commas.  Called once, before
 * the first life.  The ports of the other test devices are claimed too: a Guest that uses one is
 * ended.
 */
void ports_choose(const char *test_devices);

/* devices/console.c: print a byte of the Guest's; flush what it has printed. */
void console_put(struct machine *m, uint8_t c);
void console_flush(struct machine *m);

/* Claim the ports of all devices for a new life; dies if the Host refuses. */
void ports_claim(struct machine *m);

/* Carry out the access that m->run describes. */
void ports_access(struct machine *m);

/* A life has ended as `end` (machine.h) says: tell all devices. */
void ports_life_ended(struct machine *m, int end);

/* Whether the Guest lives again, after so many restarts: if it asked to, or a device has it so. */
bool ports_again(int end, unsigned int restarts);

#endif
