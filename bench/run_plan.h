/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Runs a whole plan, one block a boot, and writes the run's folder.  The caller decides what
 * runs a block: the lab machine or the present kernel.
 */
#ifndef BENCH_RUN_PLAN_H
#define BENCH_RUN_PLAN_H

#include "bench_options.h"

/* A boot's table of the kernel's symbols (ops_map.h). */
#define SYMBOLS_FILE "symbols.txt"

/* Where a block leaves its files; when it ends they are read, and `part` is removed. */
struct boot_files {
	const char *part;		/* folder for boot.json, samples.csv and SYMBOLS_FILE */
	const char *log;		/* of the lab machine's console */
	const char *description;	/* how the lab machine was started (lab.h) */
	const char *ops;		/* folder for what the plugin counts; NULL: nothing */
	const char *pmu;		/* file for performance counters, or NULL */
};

/* Run one boot's share of a plan.  Answers an exit status. */
typedef int run_block_fn(const struct plan *plan, unsigned int boot,
			 const struct boot_files *files);

/* Run all of it and print the table.  Answers an exit status. */
int run_plan(const struct bench_options *options, run_block_fn *run_block);

#endif
