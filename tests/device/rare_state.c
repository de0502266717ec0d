/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * rare_state.c - a Launcher with an LDT of its own, live in %gs, and watchpoints (H20, R7).
 *
 * A watchpoint of the Host's names a linear address, and fires for whoever writes there: one
 * lies where the Guest counts, and must be silent while the Guest does.  An LDT is found by a
 * linear address too: with the Host's still loaded a Guest's selector would be looked up in
 * the Guest's own pages.  Here that selector must be what it is without any LDT: a general
 * protection fault.  Afterwards both are the Launcher's again, as they were.  And the same with a
 * Guest that has an LDT of its own.
 */
#define _GNU_SOURCE
#include <asm/ldt.h>
#include <errno.h>
#include <linux/hw_breakpoint.h>
#include <linux/perf_event.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "device.h"

#define LDT_SELECTOR	7		/* entry 0 of the LDT, ring 3 */
#define REFUSED		"bad selector: trap 13, error 0x4"

#define GDT			0x4000u	/* of the Guest with an LDT, in its window */
#define LDT			0x5000u
#define GDTR			0x6000u
#define LDT_ENTRY		20

static volatile uint32_t watched;

/* It counts through a segment of its LDT. */
extern const char ldt_text[], ldt_text_end[];
asm(".pushsection .rodata\n"
    "ldt_text:\n\t"
    "lgdtl 0x6000\n\t"
    "movl $0xa0, %eax\n\t"		/* LDT_ENTRY */
    "lldt %ax\n\t"
    "movl $5, %eax\n\t"			/* entry 0, ring 1 */
    "movl %eax, %fs\n\t"
    "movl $0x300, %edx\n"
    "1:\tincl %fs:0x3000\n\t"
    "movl 0x3000, %eax\n\t"
    "outl %eax, %dx\n\t"
    "jmp 1b\n"
    "ldt_text_end:\n"
    ".popsection\n");

static uint16_t load_gs(uint16_t selector)
{
	uint16_t is;

	asm volatile("movw %1, %%gs; movw %%gs, %0" : "=&r" (is) : "r" (selector) : "memory");
	return is;
}

static uint16_t gs(void)
{
	uint16_t is;

	asm volatile("movw %%gs, %0" : "=r" (is));
	return is;
}

/* Where the C library's %gs points, so that it goes on working through the LDT. */
static void use_ldt(void)
{
	struct user_desc entry = { .limit = 0xfffff, .seg_32bit = 1, .limit_in_pages = 1,
				   .useable = 1 };

	asm volatile("movl %%gs:0, %0" : "=r" (entry.base_addr));
	WANT(syscall(SYS_modify_ldt, 1, &entry, sizeof(entry)), 0);
	if (load_gs(LDT_SELECTOR) != LDT_SELECTOR)
		fail("no LDT in %%gs");
}

/* The file whose reading is how often somebody wrote there. */
static int watch(uintptr_t address)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_BREAKPOINT, .size = sizeof(attr), .bp_type = HW_BREAKPOINT_W,
		.bp_addr = address, .bp_len = HW_BREAKPOINT_LEN_4,
	};
	int fd = syscall(SYS_perf_event_open, &attr, 0, -1, -1, PERF_FLAG_FD_CLOEXEC);

	WANT(fd, 0);
	return fd;
}

static uint64_t times(int watch)
{
	uint64_t count;

	WANT(read(watch, &count, sizeof(count)) - (ssize_t)sizeof(count), 0);
	return count;
}

static void run(int fd, const uint8_t *window, uint32_t rounds)
{
	struct lg_run run = { 0 };

	while (progress(window) < rounds) {
		WANT(ioctl(fd, LG_RUN, &run), 0);
		if (run.reason != LG_RUN_PORT)
			fail("reason %u: %s", run.reason, run.killed.message);
	}
}

static void check_watchpoints(int fd, int silent, int own, uint32_t rounds)
{
	struct lg_counters counters;

	WANT(ioctl(fd, LG_COUNTERS, &counters), 0);
	if (counters.classes[LG_CLASS_OTHER] || times(silent))
		fail("the Host's watchpoint fired in the Guest");
	if (times(own))
		fail("nobody wrote there");
	watched = rounds;
	if (times(own) != 1)
		fail("the watchpoint fired %llu times, not once", (unsigned long long)times(own));
}

/* The Guest's own selector of that kind, on its way in. */
static void check_selector(int fd)
{
	struct lg_user_regs regs;
	struct lg_run run = { 0 };

	WANT(ioctl(fd, LG_GET_REGS, &regs), 0);
	regs.fs = LDT_SELECTOR;
	WANT(ioctl(fd, LG_SET_REGS, &regs), 0);
	WANT(ioctl(fd, LG_RUN, &run), 0);
	if (run.reason != LG_RUN_KILLED ||
	    strncmp(run.killed.message, REFUSED, strlen(REFUSED)))
		fail("a selector of the LDT: %u, %s", run.reason, run.killed.message);
}

static int make_ldt_guest(uint8_t *window, const char *variant)
{
	struct lg_create create = create_for(window);
	struct lg_ports port = { GUEST_PORT, 1, 1 };
	uint64_t *gdt = (uint64_t *)(window + GDT), *ldt = (uint64_t *)(window + LDT);
	int fd = open_device();

	memcpy(window + GUEST_ENTRY, ldt_text, ldt_text_end - ldt_text);
	memset(window + GUEST_PROGRESS, 0, 4);
	gdt[LG_GUEST_CS / 8] = 0x00cf9b000000ffff;	/* flat segments of ring 0 */
	gdt[LG_GUEST_DS / 8] = ldt[0] = 0x00cf93000000ffff;
	gdt[LDT_ENTRY] = 0x0000820000000007 | LDT << 16;	/* of one entry */
	memcpy(window + GDTR, &(uint16_t){ LG_GDT_ENTRIES * 8 - 1 }, 2);
	memcpy(window + GDTR + 2, &(uint32_t){ GDT }, 4);
	snprintf(create.variant, sizeof(create.variant), "%s", variant);
	create.flags |= LG_CREATE_PRIVILEGED;
	WANT(ioctl(fd, LG_CREATE, &create), 0);
	WANT(ioctl(fd, LG_CLAIM_PORTS, &port), 0);
	return fd;
}

static void check_gs(void)
{
	if (gs() != LDT_SELECTOR)
		fail("%%gs is %#x, not what it was", gs());
	if (load_gs(LDT_SELECTOR) != LDT_SELECTOR)
		fail("the LDT is another");
}

int do_rare_state(int argc, char **argv)
{
	uint8_t *window = make_window(MAP_PRIVATE);
	int fd, silent, own;
	uint32_t rounds;

	if (argc != 2)
		return 2;
	rounds = strtoul(argv[1], NULL, 0);
	fd = make_guest(window, argv[0]);
	use_ldt();
	silent = watch(GUEST_PROGRESS);
	own = watch((uintptr_t)&watched);
	run(fd, window, rounds);
	check_gs();
	check_watchpoints(fd, silent, own, rounds);
	check_selector(fd);
	close(fd);
	fd = make_ldt_guest(window, argv[0]);
	run(fd, window, rounds);
	check_gs();
	printf("%s: %u rounds with an LDT and watchpoints\n", argv[0], progress(window));
	return 0;
}
