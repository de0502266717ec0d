/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * machine.h - one Guest: its memory, its file of the Host, and how it is run.
 */
#ifndef LAUNCHER_MACHINE_H
#define LAUNCHER_MACHINE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "lg/abi.h"
#include "lg/dev.h"
#include "terminal.h"

/* What every life of a Guest begins with. */
struct settings {
	const char *variant, *initrd, *file;
	unsigned int twin, mebibytes, device_pages;
	bool counters, registers;	/* print them on stderr at the end */
	bool privileged;		/* LG_CREATE_PRIVILEGED */
	unsigned int shadow;		/* enum lg_shadow_policy */
	bool is_linux;			/* a Linux kernel, which wants a PC */
	bool input;			/* standard input is for its console */
	bool virtio_console;		/* the console is virtio's, not a serial port */
	const char *disk, *net;		/* disk.h, cable.h; NULL: none */
	bool rng, meter;
	unsigned int resets;		/* how often it may reset itself */
	char cmdline[LG_CMDLINE_BYTES];
};

struct pc;
struct bus;

struct machine {
	int fd;			/* /dev/switchyard */
	uint8_t *memory;	/* Guest-physical 0; guard pages on both sides */
	uint32_t bytes;
	uint32_t entry_pa;
	uint32_t loaded_end;	/* behind the last byte of what is loaded */
	uint8_t status;		/* what the Guest wrote to the status port */
	bool raw_console;	/* the console's bytes as they are */
	FILE *samples;		/* NULL: samples are not wanted */
	FILE *console;		/* where its console goes */
	struct pc *pc;		/* the PC around a Linux Guest; NULL: it has none */
	struct bus *bus;	/* its PCI bus; NULL: it has none */
	struct terminal terminal;
	bool reset;		/* it has pulled its reset line */
	struct lg_run run;
};

/* Run the Guest, and again for each restart: how the Launcher ends, END_*. */
int machine_run(struct machine *m, const struct settings *s);

#endif
