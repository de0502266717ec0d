/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * heirs.c - `device heirs OWNERS HEIRS`: Guests whose owners have died, and new tasks (R8).
 *
 * The module knows an owner by its task_struct.  If it did not hold that, the next task to be
 * made in the same memory would be the owner.  So many threads make a Guest each and end; then
 * more than have room in what they left are made, all alive at once, and each must be refused
 * by every Guest.
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <linux/membarrier.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "device.h"

#define OWNERS_MAX	64u
#define GRACES		4

static int files[OWNERS_MAX];
static uint32_t owners;
static pthread_barrier_t all_alive;

static void *own(void *file)
{
	struct lg_run run = { 0 };

	*(int *)file = make_guest(make_window(MAP_PRIVATE), "classic");
	WANT(ioctl(*(int *)file, LG_RUN, &run), 0);
	return NULL;
}

static void *inherit(void *unused)
{
	struct lg_run run = { 0 };

	for (uint32_t n = 0; n < owners; n++)
		WANT(ioctl(files[n], LG_RUN, &run), EPERM);
	pthread_barrier_wait(&all_alive);
	return unused;
}

/* The kernel frees a task when nobody can reference it any more. */
static void let_them_go(void)
{
	for (unsigned int n = 0; n < GRACES; n++)
		if (syscall(SYS_membarrier, MEMBARRIER_CMD_GLOBAL, 0, 0))
			err(3, "membarrier");
}

int do_heirs(int argc, char **argv)
{
	uint32_t heirs = argc == 2 ? strtoul(argv[1], NULL, 10) : 0;
	pthread_t thread;

	owners = argc == 2 ? strtoul(argv[0], NULL, 10) : 0;
	if (!heirs || !owners || owners > OWNERS_MAX)
		return 2;
	for (uint32_t n = 0; n < owners; n++)
		if (pthread_create(&thread, NULL, own, &files[n]) || pthread_join(thread, NULL))
			err(3, "a thread");
	let_them_go();
	pthread_barrier_init(&all_alive, NULL, heirs + 1);
	for (uint32_t n = 0; n < heirs; n++)
		if (pthread_create(&thread, NULL, inherit, NULL) || pthread_detach(thread))
			err(3, "a thread");
	pthread_barrier_wait(&all_alive);
	printf("%u heirs ran none of %u Guests\n", heirs, owners);
	return 0;
}
