/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * segments - what LOAD_GDT, LOAD_GDT_ENTRY and LOAD_TLS make of a Guest's descriptors,
 * seen by using them: DPL 0 becomes 1, absent is absent, the Switcher's entries are
 * never the Guest's, TLS reaches entries 6 to 8, and a segment register survives.
 *
 * test: segments; variants=all; twins=all; groups=contract; expect=INERT
 */
#include "guest.h"

static uint32_t words[8];

/* A byte-granular data segment at `base`. */
static uint64_t data_segment(uint32_t base, uint32_t dpl)
{
	uint64_t d = 0x0040930000000fffull | (uint64_t)dpl << 45;

	d |= (uint64_t)(base & 0xffffff) << 16 | (uint64_t)(base >> 24) << 56;
	return d;
}

static uint32_t read_through(uint32_t selector)
{
	uint32_t value;

	asm volatile("mov %w1, %%fs; movl %%fs:0, %0; mov %w2, %%fs"
		     : "=&r" (value) : "r" (selector), "r" (0));
	return value;
}

static void load_entry(uint32_t index, uint64_t d)
{
	hypercall3(LG_HC_LOAD_GDT_ENTRY, index, (uint32_t)d, (uint32_t)(d >> 32));
}

static int32_t try_load(uint32_t selector)
{
	return TRY("mov %%ax, %%fs", "a" (selector));
}

static void check_entries(void)
{
	load_entry(20, data_segment((uint32_t)&words[1], 1));
	report(read_through(20 * 8 + 1) == 101, "LOAD_GDT_ENTRY: base and limit hold");
	load_entry(20, data_segment((uint32_t)&words[2], 0));
	report(read_through(20 * 8 + 1) == 102, "DPL 0 becomes 1");
	load_entry(20, data_segment((uint32_t)&words[2], 1) & ~(1ull << 47));
	report(try_load(20 * 8 + 1) == (13 << 16 | 20 * 8) ||
	       try_load(20 * 8 + 1) == (11 << 16 | 20 * 8), "absent is absent: %x", try_result);
	load_entry(10, data_segment((uint32_t)&words[3], 1));
	report(try_load(10 * 8 + 1) == (13 << 16 | 10 * 8), "entry 10 is not ours: %x",
	       try_result);
}

static void check_tls(void)
{
	static uint64_t tls[3];
	bool good = true;

	for (uint32_t i = 0; i < 3; i++)
		tls[i] = data_segment((uint32_t)&words[4 + i], 3);
	hypercall1(LG_HC_LOAD_TLS, (uint32_t)tls);
	for (uint32_t i = 0; i < 3; i++)
		good &= read_through((6 + i) * 8 + 3) == 104 + i;
	report(good, "LOAD_TLS: entries 6, 7 and 8");
}

static void check_table(void)
{
	static uint64_t gdt[32];

	gdt[12] = 0x00cf9b000000ffffull;
	gdt[13] = 0x00cf93000000ffffull;
	gdt[21] = data_segment((uint32_t)&words[7], 0);
	hypercall2(LG_HC_LOAD_GDT, (uint32_t)gdt, 32);
	report(read_through(21 * 8 + 1) == 107, "LOAD_GDT: an entry of ours");
	report(try_load(6 * 8 + 3) != -1, "and those not in it are gone: %x", try_result);
}

static void check_survival(void)
{
	uint32_t fs, gs;

	load_entry(20, data_segment((uint32_t)&words[1], 1));
	asm volatile("mov %w2, %%fs; mov %w2, %%gs; int $0x1f; mov %%fs, %0; mov %%gs, %1"
		     : "=&b" (fs), "=&c" (gs) : "d" (20 * 8 + 1), "a" (LG_HC_FLUSH_ASYNC)
		     : "memory");
	report((fs & 0xffff) == 20 * 8 + 1 && (gs & 0xffff) == 20 * 8 + 1,
	       "fs and gs survive a hypercall: %x %x", fs, gs);
	asm volatile("mov %w0, %%fs; mov %w0, %%gs" : : "r" (0));
}

int main(void)
{
	for (uint32_t i = 0; i < 8; i++)
		words[i] = 100 + i;
	guest_init();
	guest_paging();
	guest_try_ready();
	check_entries();
	check_tls();
	check_table();
	check_survival();
	return report_status();
}
