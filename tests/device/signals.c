/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * signals.c - `device signals COUNT`: a Launcher that is disturbed (H9): by a timer of 10
 * kHz, by stop and continue, by a debugger that stops it wherever it is.  `device migrate`:
 * two programs that are moved from CPU to CPU against each other (H14).
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#include "device.h"

#define TICK_US		100
#define MOVE_US		1000
#define DISTURBANCES	100

/* COUNT times back with EINTR, and the Guest goes on between. */
static void by_timer(uint32_t count)
{
	uint8_t *window = make_window(MAP_PRIVATE);
	int fd = make_guest(window, "classic");
	struct lg_run run = { 0 };
	uint32_t interrupted = 0;

	tick_every(TICK_US);
	while (interrupted < count) {
		if (ioctl(fd, LG_RUN, &run)) {
			if (errno != EINTR)
				fail("LG_RUN: %s", strerror(errno));
			interrupted++;
		} else if (run.reason != LG_RUN_PORT) {
			fail("LG_RUN came back with reason %u", run.reason);
		}
	}
	tick_every(0);
	printf("%u signals, %llu switches\n", interrupted, (unsigned long long)switches(fd));
	if (!progress(window))
		fail("the Guest has done nothing");
	close(fd);
}

static pid_t start_launcher(uint8_t *window)
{
	bool never = false;
	pid_t pid = fork();

	if (pid < 0)
		err(3, "fork");
	if (!pid)
		run_until(make_guest(window, "stacked"), &never);
	return pid;
}

/* Its progress is seen in memory that we share with it. */
static void wait_progress(const uint8_t *window)
{
	uint32_t from = progress(window);

	for (uint32_t ms = 0; progress(window) == from; ms++) {
		if (ms > 20000)
			fail("the Guest stands still");
		nap_us(1000);
	}
}

static void wait_stopped(pid_t pid)
{
	int status;

	if (waitpid(pid, &status, WUNTRACED) != pid || !WIFSTOPPED(status))
		fail("the Launcher did not stop: status %#x", status);
}

static void stop_and_continue(pid_t pid, const uint8_t *window)
{
	uint32_t before;

	for (int n = 0; n < DISTURBANCES; n++) {
		WANT(kill(pid, SIGSTOP), 0);
		wait_stopped(pid);
		before = progress(window);
		sched_yield();
		if (progress(window) != before)
			fail("a stopped Launcher's Guest runs");
		WANT(kill(pid, SIGCONT), 0);
		wait_progress(window);
	}
	printf("stopped and continued %d times\n", DISTURBANCES);
}

/* Attach, look, step over a system call, let go. */
static void trace(pid_t pid, const uint8_t *window)
{
	struct user_regs_struct regs;
	struct user_fpregs_struct fpu;

	for (int n = 0; n < DISTURBANCES; n++) {
		WANT(ptrace(PTRACE_ATTACH, pid, NULL, NULL), 0);
		wait_stopped(pid);
		WANT(ptrace(PTRACE_GETREGS, pid, NULL, &regs), 0);
		WANT(ptrace(PTRACE_GETFPREGS, pid, NULL, &fpu), 0);
		WANT(ptrace(PTRACE_SETFPREGS, pid, NULL, &fpu), 0);
		for (int step = 0; step < n % 8; step++) {
			WANT(ptrace(n & 8 ? PTRACE_SYSCALL : PTRACE_SINGLESTEP, pid, NULL, NULL),
			     0);
			wait_stopped(pid);
		}
		WANT(ptrace(PTRACE_DETACH, pid, NULL, NULL), 0);
		wait_progress(window);
	}
	printf("attached to and let go %d times\n", DISTURBANCES);
}

int do_signals(int argc, char **argv)
{
	uint8_t *window = make_window(MAP_SHARED);
	pid_t pid;

	if (argc != 1)
		return 2;
	by_timer(strtoul(argv[0], NULL, 10));
	fflush(stdout);
	pid = start_launcher(window);
	wait_progress(window);
	stop_and_continue(pid, window);
	trace(pid, window);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	return 0;
}

/* ---- migrate ---- */

static pid_t start(char **argv)
{
	pid_t pid = fork();

	if (pid < 0)
		err(3, "fork");
	if (pid)
		return pid;
	execv(argv[0], argv);
	err(3, "%s", argv[0]);
}

static void pin(pid_t pid, unsigned int cpu)
{
	cpu_set_t cpus;

	CPU_ZERO(&cpus);
	CPU_SET(cpu, &cpus);
	if (sched_setaffinity(pid, sizeof(cpus), &cpus))
		fail("a Guest cannot be moved: %s", strerror(errno));
}

/* It must end by SIGTERM, without having reported an error. */
static void ends_well(pid_t pid)
{
	int status;

	kill(pid, SIGTERM);
	if (waitpid(pid, &status, 0) != pid || !WIFEXITED(status) ||
	    WEXITSTATUS(status) != 128 + SIGTERM)
		fail("a Guest ended with status %#x", status);
}

int do_migrate(int argc, char **argv)
{
	char **second = argv;
	uint32_t moves;
	pid_t a, b;

	while (second < argv + argc && strcmp(*second, "--"))
		second++;
	if (argc < 4 || second >= argv + argc - 1)
		return 2;
	moves = strtoul(argv[0], NULL, 10);
	*second++ = NULL;
	a = start(argv + 1);
	b = start(second);
	for (uint32_t n = 0; n < moves; n++) {
		pin(a, n & 1);
		pin(b, ~n & 1);
		nap_us(MOVE_US);
	}
	ends_well(a);
	ends_well(b);
	printf("%u times moved\n", moves);
	return 0;
}
