/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * bus.h - a Guest's PCI bus and the virtio devices on it.
 */
#ifndef LAUNCHER_BUS_H
#define LAUNCHER_BUS_H

#include "machine.h"

/* The devices that `s` asks for: m->bus is valid until the end; NULL if it asks for none. Dies
 * with one line if a device cannot be made. */
void bus_begin(struct machine *m, const struct settings *s);
void bus_end(struct machine *m);

/* Print the counters of each device on stderr, one per line: `blk_requests 12`. */
void bus_print_counters(struct machine *m);

/* Input for its console: answers how many of these bytes it had room for. */
size_t bus_console_receive(struct bus *bus, const uint8_t *bytes, size_t n);

#endif
