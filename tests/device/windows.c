/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * windows.c - `device windows`: Guest memory at impossible addresses (H5).  `device flags`: flags
 * and policies of the shadow that there are not.  `device version`: a Launcher built for another
 * interface (H19).  `device create`: make a Guest, print the result, and end.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "device.h"

/* What LG_CREATE says to `create`, in a file that can then still become a Guest. */
static void refuses(const char *what, struct lg_create create, int error)
{
	struct lg_create good;
	uint8_t *window = make_window(MAP_PRIVATE);
	int fd = open_device();

	want(what, ioctl(fd, LG_CREATE, &create), error);
	good = create_for(window);
	WANT(ioctl(fd, LG_CREATE, &good), 0);
	close(fd);
	munmap(window, WINDOW_PAGES * PAGE);
	printf("%s: %s\n", what, strerrorname_np(error));
}

static void refuses_at(const char *what, uint64_t hva, uint32_t pages, int error)
{
	struct lg_create create = create_for(NULL);

	create.memory_hva = hva;
	create.memory_pages = pages;
	refuses(what, create, error);
}

static uint8_t *memory(int prot)
{
	return mmap(NULL, WINDOW_PAGES * PAGE, prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

static uint64_t file_pages(int prot, int flags, int open_flags)
{
	int fd = open("/proc/self/exe", open_flags);
	void *map = mmap(NULL, WINDOW_PAGES * PAGE, prot, flags, fd, 0);

	close(fd);
	return (uintptr_t)map;
}

int do_windows(int argc, char **argv)
{
	uint8_t *window = memory(PROT_READ | PROT_WRITE), *hole = memory(PROT_READ | PROT_WRITE);

	(void)argv;
	if (argc)
		return 2;
	munmap(hole + 8 * PAGE, PAGE);
	refuses_at("an unaligned window", (uintptr_t)window + 1, 8, EINVAL);
	refuses_at("one of no pages", (uintptr_t)window, 0, EINVAL);
	refuses_at("one that is too large", (uintptr_t)window, LG_MAX_WINDOW_PAGES + 1, EINVAL);
	refuses_at("one of 2^32 - 1 pages", (uintptr_t)window, ~0u, EINVAL);
	refuses_at("the page at 0", 0, WINDOW_PAGES, EFAULT);
	refuses_at("the kernel's memory", 0xc0000000, WINDOW_PAGES, EINVAL);
	refuses_at("the Switcher's", 0xff97a000, WINDOW_PAGES, EINVAL);
	refuses_at("one that reaches into the kernel's", 0xc0000000 - 8 * PAGE, 16, EINVAL);
	refuses_at("one that wraps", 0xfffff000, 16, EINVAL);
	refuses_at("an address of 64 bits", (uint64_t)1 << 32 | (uintptr_t)window, 16, EINVAL);
	refuses_at("one with a hole", (uintptr_t)hole, WINDOW_PAGES, EFAULT);
	refuses_at("a window that is read-only", (uintptr_t)memory(PROT_READ), 16, EFAULT);
	refuses_at("one without any rights", (uintptr_t)memory(PROT_NONE), 16, EFAULT);
	refuses_at("a file's pages, read-only", file_pages(PROT_READ, MAP_SHARED, O_RDONLY), 16,
		   EFAULT);
	return 0;
}

static void refuses_flags(const char *what, uint32_t flags)
{
	uint8_t *window = make_window(MAP_PRIVATE);
	struct lg_create create = create_for(window);

	create.flags = flags;
	refuses(what, create, EINVAL);
	munmap(window, WINDOW_PAGES * PAGE);
}

static void takes_policy(uint32_t policy)
{
	uint8_t *window = make_window(MAP_PRIVATE);
	struct lg_create create = create_for(window);
	int fd = open_device();

	create.flags = LG_CREATE_PRIVILEGED | policy << LG_CREATE_SHADOW_SHIFT;
	WANT(ioctl(fd, LG_CREATE, &create), 0);
	close(fd);
	munmap(window, WINDOW_PAGES * PAGE);
}

int do_flags(int argc, char **argv)
{
	const uint32_t next = LG_NR_SHADOW_POLICIES << LG_CREATE_SHADOW_SHIFT;

	(void)argv;
	if (argc)
		return 2;
	for (uint32_t policy = 0; policy < LG_NR_SHADOW_POLICIES; policy++)
		takes_policy(policy);
	refuses_flags("a flag that is not known", 2);
	refuses_flags("the highest", 1u << 31);
	refuses_flags("one behind the policies", 1u << 16);
	refuses_flags("a policy that is not known", LG_CREATE_PRIVILEGED | next);
	refuses_flags("the last of them", LG_CREATE_PRIVILEGED | LG_CREATE_SHADOW);
	refuses_flags("a policy without a privileged Guest", 1u << LG_CREATE_SHADOW_SHIFT);
	return 0;
}

int do_version(int argc, char **argv)
{
	uint8_t *window = make_window(MAP_PRIVATE);
	struct lg_create create = create_for(window);

	(void)argv;
	if (argc)
		return 2;
	create.interface = LG_INTERFACE + 1;
	refuses("a Launcher of the next interface", create, EINVAL);
	create.interface = 0;
	refuses("one of none", create, EINVAL);
	return 0;
}

/* What the kernel holds against this process's limit of locked memory. */
static unsigned int locked_kb(void)
{
	FILE *status = fopen("/proc/self/status", "r");
	unsigned int kb = ~0u;
	char line[128];

	while (status && fgets(line, sizeof(line), status))
		sscanf(line, "VmLck: %u", &kb);
	if (status)
		fclose(status);
	return kb;
}

/* Until the Guest has made all its calls but the null ones: on a machine that is busy the signals
 * end LG_RUN before it has made the first. */
static void run_to_progress(int fd, const uint8_t *window, struct lg_run *run)
{
	while (!progress(window) && run->reason != LG_RUN_KILLED)
		if (ioctl(fd, LG_RUN, run) && errno != EINTR)
			fail("LG_RUN: %s", strerror(errno));
}

/* The name of what came of it, for whoever makes it fail.  Whatever it was, nothing is locked
 * after that. */
int do_create(int argc, char **argv)
{
	uint8_t *window = make_window(MAP_PRIVATE);
	struct lg_create create = create_for(window);
	struct lg_run run = { 0 };
	int fd = open_device();

	if (argc > 1)
		return 2;
	if (argc)
		snprintf(create.variant, sizeof(create.variant), "%s", argv[0]);
	tick_every(20000);
	if (ioctl(fd, LG_CREATE, &create)) {
		printf("create %s\n", strerrorname_np(errno));
	} else {
		if (locked_kb() != WINDOW_PAGES * PAGE / 1024)
			fail("%u kB are locked", locked_kb());
		run_to_progress(fd, window, &run);
		if (run.reason == LG_RUN_KILLED)
			printf("killed %s\n", run.killed.message);
		else
			printf("ran\n");
	}
	close(fd);
	if (locked_kb())
		fail("%u kB stay locked", locked_kb());
	return 0;
}
