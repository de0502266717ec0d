/* SPDX-License-Identifier: GPL-2.0-or-later */
/*L:010
 * launcher.h - the Launcher's own types: one Guest, its memory, and its devices.
 *
 * A Launcher makes one Guest from a file, runs it, and is asked by the Host whenever
 * the Guest touches something that only the Launcher has.  A device is a file of this
 * folder whose last line registers it.
 */
#ifndef LAUNCHER_H
#define LAUNCHER_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "lg/abi.h"
#include "lg/dev.h"

/* How the Launcher ends. */
enum {
	END_FINISHED = 0,	/* the Guest shut itself down */
	END_FAILED = 1,		/* the same, but it reported failure */
	END_USAGE = 2,		/* bad options, or a file that is no Guest */
	END_REFUSED = 3,	/* the Host refused, or is not there */
	END_KILLED = 4,		/* the Host killed the Guest */
	END_ESCAPE = 5,		/* memory outside the Guest's window has changed */
	END_SIGNAL = 128,	/* plus the signal's number */
	END_RESTART = 256,	/* no end: the Guest wants to begin again */
};

struct pc;

struct machine {
	int fd;			/* /dev/switchyard */
	uint8_t *memory;	/* Guest-physical 0; guard pages on both sides */
	uint32_t bytes;
	uint32_t entry_pa;
	uint8_t status;		/* what the Guest wrote to the status port */
	FILE *samples;		/* NULL: samples are not wanted */
	struct pc *pc;		/* the PC around a Linux Guest; NULL: it needs none */
	bool reset;		/* it has pulled its reset line */
	struct lg_run run;
};

/* A device on ports.  `in` answers in the low bytes; both may be NULL. */
struct device {
	const char *name;
	uint16_t first, count;
	void (*out)(struct machine *m, uint16_t port, uint8_t width, uint32_t value);
	uint32_t (*in)(struct machine *m, uint16_t port, uint8_t width);
	struct device *next;
};

void device_register(struct device *device);
/* The same for a device at any port, which not every Guest has. */
void device_add(struct device *device);

/* The last line of a device's file: adds it before main() runs. */
#define DEVICE(device)							\
	static void __attribute__((constructor)) register_##device(void) \
	{ device_register(&(device)); }

/* Ports of the project's own devices, all between the first two: Guests that try every
 * port know where not to. */
#define PORT_FIRST	0xdd
#define PORT_LAST	0xf3
#define PORT_COMPANIONS	0xe4	/* byte out: so many more Guests like this on its CPU */
#define PORT_TURN	0xe5	/* byte out: the next of them has its turn */
#define PORT_IRQ	0xe6	/* byte out: raise that irq */
#define PORT_TRAP	0xe7	/* byte out: inject that trap */
#define PORT_STATUS	0xe8	/* byte out: the Guest's own verdict, 0 = good */
#define PORT_CONSOLE	0xe9	/* byte out: a character */
#define PORT_SAMPLES	0xec	/* word out: pa of a struct samples_block */
#define PORT_NEIGHBOUR	0xde	/* byte out: a process that runs while the Guest halts */
#define PORT_MOVE	0xdf	/* byte out: go to the next CPU; byte in: how many there are */
#define NEIGHBOUR_IRQ	5	/* which it ends the HALT with */

/* die: one line on stderr, and the end with `status`. */
__attribute__((noreturn, format(printf, 2, 3)))
void die(int status, const char *format, ...);

/* A range of Guest memory, or NULL if it is not all inside. */
void *guest_range(struct machine *m, uint32_t pa, uint32_t bytes);

/* load.c: the Guest's file into its memory, and what the boot table promises: lguest's, or
 * if there is m->pc that of Linux on a PC. */
void load_guest(struct machine *m, const char *path, const char *initrd,
		const char *cmdline);

/* devices.c */
void devices_claim(struct machine *m);
void devices_access(struct machine *m);

/* chaos.c: shall it live again?  And the end of its second thread. */
bool chaos_again(int end, unsigned int restarts);
void chaos_end(void);

/* window.c: the device window, and the access that m->run tells of. */
#define WINDOW_PAGES	256
void window_make(uint32_t pages);
void window_free(void);
void window_access(struct machine *m);

/* memory.c */
void memory_make(struct machine *m, unsigned int mebibytes);
void memory_free(struct machine *m);

#endif
