/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pci.c - a PCI bus (PCI Local Bus Specification 3.0, 3.2.2.3 and chapter 6).
 */
#include <string.h>

#include "devices/pci.h"

#define ADDRESS_ENABLE	0x80000000u
/* Bus number and function number: only 0 exists of either. */
#define ADDRESS_BEYOND	0x7fff0700u
#define ADDRESS_PORT	0
#define DATA_PORT	4
#define NOTHING		0xffffffffu

/* A host bridge; Linux does not accept a bus without one. */
#define BRIDGE_VENDOR	0x1b36
#define BRIDGE_DEVICE	0x0008
#define BRIDGE_CLASS	0x0600

void pci_put16(struct pci_function *f, unsigned int at, uint16_t value)
{
	memcpy(f->config + at, &value, sizeof(value));
}

void pci_put32(struct pci_function *f, unsigned int at, uint32_t value)
{
	memcpy(f->config + at, &value, sizeof(value));
}

uint32_t pci_get32(const struct pci_function *f, unsigned int at)
{
	uint32_t value;

	memcpy(&value, f->config + at, sizeof(value));
	return value;
}

static void make_bridge(struct pci_function *f)
{
	memset(f, 0, sizeof(*f));
	pci_put16(f, PCI_VENDOR, BRIDGE_VENDOR);
	pci_put16(f, PCI_DEVICE, BRIDGE_DEVICE);
	pci_put16(f, PCI_CLASS, BRIDGE_CLASS);
}

void pci_reset(struct pci *pci)
{
	memset(pci, 0, sizeof(*pci));
	make_bridge(&pci->bridge);
	pci->slots[0] = &pci->bridge;
}

static void set_bar(struct pci_function *f, unsigned int slot)
{
	pci_put32(f, PCI_BAR0, (PCI_IO + slot * PCI_BAR_BYTES) | PCI_BAR_IS_IO);
	/* The low byte is fixed: that is the BAR's size. */
	memset(f->writable + PCI_BAR0 + 1, 0xff, 3);
}

bool pci_add(struct pci *pci, struct pci_function *f, uint8_t line)
{
	unsigned int slot = 0;

	while (slot < PCI_SLOTS && pci->slots[slot])
		slot++;
	if (slot == PCI_SLOTS)
		return false;
	pci->slots[slot] = f;
	set_bar(f, slot);
	pci_put16(f, PCI_COMMAND, PCI_COMMAND_IO);
	f->writable[PCI_COMMAND] = 0x07;
	f->writable[PCI_COMMAND + 1] = 0x05;
	f->writable[PCI_CACHE_LINE] = f->writable[PCI_CACHE_LINE + 1] = 0xff;
	f->writable[PCI_IRQ_LINE] = 0xff;
	f->config[PCI_IRQ_LINE] = line;
	f->config[PCI_IRQ_PIN] = 1;
	return true;
}

/* ---- configuration ---- */

static struct pci_function *addressed(const struct pci *pci)
{
	unsigned int slot = pci->address >> 11 & 31;

	if (!(pci->address & ADDRESS_ENABLE) || pci->address & ADDRESS_BEYOND || slot >= PCI_SLOTS)
		return NULL;
	return pci->slots[slot];
}

static bool in_window(const struct pci_function *f, unsigned int at)
{
	return f->window && at >= f->window && at < f->window + 4u;
}

static uint32_t config_in(struct pci_function *f, unsigned int at, unsigned int width)
{
	uint32_t value = 0;

	if (in_window(f, at))
		pci_put32(f, f->window, f->window_in(f->context));
	memcpy(&value, f->config + at, width);
	return value;
}

static void config_out(struct pci_function *f, unsigned int at, unsigned int width, uint32_t value)
{
	for (unsigned int i = 0; i < width; i++, value >>= 8) {
		uint8_t mask = f->writable[at + i];

		f->config[at + i] = (f->config[at + i] & ~mask) | (value & mask);
	}
	if (in_window(f, at))
		f->window_out(f->context);
}

/* The offset in configuration space of an access to a data port; false if it crosses a word. */
static bool data_at(const struct pci *pci, uint16_t port, unsigned int width, unsigned int *at)
{
	unsigned int byte = port - PCI_PORT - DATA_PORT;

	*at = (pci->address & 0xfc) + byte;
	return port >= PCI_PORT + DATA_PORT && byte + width <= 4;
}

void pci_out(struct pci *pci, uint16_t port, unsigned int width, uint32_t value)
{
	struct pci_function *f = addressed(pci);
	unsigned int at;

	if (port == PCI_PORT + ADDRESS_PORT && width == 4)
		pci->address = value;
	else if (f && data_at(pci, port, width, &at))
		config_out(f, at, width, value);
}

uint32_t pci_in(struct pci *pci, uint16_t port, unsigned int width)
{
	struct pci_function *f = addressed(pci);
	unsigned int at;

	if (port == PCI_PORT + ADDRESS_PORT && width == 4)
		return pci->address;
	if (!f || !data_at(pci, port, width, &at))
		return NOTHING;
	return config_in(f, at, width);
}

/* ---- what lies behind the BARs ---- */

static struct pci_function *behind(struct pci *pci, uint16_t port, unsigned int width)
{
	for (unsigned int i = 1; i < PCI_SLOTS; i++) {
		struct pci_function *f = pci->slots[i];

		if (f && f->config[PCI_COMMAND] & PCI_COMMAND_IO &&
		    (pci_get32(f, PCI_BAR0) ^ port) >> 8 == 0)
			return port % PCI_BAR_BYTES + width <= PCI_BAR_BYTES ? f : NULL;
	}
	return NULL;
}

void pci_io_out(struct pci *pci, uint16_t port, unsigned int width, uint32_t value)
{
	struct pci_function *f = behind(pci, port, width);

	if (f)
		f->out(f->context, port % PCI_BAR_BYTES, width, value);
}

uint32_t pci_io_in(struct pci *pci, uint16_t port, unsigned int width)
{
	struct pci_function *f = behind(pci, port, width);

	return f ? f->in(f->context, port % PCI_BAR_BYTES, width) : NOTHING;
}
