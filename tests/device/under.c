/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * under.c - `device under`: the window's memory taken away under a running Guest (H10).
 *
 * The pages are pinned, so the Guest keeps those that it had, whatever becomes of the
 * Launcher's addresses: munmap, mprotect, madvise, mremap, a file that is cut off, another
 * mapping on top, a fork.  One thread runs the Guest, this one does it, and the Guest goes on.
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "device.h"

#define BYTES		(WINDOW_PAGES * PAGE)
#define GO_ON		2000u		/* switches */

static struct {
	uint8_t *window;
	volatile int fd;
	volatile bool stop;
} guest;

static void *owner(void *unused)
{
	(void)unused;
	guest.fd = make_guest(guest.window, "classic");
	run_until(guest.fd, &guest.stop);
	return NULL;
}

static int file = -1;

static uint8_t *file_window(void)
{
	uint8_t *window;

	file = memfd_create("window", MFD_CLOEXEC);
	if (file < 0 || ftruncate(file, BYTES))
		err(3, "a file in memory");
	window = mmap(NULL, BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
	if (window == MAP_FAILED)
		err(3, "a file's window");
	fill_window(window);
	return window;
}

static void unmapped(void)
{
	WANT(munmap(guest.window, BYTES), 0);
}

static void protected(void)
{
	WANT(mprotect(guest.window, BYTES, PROT_READ), 0);
	wait_switches(guest.fd, GO_ON);
	WANT(mprotect(guest.window, BYTES, PROT_NONE), 0);
}

static void not_needed(void)
{
	WANT(madvise(guest.window, BYTES, MADV_DONTNEED), 0);
	if (progress(guest.window))
		fail("madvise did nothing");
}

static void moved(void)
{
	if (mremap(guest.window, BYTES, BYTES, MREMAP_MAYMOVE | MREMAP_FIXED,
		   guest.window + 0x1000000) == MAP_FAILED)
		err(3, "mremap");
}

static void covered(void)
{
	if (mmap(guest.window, BYTES, PROT_READ | PROT_WRITE,
		 MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == MAP_FAILED)
		err(3, "mmap");
}

static void cut_off(void)
{
	WANT(ftruncate(file, 0), 0);
	WANT(ftruncate(file, BYTES), 0);
	close(file);
}

/* The child writes all over its copy; the Guest's memory stays its Launcher's. */
static void forked(void)
{
	uint32_t before;

	for (int n = 0; n < 20; n++) {
		pid_t pid = fork();

		if (pid < 0)
			err(3, "fork");
		if (!pid) {
			memset(guest.window, 0xff, BYTES);
			_exit(0);
		}
		waitpid(pid, NULL, 0);
	}
	before = progress(guest.window);
	wait_switches(guest.fd, GO_ON);
	if (progress(guest.window) == before)
		fail("after fork the Guest's memory is not its Launcher's");
}

static void try(const char *what, uint8_t *window, void (*function)(void))
{
	pthread_t thread;

	memset(&guest, 0, sizeof(guest));
	guest.window = window;
	guest.fd = -1;
	if (pthread_create(&thread, NULL, owner, NULL))
		err(3, "a thread");
	while (guest.fd < 0)
		nap_us(1000);
	wait_switches(guest.fd, GO_ON);
	function();
	wait_switches(guest.fd, GO_ON);
	guest.stop = true;
	pthread_join(thread, NULL);
	close(guest.fd);
	printf("%s: the Guest goes on\n", what);
	fflush(stdout);
}

int do_under(int argc, char **argv)
{
	(void)argv;
	if (argc)
		return 2;
	try("munmap", make_window(MAP_PRIVATE), unmapped);
	try("mprotect", make_window(MAP_PRIVATE), protected);
	try("madvise", make_window(MAP_PRIVATE), not_needed);
	try("mremap", make_window(MAP_PRIVATE), moved);
	try("mmap on top", make_window(MAP_PRIVATE), covered);
	try("fork", make_window(MAP_PRIVATE), forked);
	try("munmap of shared memory", make_window(MAP_SHARED), unmapped);
	try("truncate", file_window(), cut_off);
	return 0;
}
