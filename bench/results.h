/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A run's folder: run.json, env.json, samples.csv, net.csv, ops.csv, exits.csv and pmu.csv. */
#ifndef BENCH_RESULTS_H
#define BENCH_RESULTS_H

#include <jansson.h>

#include "machine.h"
#include "ops.h"
#include "bench/data/plan.h"
#include "bench/data/exits.h"
#include "bench/data/pmu.h"
#include "bench/data/samples.h"

#define RUN_SCHEMA "switchyard-run-1"

struct run {
	const struct plan *plan;
	const struct samples *samples;
	const struct ops *ops;		/* of the cells that the plugin counted */
	const struct exits *exits;	/* of the cells that are workloads */
	const struct pmu *pmu;		/* performance counters, where they were asked for */
	json_t *environment;		/* borrowed */
	json_t *warnings;		/* array of strings; borrowed */
	json_t *part;			/* the boots that it holds; NULL: all; borrowed */
	json_t *tool;			/* what measured it; NULL: this program; borrowed */
	enum tier tier;
	bool interrupted;
	const char *void_because;	/* why the run is void; NULL if it is valid */
};

/*
 * Write all files, each whole (ops.csv if ops were counted); add warnings about suspicious numbers.
 */
bool results_write(const struct run *run, const char *folder);

/* A folder of results/ that carries the time, where there is no checkout of the current one; to be
 * freed. */
char *results_folder(void);

/* Samples of another run, or the record of another environment, are not overwritten: false, after
 * an error message. */
bool results_folder_is_free(const char *folder);

/* Print one line per cell, for readers. */
void results_print(const struct run *run, FILE *stream);

#endif
