/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The workloads of a run, row by row: the cost of an operation in a variant, its native cost, and
 * its exits.
 */
#ifndef REPORT_WORKLOAD_ROWS_H
#define REPORT_WORKLOAD_ROWS_H

#include "run_folder.h"

struct workload_row {
	const char *bench, *variant, *twin;
	size_t series;			/* which variant and twin, from 0; native has none */
	size_t place;			/* which workload */
	double median;
	double native;			/* 0: not measured */
	const json_t *exits;		/* {class: mean of an operation}; null: not counted */
};

struct workload_rows {
	json_t *run;			/* run.json, which the rows point into */
	struct workload_row *row;
	size_t n, series, places;
	bool native;			/* something was measured without a Guest */
};

/*
 * Those of the run, or of the run `workloads` in its folder; none if neither has any.  A file that
 * cannot be read gives none either: reading that run itself prints an error.
 */
void workload_rows_make(struct workload_rows *rows, const struct run_folder *run);
void workload_rows_free(struct workload_rows *rows);

bool workload_row_is_native(const struct workload_row *row);

/* Mean exits of a class; 0 if there are none. */
double workload_exits(const struct workload_row *row, const char *class);

/* The workload whose exits are shown by class: fork_exec, or else the first that takes any. */
const char *workload_shown(const struct workload_rows *rows);

/* Is it one of the classes that the exits divide into: not `all`, nor the sum over instructions? */
bool workload_class_is_part(const json_t *exits, const char *class);

#endif
