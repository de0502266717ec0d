/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * child.c - programs that are started, moved about, waited for, and ended.
 */
#define _GNU_SOURCE
#include <err.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "lab.h"

#define OUTPUT_BYTES	(4 << 20)	/* a Guest that prints more is stopped */
#define MOVE_MS		2

int last_cpu(void)
{
	return sysconf(_SC_NPROCESSORS_ONLN) - 1;
}

static void pin(pid_t pid, int cpu)
{
	cpu_set_t cpus;

	CPU_ZERO(&cpus);
	CPU_SET(cpu, &cpus);
	sched_setaffinity(pid, sizeof(cpus), &cpus);
}

static void redirect(const char *path, int to)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);

	if (fd < 0 || dup2(fd, to) < 0)
		err(127, "%s", path);
	close(fd);
}

static void become(char *const argv[], const char *output, const char *errors, int cpu)
{
	struct rlimit limit = { OUTPUT_BYTES, OUTPUT_BYTES };

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	setrlimit(RLIMIT_FSIZE, &limit);
	redirect(output, STDOUT_FILENO);
	redirect(errors, STDERR_FILENO);
	pin(0, cpu);
	execv(argv[0], argv);
	err(127, "%s", argv[0]);
}

bool child_start(struct child *child, char *const argv[], const char *output,
		 const char *errors, int cpu)
{
	fflush(NULL);
	child->pid = fork();
	if (child->pid < 0)
		return false;
	if (!child->pid)
		become(argv, output, errors, cpu);
	child->pidfd = syscall(SYS_pidfd_open, child->pid, 0);
	return child->pidfd >= 0;
}

static unsigned int now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000u + now.tv_nsec / 1000000;
}

bool child_wait(struct child *child, unsigned int ms, int *status, bool moved)
{
	struct pollfd end = { .fd = child->pidfd, .events = POLLIN };
	unsigned int start = now_ms(), spent = 0;
	int cpu = 0;

	while (spent <= ms) {
		if (poll(&end, 1, moved ? MOVE_MS : (int)(ms - spent)) > 0) {
			waitpid(child->pid, status, 0);
			close(child->pidfd);
			child->pid = 0;
			return true;
		}
		if (moved)
			pin(child->pid, cpu = last_cpu() - cpu);
		spent = now_ms() - start;
	}
	return false;
}

void child_kill(struct child *child, int signal)
{
	if (child->pid)
		kill(child->pid, signal);
}
