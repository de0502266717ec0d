/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * threads.c - `device threads REQUESTS`: eight threads on one file (H6).
 *
 * The owner runs its Guest; seven others make every other request, and LG_RUN, which is
 * refused to them, until there were so many.  `device killed SEED COUNT`: Launchers that
 * are killed 0 to 2 ms after they were started (H8), wherever that finds them.
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "device.h"

#define THREADS		7

static int fd;
static atomic_uint made;
static unsigned int wanted;
static volatile bool stop;

/* One request of a thread that does not own the Guest. */
static void request(uint32_t *state, uint8_t *window)
{
	struct lg_create create = create_for(window);
	struct lg_ports ports = { 0x400, 16, next_random(state) & 1 };
	struct lg_trap trap = { 3, 0 };
	struct lg_user_regs regs;
	struct lg_run run;

	switch (next_random(state) % 8) {
	case 0: WANT(ioctl(fd, LG_RUN, &run), EPERM); return;
	case 1: WANT(ioctl(fd, LG_GET_REGS, &regs), 0); return;
	case 2: WANT(ioctl(fd, LG_RAISE_IRQ, next_random(state) % LG_IRQS), 0); return;
	case 3: WANT(ioctl(fd, LG_CLAIM_PORTS, &ports), 0); return;
	case 4: switches(fd); return;
	case 5: WANT(ioctl(fd, LG_CREATE, &create), EBUSY); return;
	case 6: close(dup(fd)); return;
	}
	/* The gate is there once the Guest has made it. */
	if (ioctl(fd, LG_TRAP, &trap) && errno != EINVAL)
		fail("LG_TRAP: %s", strerror(errno));
}

static void *others(void *number)
{
	uint32_t state = 88172645u + (uintptr_t)number;
	uint8_t *window = make_window(MAP_PRIVATE);

	while (atomic_fetch_add(&made, 1) < wanted)
		request(&state, window);
	stop = true;
	return NULL;
}

int do_threads(int argc, char **argv)
{
	uint8_t *window = make_window(MAP_PRIVATE);
	pthread_t threads[THREADS];

	if (argc != 1)
		return 2;
	wanted = strtoul(argv[0], NULL, 10);
	fd = make_guest(window, "classic");
	for (uintptr_t i = 0; i < THREADS; i++)
		if (pthread_create(&threads[i], NULL, others, (void *)i))
			err(3, "a thread");
	run_until(fd, &stop);
	for (uint32_t i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	printf("%u requests beside %llu switches\n", wanted, (unsigned long long)switches(fd));
	return progress(window) ? 0 : 1;
}

static void be_killed(void)
{
	uint8_t *window = make_window(MAP_PRIVATE);
	bool never = false;

	run_until(make_guest(window, "stacked"), &never);
}

int do_killed(int argc, char **argv)
{
	uint32_t state, count, running = 0;
	int status;

	if (argc != 2)
		return 2;
	state = strtoul(argv[0], NULL, 10) * 2654435761u | 1;
	printf("seed %s\n", argv[0]);
	count = strtoul(argv[1], NULL, 10);
	for (uint32_t i = 0; i < count; i++) {
		pid_t pid = fork();

		if (pid < 0)
			err(3, "fork");
		if (!pid)
			be_killed();
		nap_us(next_random(&state) % 2000);
		kill(pid, SIGKILL);
		if (waitpid(pid, &status, 0) != pid || !WIFSIGNALED(status))
			fail("a Launcher ended by itself, status %#x", status);
		running += WTERMSIG(status) == SIGKILL;
	}
	printf("%u Launchers killed\n", running);
	return running == count ? 0 : 1;
}
