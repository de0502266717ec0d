/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * closing.c - `device closing ROUNDS`: the file of a Guest, closed by the kernel under LG_RUN.
 *
 * A system call of a task without threads holds no reference to its file: nobody but the task
 * itself can close it.  But before an entry the Host does what the kernel does before user space,
 * and there io_uring closes files for the task that asked it to.  The last reference would go,
 * and the Guest with it, while it runs.
 *
 * Here io_uring must close the Guest's file as soon as an eventfd can be read, which a
 * second process of the same CPU writes.  That has its turn when the first is rescheduled; a
 * profiling timer, which expires in each tick, sees to it that the kernel has other work of the
 * same kind then, and does not look for a signal any more before it does all of it.
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <linux/io_uring.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

#include "device.h"

/* How far the Guest gets before its file is closed. */
#define PROGRESS	1000u

static struct {
	int fd;
	unsigned int *head, *tail, *mask, *array;	/* of what is submitted */
	struct io_uring_sqe *entries;
} ring;

static void *map_ring(size_t bytes, off_t at)
{
	void *map = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, ring.fd, at);

	if (map == MAP_FAILED)
		err(3, "io_uring");
	return map;
}

static void make_ring(void)
{
	struct io_uring_params p = { 0 };
	uint8_t *map;

	ring.fd = syscall(__NR_io_uring_setup, 8, &p);
	if (ring.fd < 0)
		err(3, "io_uring_setup");
	map = map_ring(p.sq_off.array + p.sq_entries * 4, IORING_OFF_SQ_RING);
	ring.tail = (unsigned int *)(map + p.sq_off.tail);
	ring.mask = (unsigned int *)(map + p.sq_off.ring_mask);
	ring.array = (unsigned int *)(map + p.sq_off.array);
	ring.entries = map_ring(p.sq_entries * sizeof(*ring.entries), IORING_OFF_SQES);
}

static void submit(struct io_uring_sqe entry)
{
	unsigned int at = *ring.tail & *ring.mask;

	ring.entries[at] = entry;
	ring.array[at] = at;
	__atomic_store_n(ring.tail, *ring.tail + 1, __ATOMIC_RELEASE);
}

static void close_when_readable(int event, int fd)
{
	submit((struct io_uring_sqe){ .opcode = IORING_OP_POLL_ADD, .fd = event,
				      .poll32_events = POLLIN, .flags = IOSQE_IO_LINK });
	submit((struct io_uring_sqe){ .opcode = IORING_OP_CLOSE, .fd = fd });
	if (syscall(__NR_io_uring_enter, ring.fd, 2, 0, 0, NULL, 0) != 2)
		err(3, "io_uring_enter");
}

/* What both processes see: how many Guests there were, and the window of the last. */
struct shared {
	volatile uint32_t armed, written;
	uint8_t window[] __attribute__((aligned(PAGE)));
};

/* Write the eventfd once for each Guest that has got so far. */
static void write_events(struct shared *shared, int event)
{
	uint64_t one = 1;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (;;) {
		if (shared->written == shared->armed || progress(shared->window) < PROGRESS)
			continue;
		shared->written = shared->armed;
		if (write(event, &one, sizeof(one)) != sizeof(one))
			_exit(1);
	}
}

static void start_writer(struct shared *shared, int event)
{
	pid_t pid = fork();

	if (pid < 0)
		err(3, "fork");
	if (!pid)
		write_events(shared, event);
}

static void stay_on_cpu_0(void)
{
	cpu_set_t cpus;

	CPU_ZERO(&cpus);
	CPU_SET(0, &cpus);
	if (sched_setaffinity(0, sizeof(cpus), &cpus))
		err(3, "CPU 0");
}

/* SIGPROF is ignored, so that its work in each tick is all that there is of it. */
static void profile(void)
{
	struct itimerval every = { { 0, 1000 }, { 0, 1000 } };

	signal(SIGPROF, SIG_IGN);
	if (setitimer(ITIMER_PROF, &every, NULL))
		err(3, "ITIMER_PROF");
}

/* Run a Guest until its file is gone; how often LG_RUN came back first. */
static void one_round(struct shared *shared, int event, const char *variant)
{
	struct lg_ports none = { GUEST_PORT, 1, 0 };
	struct lg_run run = { 0 };
	uint64_t written;
	int fd;

	memset(shared->window, 0, WINDOW_PAGES * PAGE);
	fill_window(shared->window);
	fd = make_guest(shared->window, variant);
	WANT(ioctl(fd, LG_CLAIM_PORTS, &none), 0);
	close_when_readable(event, fd);
	shared->armed++;
	while (ioctl(fd, LG_RUN, &run) && errno == EINTR)
		;
	if (errno != EBADF)
		fail("LG_RUN: %s, reason %u", strerror(errno), run.reason);
	if (read(event, &written, sizeof(written)) != sizeof(written))
		err(3, "eventfd");
}

int do_closing(int argc, char **argv)
{
	static const char *const variants[] = { "classic", "lazy_sysenter", "stacked" };
	struct shared *shared = mmap(NULL, (WINDOW_PAGES + 1) * PAGE, PROT_READ | PROT_WRITE,
				     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int event = eventfd(0, EFD_CLOEXEC);

	if (argc != 1)
		return 2;
	if (shared == MAP_FAILED || event < 0)
		err(3, "memory");
	stay_on_cpu_0();
	make_ring();
	start_writer(shared, event);
	profile();
	for (int n = 0; n < atoi(argv[0]); n++)
		one_round(shared, event, variants[n % ARRAY_SIZE(variants)]);
	printf("%u Guests were closed while they ran\n", shared->written);
	return 0;
}
