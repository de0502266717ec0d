/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * workload.h - an operation that is timed again and again, as a process of the Host's kernel or of
 * a Guest's.
 *
 * A file registers its workloads itself, and says in its head what each is, a line
 * `workload: NAME; UNIT; WHAT`, from which scripts/lists makes the list of them.
 */
#ifndef BENCH_LINUX_WORKLOAD_H
#define BENCH_LINUX_WORKLOAD_H

#include <stdbool.h>
#include <stdint.h>

#define PAGE	4096u

struct workload {
	const char *name;
	unsigned int samples;		/* how often it is timed, at most MOST_SAMPLES */
	unsigned int warmup;		/* and how often it is done before */
	bool (*begin)(void);		/* false: it cannot be done here.  NULL: nothing to do */
	void (*once)(void);
	void (*end)(void);		/* NULL: nothing to do */
	const struct workload *next;
};

enum { MOST_SAMPLES = 256 };

#define WORKLOAD(id, ...)							\
	static struct workload workload_##id = { .name = #id, __VA_ARGS__ };	\
	static void __attribute__((constructor)) register_##id(void)		\
	{									\
		workload_register(&workload_##id);				\
	}

void workload_register(struct workload *workload);

/* Ends the program, saying what it is that failed. */
void must(bool good, const char *what);

/* Run a program and wait for it; false: it did not end with status 0. */
bool run_program(char *const argv[], const char *output);

/* This program's own file, and a folder in memory for files. */
const char *own_path(void);
#define SCRATCH	"/tmp"

#endif
