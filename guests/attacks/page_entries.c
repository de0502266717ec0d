/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * page_entries - page-table entries that name what is not the Guest's (D1, D2, D3, D6).
 *
 * What a Guest writes into its own tables the Host copies into those the CPU walks, so
 * each entry is a request for any page of the machine: frames past the window, the APIC,
 * the last frame there is; a large page, which skips a level of checks; a directory slot
 * of the Switcher's; a directory that is code, or lies past the end.  Each life asks for one
 * of them, by a touch or by SET_PTE, and uses what it got: it must die, or fault. The last life
 * asks for everything that is harmless: recursive and unaligned directories, flags that the shadow
 * strips, ACCESSED without PRESENT.
 *
 * test: page_entries; expect=INERT; groups=killers
 */
#include "attack.h"

#define VA		0x40000000u
#define KEEP		0x27u

static uint32_t table[1024] __attribute__((aligned(PAGE_BYTES)));
static uint8_t data[PAGE_BYTES] __attribute__((aligned(PAGE_BYTES)));

/* Beyond memory and the device window after it. */
static const uint32_t frames[] = {
	256, 257, 0x200, 0x10000 - 0x400, 0xa0000 - 0x400, 0xfee00 - 0x400, 0xfec00 - 0x400,
	0xff961 - 0x400, 0x100000 - 0x401, 0x80000,
};
static const uint32_t bad_gpde[] = { 0x08, 0x10, 0x80, 0x100, 0x200, 0x400, 0x800 };
static const uint32_t bad_slots[] = { 1021, 1022, 1023, 1024, 1025, 1u << 31, ~0u };
static const uint32_t bad_vas[] = { 0xff400000, 0xff800000, 0xff961000, 0xffbff000, ~0u };
static const uint32_t bad_roots[] = { 1, 0xfff, 0x80000000, 0xfffff000, ~0u };

#define BY_TOUCH	0
#define BY_CALL		(BY_TOUCH + ARRAY_SIZE(frames))
#define GPDES		(BY_CALL + ARRAY_SIZE(frames))
#define TABLES		(GPDES + ARRAY_SIZE(bad_gpde))
#define SLOTS		(TABLES + ARRAY_SIZE(frames))
#define VAS		(SLOTS + ARRAY_SIZE(bad_slots))
#define ROOTS		(VAS + ARRAY_SIZE(bad_vas))
#define CODE		(ROOTS + ARRAY_SIZE(bad_roots))
#define PAT		(CODE + 1)
#define LIVES		(PAT + 1)

/* A fault is as good a result as death. */
static void use(void)
{
	if (ATTEMPT("movl $0x5a5a5a5a, (%%ebx)", 0, VA, 0, 0) != RAN)
		guest_shutdown("refused", LG_SHUTDOWN_RESTART);
}

static void set_pte(uint32_t gpte)
{
	table[0] = gpte;
	hypercall3(LG_HC_SET_PTE, (uint32_t)guest_dir, VA, gpte);
}

/* The table exists in the shadow already, so that SET_PTE fills at once. */
static void warm(void)
{
	table[0] = (uint32_t)data | 0x67;
	use();
}

/* Frames count from the end of memory, 4 MiB: below it all is the Guest's own. */
static uint32_t frame(uint32_t n)
{
	return (guest_memory_bytes() / PAGE_BYTES + frames[n]) * PAGE_BYTES;
}

static void entries(uint32_t n)
{
	if (n < BY_CALL) {
		table[0] = frame(n) | 0x67;
		use();
	} else if (n < GPDES) {
		warm();
		set_pte(frame(n - BY_CALL) | 0x67);
		use();
	} else if (n < TABLES) {
		table[0] = (uint32_t)data | 0x67;
		guest_dir[VA >> 22] |= bad_gpde[n - GPDES];
		use();
	} else if (n < SLOTS) {
		guest_dir[VA >> 22] = frame(n - TABLES) | KEEP;
		use();
	}
}

static void calls(uint32_t n)
{
	if (n < VAS)
		hypercall2(LG_HC_SET_PGD, (uint32_t)guest_dir, bad_slots[n - SLOTS]);
	else if (n < ROOTS)
		hypercall3(LG_HC_SET_PTE, (uint32_t)guest_dir, bad_vas[n - VAS],
			   (uint32_t)data | 0x67);
	else if (n < CODE)
		hypercall1(LG_HC_NEW_PGTABLE, bad_roots[n - ROOTS]);
	else if (n == CODE)
		hypercall1(LG_HC_NEW_PGTABLE, page_of((uint32_t)attack_payload));
	else
		set_pte((uint32_t)data | 0xe7), use();
}

/* Every flag of an entry but PAT; the frame is our own. */
static void harmless_flags(void)
{
	for (uint32_t flags = 0; flags < 0x1000; flags += 8) {
		if (flags & 0x80)
			continue;
		*(volatile uint32_t *)data = flags;
		set_pte((uint32_t)data | flags | 7);
		expect(*(volatile uint32_t *)VA, flags, "through flags", flags);
	}
	for (uint32_t i = 0; i < 20000; i++)
		hypercall3(LG_HC_SET_PTE, (uint32_t)guest_dir, VA, 0xfffff060);
}

/* The directory as its own page table: the Guest sees its own words, and no more. */
static void recursive(void)
{
	guest_dir[512] = (uint32_t)guest_dir | KEEP;
	hypercall2(LG_HC_SET_PGD, (uint32_t)guest_dir, 512);
	expect(((volatile uint32_t *)0x80200000)[512], guest_dir[512], "recursive", 0);
	((volatile uint32_t *)0x80200000)[1022] = (uint32_t)table | KEEP;
	((volatile uint32_t *)0x80200000)[1021] = (uint32_t)table | KEEP;
	hypercall1(LG_HC_FLUSH_TLB, 1);
	expect(ATTEMPT("movl (%%ebx), %%eax", 0, 0xff7ff000, 0, 0) != RAN, 1, "slot", 1021);
	hypercall3(LG_HC_SET_PTE, (uint32_t)guest_dir + 2, VA, (uint32_t)data | 0x67);
	hypercall2(LG_HC_SET_PGD, 0xfffffffe, 3);
}

int main(void)
{
	uint32_t life = attack_life(LIVES + 1);

	guest_init();
	guest_dir[VA >> 22] = (uint32_t)table | KEEP;
	guest_paging();
	guest_try_ready();
	if (life < SLOTS)
		entries(life);
	else if (life < LIVES)
		calls(life);
	if (life < LIVES) {
		report(false, "life %u survived", life);
		return report_status();
	}
	harmless_flags();
	recursive();
	return attack_end("page entries");
}
