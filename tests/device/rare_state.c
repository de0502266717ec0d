/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * rare_state.c - a Launcher with an LDT of its own, live in %gs, and watchpoints (H20, R7).
 *
 * A watchpoint of the Host's names a linear address, and fires for whoever writes there: one
 * lies where the Guest counts, and must be silent while the Guest does.  An LDT is found by a
 * linear address too: with the Host's still loaded a Guest's selector would be looked up in
 * the Guest's own pages.  Here that selector must be what it is without any LDT: a general
 * protection fault.  Afterwards both are the Launcher's again, as they were.
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

static volatile uint32_t watched;

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
	if (gs() != LDT_SELECTOR)
		fail("%%gs is %#x, not what it was", gs());
	check_watchpoints(fd, silent, own, rounds);
	check_selector(fd);
	printf("%s: %u rounds with an LDT and watchpoints\n", argv[0], progress(window));
	return 0;
}
