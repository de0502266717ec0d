/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * boot - what a fresh Guest finds: every register, and every field of boot_params that
 * the boot table names; all else zero.
 *
 * test: boot; groups=contract; expect=INERT; args=one=1 two=22
 * test: boot.initrd; groups=contract; expect=INERT; launch=--initrd guests/demos/tiny; args=one=1 two=22 initrd=1
 */
#include "guest.h"

static uint32_t at(uint32_t pa, uint32_t bytes)
{
	uint32_t word;

	asm volatile("movl (%1), %0" : "=r" (word) : "r" (pa));
	return bytes == 4 ? word : word & ((1u << bytes * 8) - 1);
}

static void check_registers(void)
{
	const struct boot_regs *r = &boot_regs;

	report(!(r->eax | r->ebx | r->ecx | r->edx | r->esi | r->edi | r->ebp | r->esp),
	       "general registers are zero");
	report(r->eflags == 0x202, "eflags %x", r->eflags);
	report((r->cs & 0xffff) == LG_GUEST_CS, "cs %x", r->cs);
	report((r->ds & 0xffff) == LG_GUEST_DS && (r->es & 0xffff) == LG_GUEST_DS &&
	       (r->ss & 0xffff) == LG_GUEST_DS, "ds %x es %x ss %x", r->ds, r->es, r->ss);
	report(!(r->fs & 0xffff) && !(r->gs & 0xffff), "fs %x gs %x", r->fs, r->gs);
}

struct field {
	const char *name;
	uint32_t offset, bytes, value;
};

static const struct field fields[] = {
	{ "e820_entries", 0x1e8, 1, 1 },
	{ "version", 0x206, 2, 0x207 },
	{ "loadflags", 0x211, 1, 0x40 },
	{ "cmd_line_ptr", 0x228, 4, LG_CMDLINE_PA },
	{ "kernel_alignment", 0x230, 4, 0x1000000 },
	{ "hardware_subarch", 0x23c, 4, 1 },
	{ "e820 address", 0x2d0, 4, 0 },
	{ "e820 type", 0x2e0, 4, 1 },
};

/* An initrd lies in the last pages, page-aligned, and boot_params say where. */
static void check_initrd(void)
{
	uint32_t pa = at(0x218, 4), size = at(0x21c, 4), end = guest_memory_bytes();

	report(!(pa & (PAGE_BYTES - 1)) && size && pa +
	       ((size + PAGE_BYTES - 1) & -PAGE_BYTES) == end,
	       "initrd at %x, %u bytes: the last pages", pa, size);
	report(at(0x210, 1) == 0xff, "type_of_loader is %x", at(0x210, 1));
	report(at(pa, 4) == 0x464c457f, "it is the file: %x", at(pa, 4));
}

static bool is_initrd_field(uint32_t offset)
{
	return guest_word("initrd") &&
	       (offset == 0x210 || (offset >= 0x218 && offset < 0x220));
}

static bool is_field(uint32_t offset)
{
	if (is_initrd_field(offset))
		return true;
	for (unsigned int i = 0; i < ARRAY_SIZE(fields); i++)
		if (offset >= fields[i].offset && offset < fields[i].offset + fields[i].bytes)
			return true;
	/* The e820 size, checked apart. */
	return offset >= 0x2d8 && offset < 0x2dc;
}

static void check_boot_params(void)
{
	uint32_t stray = 0;

	for (unsigned int i = 0; i < ARRAY_SIZE(fields); i++)
		report(at(fields[i].offset, fields[i].bytes) == fields[i].value, "%s is %x",
		       fields[i].name, at(fields[i].offset, fields[i].bytes));
	report(guest_memory_bytes() == 4u << 20, "e820 size is %x", guest_memory_bytes());
	for (uint32_t offset = 0; offset < PAGE_BYTES; offset++)
		stray += at(offset, 1) && !is_field(offset);
	report(!stray, "%u stray bytes in boot_params", stray);
}

int main(void)
{
	check_registers();
	check_boot_params();
	if (guest_word("initrd"))
		check_initrd();
	report(guest_number("one", 0) == 1 && guest_number("two", 0) == 22,
	       "the command line is ours");
	return report_status();
}
