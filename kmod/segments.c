// SPDX-License-Identifier: GPL-2.0
/*
 * segments.c - the Guest's GDT, TLS and IDT, as the CPU may see them.
 *
 * What the Guest asked for is validated here, kept in the Guest, and copied to the
 * CPU's state page by copy-in when `changed` says so.  Nothing unvalidated is kept.
 */
#include "lg.h"
#include "check.h"
#include "resident.h"

/* Flat data at DPL 1, accessed (the boot table's first GDT; lg.h has the code). */
#define GUEST_DATA	0x00cfb3000000ffffULL

static u64 pack_gate(u32 offset, u32 selector, u32 high_flags)
{
	return (u64)((offset & 0xffff0000) | high_flags) << 32 |
	       (selector << 16 | (offset & 0xffff));
}

/* The gate of a trap that exits: interrupt type, present, to its stub.  Ring 1 may
 * reach the hypercall's by `int`; the others take the DPL of the Guest's own gate. */
static u64 stub_gate(struct lg_guest *g, u32 vector, u32 dpl)
{
	u32 text = g->far.offset - g->blob->entry;
	u32 stub = text + g->blob->stubs + vector * LG_STUB_BYTES;

	if (vector == LG_HYPERCALL_VECTOR)
		dpl = LG_DESC_DPL1;
	return pack_gate(stub, LG_SWITCHER_CS, 0x8e00 | dpl);
}

/* The live gate for what the Guest asked for `vector`. */
static void refresh_gate(struct lg_guest *g, u32 vector)
{
	u64 asked = g->guest_idt[vector];
	u32 high = asked >> 32, dpl = lg_gate_dpl(vector, high);

	if (lg_check_gate(high) == LG_GATE_ABSENT)
		g->idt[vector] = stub_gate(g, vector, 0);
	else if (lg_check_gate(high) == LG_GATE_TRAP &&
		 lg_vector_direct(vector, g->syscall_vec) &&
		 !(g->levers & LG_LEVER_REFLECT_ALL))
		g->idt[vector] = pack_gate((high & 0xffff0000) | (asked & 0xffff),
					   LG_GUEST_CS, 0x8f00 | dpl);
	else
		g->idt[vector] = stub_gate(g, vector, dpl);
}

void lg_segments_init(struct lg_guest *g)
{
	u32 vector;

	g->gdt[LG_GUEST_CS / 8] = LG_FLAT_GUEST_CODE;
	g->gdt[LG_GUEST_DS / 8] = GUEST_DATA;
	for (vector = 0; vector < LG_IDT_ENTRIES; vector++)
		refresh_gate(g, vector);
	g->changed = LG_CHANGED_ALL;
}

/*
 * A gate for a vector that is never the Guest's is ignored, whatever it is: Linux has a task
 * gate for double faults, and no CPU raises 15.  One for another vector that the Host owns is
 * accepted and kept from the CPU, except that irqs (32 and up) are reflected through it.  The
 * selector is forced to the Guest kernel's, whatever it asks.
 */
void lg_load_idt_entry(struct lg_guest *g, u32 index, u32 low, u32 high)
{
	if (index >= LG_IDT_ENTRIES) {
		kill_guest(g, "bad IDT entry %u", index);
		return;
	}
	if (index == 2 || index == 8 || index == 15 || index == 18 ||
	    index == LG_HYPERCALL_VECTOR)
		return;
	if (lg_check_gate(high) == LG_GATE_BAD) {
		kill_guest(g, "bad gate %#x for IDT entry %u", high, index);
		return;
	}
	g->guest_idt[index] = high & LG_DESC_P ? (u64)high << 32 | low : 0;
	if (lg_vector_host_owned(index, g->syscall_vec))
		return;
	refresh_gate(g, index);
	lg_mark_changed(g, LG_CHANGED_IDT);
}

static __always_inline bool fix_descriptor(struct lg_guest *g, u32 low, u32 high,
					   u64 *fixed)
{
	if (lg_check_descriptor(low, high, fixed))
		return true;
	kill_guest(g, "system descriptor %08x%08x", high, low);
	return false;
}

void lg_load_gdt_entry(struct lg_guest *g, u32 index, u32 low, u32 high)
{
	u64 fixed;

	if (index >= LG_GDT_ENTRIES) {
		kill_guest(g, "bad GDT entry %u", index);
		return;
	}
	/* The Guest's own TSS and the like: the request is ignored. */
	if (lg_gdt_entry_reserved(index))
		return;
	if (!fix_descriptor(g, low, high, &fixed))
		return;
	g->gdt[index] = fixed;
	lg_forget_insn_page(g);
	if (index == LG_GUEST_CS / 8)
		lg_resident_news(g);
	lg_mark_changed(g, LG_CHANGED_GDT);
}

/* Validate all, then install all: a bad entry leaves the old table. */
static bool read_table(struct lg_guest *g, gpa_t pa, u64 *table, u32 count)
{
	u32 i;

	if (!lg_read(g, pa, table, count * 8)) {
		kill_guest(g, "bad descriptor table at %#x", pa.a);
		return false;
	}
	for (i = 0; i < count; i++) {
		if (lg_gdt_entry_reserved(i))
			table[i] = g->gdt[i];
		else if (!fix_descriptor(g, table[i], table[i] >> 32, &table[i]))
			return false;
	}
	return true;
}

void lg_load_gdt(struct lg_guest *g, gpa_t pa, u32 count)
{
	u64 table[LG_GDT_ENTRIES] = {};

	if (count > LG_GDT_ENTRIES) {
		kill_guest(g, "GDT of %u entries: at most %u", count, LG_GDT_ENTRIES);
		return;
	}
	if (!read_table(g, pa, table, count))
		return;
	memcpy(g->gdt, table, sizeof(g->gdt));
	lg_forget_insn_page(g);
	lg_resident_news(g);
	lg_mark_changed(g, LG_CHANGED_GDT);
}

/* Read one descriptor from Guest memory, each word once, and fix it up. */
static __always_inline bool take_descriptor(struct lg_guest *g, const u32 *guest,
					    u64 *fixed)
{
	u32 low = READ_ONCE(guest[0]), high = READ_ONCE(guest[1]);

	return fix_descriptor(g, low, high, fixed);
}

static void install_tls(struct lg_guest *g, const u32 *guest)
{
	u64 *tls = &g->gdt[LG_TLS_ENTRY];
	u64 first, second, third;

	if (!take_descriptor(g, guest, &first) ||
	    !take_descriptor(g, guest + 2, &second) ||
	    !take_descriptor(g, guest + 4, &third))
		return;
	tls[0] = first;
	tls[1] = second;
	tls[2] = third;
	lg_mark_changed(g, LG_CHANGED_TLS);
}

/* A Guest kernel loads its TLS at each context switch: the three descriptors are read
 * where they lie, unless they lie across the end of a page. */
void lg_load_tls(struct lg_guest *g, gpa_t pa)
{
	u32 bytes = LG_TLS_ENTRIES * 8, copy[LG_TLS_ENTRIES * 2];
	u32 *guest;

	if ((pa.a & ~PAGE_MASK) <= PAGE_SIZE - bytes && pa.a < g->limit) {
		guest = lg_map(g, pa);
		install_tls(g, guest);
		lg_unmap(guest);
	} else if (lg_read(g, pa, copy, bytes)) {
		install_tls(g, copy);
	} else {
		kill_guest(g, "bad TLS descriptors at %#x", pa.a);
	}
}
