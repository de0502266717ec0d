/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * meter.h - the contract between a program of a Guest and the PCI card of `lg --meter`, at which it
 * reads the Guest's own counters.
 *
 * Its BAR 0 is I/O.  A word written to METER_LATCH makes the card read the counters; a word read
 * at 4 * i is the lower half of counter i at that time.  A word: four bytes, aligned; any other
 * access does nothing.
 */
#ifndef LG_METER_H
#define LG_METER_H

#include "dev.h"

/* A vendor number that is not assigned: "LG". */
#define METER_VENDOR	0x4c47
#define METER_DEVICE	0x0001
#define METER_CLASS	0xff00

#define METER_LATCH	0

/* The counters: all switches, then the classes, then the instructions of lg/dev.h. */
enum {
	METER_SWITCHES,
	METER_CLASSES,
	METER_INSNS = METER_CLASSES + LG_CLASSES,
	METER_COUNTERS = METER_INSNS + LG_NR_PRIVILEGED_INSNS
};

#endif
