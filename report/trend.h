/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Medians over several runs, in the order in which they are named, and where each cell changed.
 * A change is a difference by the rules of comparison.h: a cell is compared with the same cell of
 * the run at which it changed last, or of the first.  Runs of different environments are not
 * compared: each environment is a series of its own.
 */
#ifndef REPORT_TREND_H
#define REPORT_TREND_H

#include "cells.h"
#include "run_folder.h"
#include "analysis/table/table.h"

/* One cell in one run. */
struct trend_point {
	const json_t *result;		/* NULL: the run has none */
	double median;
	int against;			/* the run that it is compared with; -1: none */
	double reference, ratio;	/* that run's median, and this one's to it; NAN: none */
	char verdict[32];
	bool exact, changed;
};

struct trend_cell {
	const char *bench, *variant, *twin;
	struct trend_point *point;	/* of each run */
	size_t changes;
	int first_change;		/* the run; -1: it did not change */
};

struct trend_run {
	const struct run_folder *folder;
	const char *path;		/* as the user named it */
	char *label;			/* what distinguishes it from the others */
	int environment;		/* the first run that was made in the same */
};

struct trend {
	struct trend_run *run;
	size_t runs;
	struct trend_cell *cell;
	size_t cells;
};

/* Answers an exit status; to be freed either way. */
int trend_make(struct trend *trend, const struct run_folder *runs, const char *const *paths,
	       size_t n, const struct cells *cells);
void trend_free(struct trend *trend);

/* How many environments the runs were made in. */
size_t trend_environments(const struct trend *trend);

/* A row for each cell with its medians; more runs than it has columns are in the CSV of
 * trend_write. */
void trend_table(const struct trend *trend, struct lg_table *table);

/* A row for each run: what its label means. */
void trend_runs_table(const struct trend *trend, struct lg_table *table);

/* The figure's CSV, a row for each cell and run; answers the caption's text for n, to be freed, or
 * NULL after an error message. */
char *trend_write(const struct trend *trend, const char *path);

#endif
