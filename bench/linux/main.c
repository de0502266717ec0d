/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * main.c - workloads [NAME,...]: what operations of a kernel cost, in ticks of the TSC (under the
 * lab machine's profile `counted`: instructions), and how many exits of the Guest they take.
 *
 *	sample NAME,INDEX,TICKS		one time, and NAME.noop for the empty operation
 *	exits NAME,CLASS,COUNT,TIMES	of all the times together; CLASS `all`: the switches
 *	missing NAME			it cannot be done here
 *
 * All is printed at the end, as a console that prints would be an interrupt in what is measured.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "meter.h"
#include "workload.h"

enum { NOOPS = 15, MOST_OUTPUT = 1 << 18 };

static const struct workload *first;
static char output[MOST_OUTPUT];
static const char *self;
static bool has_meter;

void workload_register(struct workload *workload)
{
	workload->next = first;
	first = workload;
}

void must(bool good, const char *what)
{
	if (good)
		return;
	fprintf(stderr, "workloads: %s: %s\n", what, strerror(errno));
	exit(1);
}

const char *own_path(void)
{
	return self;
}

bool run_program(char *const argv[], const char *to)
{
	int status = -1;
	pid_t child = fork();

	if (!child) {
		int fd = to ? open(to, O_WRONLY | O_CREAT | O_TRUNC, 0600) : -1;

		if (fd >= 0)
			dup2(fd, STDOUT_FILENO);
		execv(argv[0], argv);
		_exit(127);
	}
	must(child > 0, "fork");
	waitpid(child, &status, 0);
	return WIFEXITED(status) && !WEXITSTATUS(status);
}

static bool has_lfence;

static inline void fence(void)
{
	if (has_lfence)
		asm volatile("lfence" : : : "memory");
}

/* A CPU with SSE2 does nothing else before or behind it meanwhile. */
static inline uint64_t tsc(void)
{
	uint64_t now;

	fence();
	now = __builtin_ia32_rdtsc();
	fence();
	return now;
}

static void nothing(void)
{
}

/* By pointer, so that the empty operation costs what the call of another does. */
static void time_it(void (*volatile once)(void), unsigned int n, uint64_t *ticks)
{
	for (unsigned int i = 0; i < n; i++) {
		uint64_t from = tsc();

		once();
		ticks[i] = tsc() - from;
	}
}

static void print_samples(FILE *out, const struct workload *w, const char *suffix,
			  const uint64_t *ticks, unsigned int n)
{
	for (unsigned int i = 0; i < n; i++)
		fprintf(out, "sample %s%s,%u,%llu\n", w->name, suffix, i,
			(unsigned long long)ticks[i]);
}

static void print_exits(FILE *out, const struct workload *w, const uint32_t *before,
			const uint32_t *after)
{
	uint32_t exits[METER_COUNTERS];

	meter_difference(before, after, exits);
	for (unsigned int i = 0; i < METER_COUNTERS; i++)
		fprintf(out, "exits %s,%s,%u,%u\n", w->name, meter_name(i), exits[i], w->samples);
}

static void measure(FILE *out, const struct workload *w)
{
	static uint64_t ticks[MOST_SAMPLES], empty[NOOPS];
	uint32_t before[METER_COUNTERS], after[METER_COUNTERS];

	memset(ticks, 1, sizeof(ticks));
	memset(empty, 1, sizeof(empty));
	for (unsigned int i = 0; i < w->warmup; i++)
		w->once();
	if (has_meter)
		meter_read(before);
	time_it(w->once, w->samples, ticks);
	if (has_meter)
		meter_read(after);
	time_it(nothing, NOOPS, empty);
	print_samples(out, w, "", ticks, w->samples);
	print_samples(out, w, ".noop", empty, NOOPS);
	if (has_meter)
		print_exits(out, w, before, after);
}

static void run(FILE *out, const struct workload *w)
{
	if (w->begin && !w->begin()) {
		fprintf(out, "missing %s\n", w->name);
		return;
	}
	measure(out, w);
	if (w->end)
		w->end();
}

static const struct workload *find(const char *name)
{
	const struct workload *w = first;

	while (w && strcmp(w->name, name))
		w = w->next;
	return w;
}

static void run_named(FILE *out, char *names)
{
	for (char *name = strtok(names, ","); name; name = strtok(NULL, ",")) {
		const struct workload *w = find(name);

		if (!w) {
			fprintf(stderr, "workloads: there is no workload '%s'\n", name);
			exit(2);
		}
		run(out, w);
	}
}

int main(int argc, char **argv)
{
	FILE *out;

	if (argc == 2 && !strcmp(argv[1], "--nothing"))
		return 0;
	has_lfence = __builtin_cpu_supports("sse2");
	self = argv[0];
	out = fmemopen(output, sizeof(output), "w");
	must(out, "memory for what is printed");
	mkdir(SCRATCH, 0755);
	has_meter = meter_open();
	if (argc == 2)
		run_named(out, argv[1]);
	else
		for (const struct workload *w = first; w; w = w->next)
			run(out, w);
	must(!fclose(out), "memory for what is printed");
	return fputs(output, stdout) < 0 || fflush(stdout);
}
