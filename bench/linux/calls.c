/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * calls.c - system calls that stay in one process.
 *
 * workload: getppid; call; a system call that does nothing
 * workload: read; call; one byte read from /dev/zero
 * workload: signal; signal; a signal to oneself, its handler, and the return from it
 * workload: select; call; select() on 100 descriptors, none of them ready
 * workload: create; file; a file created in memory and deleted
 */
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/select.h>
#include <unistd.h>

#include "workload.h"

static void do_getppid(void)
{
	getppid();
}
WORKLOAD(getppid, .samples = 100, .warmup = 3, .once = do_getppid)

static int zero = -1;

static bool begin_read(void)
{
	zero = open("/dev/zero", O_RDONLY | O_CLOEXEC);
	return zero >= 0;
}

static void do_read(void)
{
	char c;

	must(read(zero, &c, 1) == 1, "/dev/zero");
}

static void end_read(void)
{
	close(zero);
}
WORKLOAD(read, .samples = 100, .warmup = 3, .begin = begin_read, .once = do_read, .end = end_read)

static volatile sig_atomic_t signals;

static void count_signal(int number)
{
	(void)number;
	signals++;
}

static bool begin_signal(void)
{
	struct sigaction action = { .sa_handler = count_signal };

	signals = 0;
	return !sigaction(SIGUSR1, &action, NULL);
}

static void do_signal(void)
{
	kill(getpid(), SIGUSR1);
}

static void end_signal(void)
{
	must(signals == 103, "each signal came once");
	signal(SIGUSR1, SIG_DFL);
}
WORKLOAD(signal, .samples = 100, .warmup = 3, .begin = begin_signal, .once = do_signal,
	 .end = end_signal)

enum { DESCRIPTORS = 100 };
static int ends[DESCRIPTORS][2];
static fd_set waited_for;
static int highest;

static bool begin_select(void)
{
	FD_ZERO(&waited_for);
	highest = 0;
	for (int i = 0; i < DESCRIPTORS; i++) {
		must(!pipe(ends[i]), "a pipe");
		FD_SET(ends[i][0], &waited_for);
		highest = ends[i][0] > highest ? ends[i][0] : highest;
	}
	return true;
}

static void do_select(void)
{
	fd_set set = waited_for;
	struct timeval now = { 0, 0 };

	must(select(highest + 1, &set, NULL, NULL, &now) == 0, "select");
}

static void end_select(void)
{
	for (int i = 0; i < DESCRIPTORS; i++) {
		close(ends[i][0]);
		close(ends[i][1]);
	}
}
WORKLOAD(select, .samples = 50, .warmup = 3, .begin = begin_select, .once = do_select,
	 .end = end_select)

static void do_create(void)
{
	int fd = open(SCRATCH "/created", O_WRONLY | O_CREAT | O_EXCL, 0600);

	must(fd >= 0, SCRATCH "/created");
	close(fd);
	unlink(SCRATCH "/created");
}
WORKLOAD(create, .samples = 50, .warmup = 3, .once = do_create)
