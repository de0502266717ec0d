/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * regs.c - `device regs`: selectors that LG_SET_REGS must refuse (H4).
 *
 * A code selector is loaded by the Switcher's iret, at ring 0: it may name ring 1 or 3 and an
 * entry of the GDT, and the stack's must agree on the ring.  Every other one is refused, and
 * leaves the Guest as it was.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "device.h"

static bool may_be(uint32_t cs)
{
	return cs % 2 && !(cs & 4) && cs / 8 > 0 && cs / 8 < LG_GDT_ENTRIES;
}

static uint32_t try_all(int fd, struct lg_user_regs regs)
{
	uint32_t refused = 0;

	for (uint32_t cs = 0; cs < 65536; cs++) {
		regs.cs = cs;
		regs.ss = (LG_GUEST_DS & ~3) | (cs & 3);
		if (!ioctl(fd, LG_SET_REGS, &regs) != may_be(cs))
			fail("cs %#x: %s", cs, may_be(cs) ? "refused" : "taken");
		refused += !may_be(cs);
	}
	return refused;
}

int do_regs(int argc, char **argv)
{
	uint8_t *window = make_window(MAP_PRIVATE);
	struct lg_user_regs regs, good;
	struct lg_run run = { 0 };
	int fd;

	(void)argv;
	if (argc)
		return 2;
	fd = make_guest(window, "classic");
	WANT(ioctl(fd, LG_GET_REGS, &good), 0);
	printf("%u code selectors refused\n", try_all(fd, good));
	for (uint32_t ring = 0; ring < 4; ring++) {
		regs = good;
		regs.ss = (good.ss & ~3) | ring;
		WANT(ioctl(fd, LG_SET_REGS, &regs), ring == (good.cs & 3) ? 0 : EINVAL);
	}
	WANT(ioctl(fd, LG_SET_REGS, &good), 0);
	WANT(ioctl(fd, LG_RUN, &run), 0);
	if (run.reason != LG_RUN_PORT)
		fail("reason %u: %s", run.reason, run.killed.message);
	return 0;
}
