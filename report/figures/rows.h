/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Rows that a figure keeps while the trace is read.  Only at the end is it known which of them the
 * figure shows, and a recording may hold millions: so they are in a temporary file.
 */
#ifndef REPORT_FIGURES_ROWS_H
#define REPORT_FIGURES_ROWS_H

#include <stdio.h>

#include "report/run_folder.h"

struct figure_rows {
	size_t bytes;			/* of a row */
	struct lg_consumer consumer;
	FILE *file;
	bool failed;
};

/* Have a function called for each switch or event of the trace; its arg is @rows. */
void figure_rows_follow(struct figure_rows *rows, struct run_folder *run, lg_pair_fn pair,
			lg_event_fn event);

void figure_rows_add(struct figure_rows *rows, const void *row);

/* Read from the first row on; no row may be added after it. */
void figure_rows_rewind(struct figure_rows *rows);

/* The next row, or false at the end. */
bool figure_rows_next(struct figure_rows *rows, void *row);

/* False, after an error message, if not all could be kept. */
bool figure_rows_good(const struct figure_rows *rows);

#endif
