/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pci - the bus: the address reads back in one width alone, a host bridge is in slot 0, an empty
 * slot, another bus and another function read as all ones; a BAR says its size and can be
 * moved, and off; what is read-only stays; the capabilities name registers, and the window
 * reaches them.
 *
 * test: pci; launch=--rng --virtio-console; expect=INERT
 * test: pci.none; args=none=1; expect=INERT
 */
#include "virtio.h"

static struct card card;

static void address(void)
{
	out32(PCI_ADDRESS, 0x80001234);
	report(in32(PCI_ADDRESS) == 0x80001234, "the address reads back");
	out16(PCI_ADDRESS, 0);
	out8(PCI_ADDRESS + 3, 0);
	report(in32(PCI_ADDRESS) == 0x80001234, "and is written whole");
	out32(PCI_ADDRESS, 0x00000000);
	report(in32(PCI_DATA) == ~0u, "without the enable bit there is nothing");
	out32(PCI_ADDRESS, 0x80010000);
	report(in32(PCI_DATA) == ~0u, "nor on another bus");
	out32(PCI_ADDRESS, 0x80000100);
	report(in32(PCI_DATA) == ~0u, "nor at another function");
	report(pci_read32(31, 0) == ~0u, "nor in an empty slot");
	report(pci_read16(0, 10) == 0x0600, "slot 0 has a host bridge");
}

static void widths(void)
{
	uint32_t id = pci_read32(card.slot, 0);

	report(pci_read16(card.slot, 2) == id >> 16 && pci_read8(card.slot, 1) == (id >> 8 & 0xff),
	       "narrow reads are parts of the word");
	pci_point(card.slot, 0);
	report(in32(PCI_DATA + 1) == ~0u && in16(PCI_DATA + 3) == 0xffff,
	       "what goes over its end is not there");
	pci_write32(card.slot, 0, 0);
	report(pci_read32(card.slot, 0) == id, "vendor and device stay");
	pci_write8(card.slot, 0x3c, 77);
	report(pci_read8(card.slot, 0x3c) == 77, "the line is scratch");
}

static void bars(void)
{
	uint32_t bar = pci_read32(card.slot, 0x10);

	report((bar & 3) == 1, "BAR 0 is I/O: %x", bar);
	pci_write32(card.slot, 0x10, ~0u);
	report(pci_read32(card.slot, 0x10) == 0xffffff01, "of 256 bytes");
	pci_write32(card.slot, 0x14, ~0u);
	report(!pci_read32(card.slot, 0x14), "there is no other");
	pci_write32(card.slot, 0x10, bar + 0x800);
	report(in16((bar & ~3u) + NR_QUEUES) == 0xffff, "once moved it is not where it was");
	report(in16((bar & ~3u) + 0x800 + NR_QUEUES) == 1, "but where it is");
	pci_write32(card.slot, 0x10, 0x20);
	in8(0x20);
	pci_write32(card.slot, 0x10, bar);
	pci_write16(card.slot, 4, 0);
	report(in16((bar & ~3u) + NR_QUEUES) == 0xffff, "nor is it with its I/O off");
	pci_write16(card.slot, 4, 1);
	report(in16((bar & ~3u) + NR_QUEUES) == 1, "on again it is there");
	report(in32((bar & ~3u) + 0xfe) == ~0u, "an access over its end is none");
}

static void window(void)
{
	uint32_t at = card.caps[CAP_WINDOW];

	pci_write8(card.slot, at + 4, 0);
	pci_write32(card.slot, at + 8, NR_QUEUES);
	pci_write32(card.slot, at + 12, 2);
	report(pci_read16(card.slot, at + 16) == 1, "the window reads a register");
	pci_write32(card.slot, at + 8, STATUS);
	pci_write32(card.slot, at + 12, 1);
	pci_write32(card.slot, at + 16, ACKNOWLEDGE);
	report(card_status(&card) == ACKNOWLEDGE, "and writes one");
	pci_write32(card.slot, at + 12, 3);
	report(!pci_read32(card.slot, at + 16), "a width of three is none");
	pci_write32(card.slot, at + 12, 4);
	pci_write32(card.slot, at + 8, 0xfffffffc);
	report(!pci_read32(card.slot, at + 16), "nor is an offset beyond");
	pci_write8(card.slot, at + 4, 5);
	pci_write32(card.slot, at + 8, 0);
	pci_write32(card.slot, at + 16, 0);
	report(!pci_read32(card.slot, at + 16), "nor another BAR");
}

int main(void)
{
	guest_init();
	guest_paging();
	if (guest_word("none")) {
		report(pci_read32(0, 0) == ~0u, "without devices there is no bus");
		return report_status();
	}
	address();
	report(card_find(&card, TYPE_CONSOLE) && card.slot == 1, "the console is in slot 1");
	report(card_find(&card, TYPE_RNG), "and there is a source of random numbers");
	for (uint32_t type = CAP_COMMON; type < CAP_TYPES; type++)
		report(card.caps[type] >= 0x40, "capability %u at %x", type, card.caps[type]);
	widths();
	bars();
	window();
	return report_status();
}
