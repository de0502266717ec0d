/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * meter.c - a card from which a Guest reads how often it has exited, by class and instruction: for
 * a Guest whose programs cannot reach the port of `samples`.  Its registers are in lg/meter.h.
 */
#include <string.h>

#include "devices/meter.h"
#include "lg/meter.h"

static void meter_out(void *context, uint32_t at, unsigned int width, uint32_t value)
{
	struct meter *meter = context;

	(void)value;
	if (at == METER_LATCH && width == 4)
		meter->read(meter->context, meter->latched);
}

static uint32_t meter_in(void *context, uint32_t at, unsigned int width)
{
	const struct meter *meter = context;

	if (width != 4 || at % 4 || at / 4 >= METER_COUNTERS)
		return ~0u;
	return meter->latched[at / 4];
}

void meter_init(struct meter *meter, void (*read)(void *context, uint32_t counters[METER_COUNTERS]),
		void *context)
{
	struct pci_function *f = &meter->pci;

	memset(meter, 0, sizeof(*meter));
	meter->read = read;
	meter->context = context;
	f->in = meter_in;
	f->out = meter_out;
	f->context = meter;
	pci_put16(f, PCI_VENDOR, METER_VENDOR);
	pci_put16(f, PCI_DEVICE, METER_DEVICE);
	pci_put16(f, PCI_CLASS, METER_CLASS);
}
