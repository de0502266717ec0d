/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A run's folder: run.json, env.json, samples.csv, net.csv, and ops.csv. */
#ifndef BENCH_RESULTS_H
#define BENCH_RESULTS_H

#include <jansson.h>

#include "machine.h"
#include "ops.h"
#include "bench/data/plan.h"
#include "bench/data/samples.h"

#define RUN_SCHEMA "switchyard-run-1"

struct run {
	const struct plan *plan;
	const struct samples *samples;
	const struct ops *ops;		/* of the cells that the plugin counted */
	json_t *environment;		/* borrowed */
	json_t *warnings;		/* array of strings; borrowed */
	enum tier tier;
	bool interrupted;
	const char *void_because;	/* why the run is not to be believed; NULL if it is */
};

/*
 * Write all files, each whole (ops.csv if ops were counted); add warnings for what looks wrong in
 * the numbers.
 */
bool results_write(const struct run *run, const char *folder);

/* One line a cell, for people. */
void results_print(const struct run *run, FILE *stream);

#endif
