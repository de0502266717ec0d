/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * share.c - `device share ROUNDS GUEST KIND...`: how much a process on CPU 1 gets done
 * beside each kind of storm on CPU 0 (C6).
 *
 * It counts its own loops over the Host's ticks.  What it gets done beside an ordinary
 * process that keeps CPU 0 busy is the measure, taken again in each round, since the machine
 * that carries both CPUs has other work too.  Beside a storm it must be above 40 % of that;
 * a Guest that kept the Host from its ticks, or its locks, would show.
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "device.h"

#define COUNT_MS	120
#define SETTLE_MS	150
#define LEAST_PERCENT	40
#define MAX_KINDS	16

static void stay_on(unsigned int cpu)
{
	cpu_set_t cpus;

	CPU_ZERO(&cpus);
	CPU_SET(cpu, &cpus);
	if (sched_setaffinity(0, sizeof(cpus), &cpus))
		err(3, "CPU %u", cpu);
}

/* The time of the last tick. */
static unsigned int tick_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC_COARSE, &t);
	return t.tv_sec * 1000u + t.tv_nsec / 1000000;
}

static uint64_t count(void)
{
	unsigned int from = tick_ms();
	uint64_t loops = 0;

	while (tick_ms() == from)
		;
	for (from = tick_ms(); tick_ms() - from < COUNT_MS; loops++)
		for (volatile int i = 0; i < 200; i++)
			;
	return loops;
}

/* On CPU 0: a storm, or (kind NULL) a loop of its own. */
static pid_t start(const char *guest, const char *kind)
{
	char word[32];
	pid_t pid = fork();

	if (pid < 0)
		err(3, "fork");
	if (pid)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	stay_on(0);
	if (!kind)
		for (;;)
			;
	snprintf(word, sizeof(word), "kind=%s", kind);
	execl("./lg", "./lg", guest, word, NULL);
	err(3, "./lg");
}

static uint64_t count_beside(const char *guest, const char *kind)
{
	pid_t pid = start(guest, kind);
	uint64_t loops;
	int status;

	nap_us(SETTLE_MS * 1000);
	loops = count();
	kill(pid, SIGKILL);
	if (waitpid(pid, &status, 0) != pid || !WIFSIGNALED(status))
		fail("the storm of kind %s ended by itself, status %#x", kind, status);
	return loops;
}

int do_share(int argc, char **argv)
{
	uint64_t undisturbed = 0, beside[MAX_KINDS] = { 0 };
	unsigned long rounds;
	bool good = true;

	if (argc < 3 || argc - 2 > MAX_KINDS)
		return 2;
	stay_on(1);
	rounds = strtoul(argv[0], NULL, 10);
	for (unsigned long n = 0; n < rounds; n++) {
		undisturbed += count_beside(argv[1], NULL);
		for (int i = 2; i < argc; i++)
			beside[i - 2] += count_beside(argv[1], argv[i]);
	}
	for (int i = 2; i < argc; i++) {
		unsigned int percent = beside[i - 2] * 100 / (undisturbed ? undisturbed : 1);

		printf("kind %s: %u %%\n", argv[i], percent);
		good = good && percent > LEAST_PERCENT;
	}
	return good ? 0 : 1;
}
