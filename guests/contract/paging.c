/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * paging - shadow page tables seen from inside: rights, accessed and dirty bits, what
 * SET_PTE, SET_PGD and FLUSH_TLB promise, page faults with address and error code, and
 * more directories than the Host keeps shadows.
 *
 * test: paging; variants=all; twins=all; groups=contract; expect=INERT
 */
#include "guest.h"

#define WINDOW_VA	0x40000000u	/* nothing of the identity map is here */
#define P		1u
#define W		2u
#define U		4u
#define A		0x20u
#define D		0x40u
#define DIRS		9

static uint32_t table[1024] __attribute__((aligned(PAGE_BYTES)));
static uint8_t data[2][PAGE_BYTES] __attribute__((aligned(PAGE_BYTES)));
static uint32_t dirs[DIRS][1024] __attribute__((aligned(PAGE_BYTES)));
static uint32_t dir_tables[DIRS][1024] __attribute__((aligned(PAGE_BYTES)));
static uint8_t dir_data[DIRS][PAGE_BYTES] __attribute__((aligned(PAGE_BYTES)));
static volatile uint32_t fault_va;

static void page_fault(struct trap *trap)
{
	fault_va = lguest_data.cr2;
	try_result = trap->vector << 16 | trap->error;
	if (!try_resume)
		guest_shutdown("a page fault of our own", LG_SHUTDOWN_POWEROFF);
	trap->eip = try_resume;
	lguest_data.irq_enabled = trap->eflags & LG_IF;
}

/* The window's first page, as the Guest's tables have it now. */
static void set(uint32_t gpte)
{
	table[0] = gpte;
	hypercall3(LG_HC_SET_PTE, (uint32_t)guest_dir, WINDOW_VA, gpte);
}

static int32_t try_read(uint32_t va)
{
	return TRY("movl (%%ecx), %%eax", "c" (va), "a" (0));
}

static int32_t try_write(uint32_t va, uint32_t value)
{
	return TRY("movl %%eax, (%%ecx)", "c" (va), "a" (value));
}

static void check_faults(void)
{
	set(0);
	report(try_read(WINDOW_VA + 8) == 14 << 16 && fault_va == WINDOW_VA + 8,
	       "absent, read: %x at %x", try_result, fault_va);
	report(try_write(WINDOW_VA, 1) == (14 << 16 | W), "absent, written: %x", try_result);
	set((uint32_t)data[0] | P);
	report(try_read(WINDOW_VA) == -1, "read-only, read: %x", try_result);
	report(try_write(WINDOW_VA, 1) == (14 << 16 | W | P), "read-only, written: %x",
	       try_result);
	report(try_read(0xff500000) == (14 << 16) || try_read(0xff500000) == (14 << 16 | P),
	       "the Switcher's slot reads as a fault: %x", try_result);
}

static void check_bits(void)
{
	set((uint32_t)data[0] | P | W);
	report(try_read(WINDOW_VA) == -1 && (table[0] & (A | D)) == A,
	       "a read sets accessed alone: %x", table[0] & 0xfff);
	report(try_write(WINDOW_VA, 0x1234) == -1 && (table[0] & (A | D)) == (A | D),
	       "a write sets dirty: %x", table[0] & 0xfff);
	report(*(uint32_t *)data[0] == 0x1234, "the write went where it should");
	table[0] &= ~D;
	hypercall3(LG_HC_SET_PTE, (uint32_t)guest_dir, WINDOW_VA, table[0]);
	report(try_write(WINDOW_VA, 0x5678) == -1 && (table[0] & D),
	       "a cleaned page becomes dirty again");
}

static void check_remap(void)
{
	*(uint32_t *)data[1] = 0x11111111;
	set((uint32_t)data[1] | P | W | A | D);
	report(*(volatile uint32_t *)WINDOW_VA == 0x11111111, "SET_PTE maps another page");
	table[0] = (uint32_t)data[0] | P | W | A | D;
	hypercall1(LG_HC_FLUSH_TLB, 1);
	report(*(volatile uint32_t *)WINDOW_VA == 0x5678, "FLUSH_TLB finds the change");
	table[0] = (uint32_t)data[1] | P | W | A | D;
	hypercall1(LG_HC_FLUSH_TLB, 0);
	report(*(volatile uint32_t *)WINDOW_VA == 0x11111111, "FLUSH_TLB of user pages too");
	guest_dir[WINDOW_VA >> 22] = 0;
	hypercall2(LG_HC_SET_PGD, (uint32_t)guest_dir, WINDOW_VA >> 22);
	report(try_read(WINDOW_VA) == 14 << 16, "SET_PGD takes the slot away: %x", try_result);
}

/* Each directory maps its own page at the window; a wrong shadow shows at once. */
static void make_dirs(void)
{
	for (uint32_t n = 0; n < DIRS; n++) {
		memcpy(dirs[n], guest_dir, PAGE_BYTES);
		dirs[n][WINDOW_VA >> 22] = (uint32_t)dir_tables[n] | P | W | U | A;
		dir_tables[n][0] = (uint32_t)dir_data[n] | P | W;
		*(uint32_t *)dir_data[n] = 0xd1000000 | n;
	}
}

static void check_dirs(void)
{
	uint32_t wrong = 0;

	make_dirs();
	for (uint32_t i = 0; i < 500; i++) {
		uint32_t n = i * 7 % DIRS;

		hypercall1(LG_HC_NEW_PGTABLE, (uint32_t)dirs[n]);
		wrong += *(volatile uint32_t *)WINDOW_VA != (0xd1000000 | n);
	}
	report(!wrong, "%u wrong pages over 500 changes among %u directories", wrong, DIRS);
	hypercall1(LG_HC_NEW_PGTABLE, (uint32_t)guest_dir);
}

int main(void)
{
	guest_init();
	guest_dir[WINDOW_VA >> 22] = (uint32_t)table | P | W | U | A;
	guest_paging();
	guest_try_ready();
	guest_gate(14, GATE_INTERRUPT, 3, page_fault);
	check_faults();
	check_bits();
	check_remap();
	check_dirs();
	return report_status();
}
