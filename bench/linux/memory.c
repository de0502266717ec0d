/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * memory.c - page faults and mappings.
 *
 * workload: touch; page; a page of fresh memory written to for the first time
 * workload: cow; page; a page written to that is shared with a child since a fork
 * workload: file_fault; fault; a mapped file read, 16 pages further each time
 * workload: mmap_1; mapping; a page mapped, written to and unmapped
 * workload: mmap_64; mapping; 64 pages mapped, written to and unmapped
 * workload: mprotect; pair; 16 pages made read-only and writable again, and one written to
 */
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "workload.h"

enum { TOUCHED = 200, WARM = 5, AROUND = 16, FILE_FAULTS = 40, PROTECTED = 16 };

static volatile unsigned char *area;
static size_t area_bytes, at;

static void *map(size_t pages, int flags, int fd)
{
	void *there = mmap(NULL, pages * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | flags, fd, 0);

	must(there != MAP_FAILED, "mmap");
	return there;
}

static void make_area(size_t pages, int flags, int fd)
{
	area = map(pages, flags, fd);
	area_bytes = pages * PAGE;
	at = 0;
}

static void drop_area(void)
{
	munmap((void *)area, area_bytes);
}

static bool begin_touch(void)
{
	make_area(TOUCHED + WARM, MAP_ANONYMOUS, -1);
	return true;
}

static void write_next(void)
{
	area[at] = 1;
	at += PAGE;
}
WORKLOAD(touch, .samples = TOUCHED, .warmup = WARM, .begin = begin_touch, .once = write_next,
	 .end = drop_area)

static pid_t sharer;

static bool begin_cow(void)
{
	make_area(TOUCHED + WARM, MAP_ANONYMOUS, -1);
	memset((void *)area, 1, area_bytes);
	sharer = fork();
	must(sharer >= 0, "fork");
	if (!sharer) {
		pause();
		_exit(0);
	}
	return true;
}

static void end_cow(void)
{
	kill(sharer, SIGKILL);
	waitpid(sharer, NULL, 0);
	drop_area();
}
WORKLOAD(cow, .samples = TOUCHED, .warmup = WARM, .begin = begin_cow, .once = write_next,
	 .end = end_cow)

/* A kernel maps what is in memory around a fault with it. */
static bool begin_file_fault(void)
{
	static const char page[PAGE] = { 1 };
	enum { PAGES = (FILE_FAULTS + WARM) * AROUND };
	int fd = open(SCRATCH "/mapped", O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	must(fd >= 0, SCRATCH "/mapped");
	for (int i = 0; i < PAGES; i++)
		must(write(fd, page, PAGE) == (ssize_t)PAGE, SCRATCH "/mapped");
	make_area(PAGES, 0, fd);
	close(fd);
	return true;
}

static void read_next(void)
{
	(void)area[at];
	at += AROUND * PAGE;
}

static void end_file_fault(void)
{
	drop_area();
	unlink(SCRATCH "/mapped");
}
WORKLOAD(file_fault, .samples = FILE_FAULTS, .warmup = WARM, .begin = begin_file_fault,
	 .once = read_next, .end = end_file_fault)

static void map_and_unmap(size_t pages)
{
	volatile unsigned char *m = map(pages, MAP_ANONYMOUS, -1);

	for (size_t i = 0; i < pages; i++)
		m[i * PAGE] = 1;
	munmap((void *)m, pages * PAGE);
}

static void do_mmap_1(void)
{
	map_and_unmap(1);
}
WORKLOAD(mmap_1, .samples = 50, .warmup = 5, .once = do_mmap_1)

static void do_mmap_64(void)
{
	map_and_unmap(64);
}
WORKLOAD(mmap_64, .samples = 30, .warmup = 5, .once = do_mmap_64)

static bool begin_mprotect(void)
{
	make_area(PROTECTED, MAP_ANONYMOUS, -1);
	memset((void *)area, 1, area_bytes);
	return true;
}

static void do_mprotect(void)
{
	must(!mprotect((void *)area, area_bytes, PROT_READ), "mprotect");
	must(!mprotect((void *)area, area_bytes, PROT_READ | PROT_WRITE), "mprotect");
	area[0] = 2;
}
WORKLOAD(mprotect, .samples = 50, .warmup = 5, .begin = begin_mprotect, .once = do_mprotect,
	 .end = drop_area)
