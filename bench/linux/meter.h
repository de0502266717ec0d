/* SPDX-License-Identifier: GPL-2.0-or-later */
/* meter.h - the exits of the Guest that this program runs in, read at the card of `lg --meter`. */
#ifndef BENCH_LINUX_METER_H
#define BENCH_LINUX_METER_H

#include <stdbool.h>
#include <stdint.h>

#include "lg/meter.h"

/* False: there is no such card, as on a kernel that is no Guest. */
bool meter_open(void);

/* The counters now. */
void meter_read(uint32_t counters[METER_COUNTERS]);

/* What has been counted between two readings, less what reading costs. */
void meter_difference(const uint32_t before[METER_COUNTERS], const uint32_t after[METER_COUNTERS],
		      uint32_t exits[METER_COUNTERS]);

const char *meter_name(unsigned int counter);

#endif
