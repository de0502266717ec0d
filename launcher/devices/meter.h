/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * meter.h - a card from which a Guest reads its own counters.  It does not depend on the Launcher:
 * a function with a context provides the counters.
 */
#ifndef LAUNCHER_METER_H
#define LAUNCHER_METER_H

#include "devices/pci.h"
#include "lg/meter.h"

struct meter {
	struct pci_function pci;
	uint32_t latched[METER_COUNTERS];
	void (*read)(void *context, uint32_t counters[METER_COUNTERS]);
	void *context;
};

void meter_init(struct meter *meter, void (*read)(void *context, uint32_t counters[METER_COUNTERS]),
		void *context);

#endif
