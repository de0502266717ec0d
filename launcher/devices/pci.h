/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pci.h - one PCI bus, number 0, behind ports 0xcf8 to 0xcff (configuration mechanism 1),
 * with a host bridge in slot 0 and cards of one function and one I/O BAR each.
 *
 * It does not depend on the Launcher.  A BAR is I/O and not memory: an access of either kind is
 * one exit, but the Launcher must decode one to memory, with two more system calls for the
 * registers.
 */
#ifndef LAUNCHER_PCI_H
#define LAUNCHER_PCI_H

#include <stdbool.h>
#include <stdint.h>

#define PCI_PORT		0xcf8
#define PCI_PORTS		8
#define PCI_SLOTS		8
/* The range that the host bridge forwards: a BAR outside of it has no effect. */
#define PCI_IO			0xc000
#define PCI_IO_PORTS		0x1000
#define PCI_BAR_BYTES		0x100

/* Offsets into a configuration space, and bits of it. */
enum {
	PCI_VENDOR = 0x00, PCI_DEVICE = 0x02, PCI_COMMAND = 0x04, PCI_STATUS = 0x06,
	PCI_REVISION = 0x08, PCI_CLASS = 0x0a, PCI_CACHE_LINE = 0x0c, PCI_BAR0 = 0x10,
	PCI_SUB_VENDOR = 0x2c, PCI_SUB_DEVICE = 0x2e, PCI_CAPABILITIES = 0x34,
	PCI_IRQ_LINE = 0x3c, PCI_IRQ_PIN = 0x3d,
};
#define PCI_COMMAND_IO		0x0001
#define PCI_STATUS_CAPABILITIES	0x0010
#define PCI_BAR_IS_IO		1
#define PCI_CONFIG_BYTES	256

struct pci_function {
	uint8_t config[PCI_CONFIG_BYTES];
	uint8_t writable[PCI_CONFIG_BYTES];	/* bits that the Guest may change */
	/* Offset of four bytes that are not plain memory, or 0: a read calls `in`, a write calls
	 * `out`. */
	uint8_t window;
	uint32_t (*window_in)(void *context);
	void (*window_out)(void *context);
	/* Registers behind the BAR; width is 1, 2 or 4, and all of it is inside. */
	uint32_t (*in)(void *context, uint32_t at, unsigned int width);
	void (*out)(void *context, uint32_t at, unsigned int width, uint32_t value);
	void *context;
};

struct pci {
	struct pci_function bridge;
	struct pci_function *slots[PCI_SLOTS];
	uint32_t address;
};

void pci_put16(struct pci_function *f, unsigned int at, uint16_t value);
void pci_put32(struct pci_function *f, unsigned int at, uint32_t value);
uint32_t pci_get32(const struct pci_function *f, unsigned int at);

/* An empty bus. */
void pci_reset(struct pci *pci);
/* Put a card whose `config` names it into the next free slot, which answers at its own ports
 * and has this interrupt line.  False: no slot is free. */
bool pci_add(struct pci *pci, struct pci_function *f, uint8_t line);

/* Ports PCI_PORT up. */
void pci_out(struct pci *pci, uint16_t port, unsigned int width, uint32_t value);
uint32_t pci_in(struct pci *pci, uint16_t port, unsigned int width);
/* Ports PCI_IO up. */
void pci_io_out(struct pci *pci, uint16_t port, unsigned int width, uint32_t value);
uint32_t pci_io_in(struct pci *pci, uint16_t port, unsigned int width);

#endif
