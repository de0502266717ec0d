/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * bus.h - a Guest's PCI bus and the virtio devices on it.
 */
#ifndef LAUNCHER_BUS_H
#define LAUNCHER_BUS_H

#include "machine.h"

/* The devices that `s` asks for: m->bus from here on, until the end; NULL if it asks for none.
 * Dies with one line if one cannot be had. */
void bus_begin(struct machine *m, const struct settings *s);
void bus_end(struct machine *m);

/* What each device has done, on stderr, a line a number: `blk_requests 12`. */
void bus_print_counters(struct machine *m);

/* Input for its console: how many of these bytes there was room for. */
size_t bus_console_receive(struct bus *bus, const uint8_t *bytes, size_t n);

#endif
