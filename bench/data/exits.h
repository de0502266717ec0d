/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The exits of one operation of a workload, by class, and by instruction as `privileged.NAME`:
 * means over a run.  The class `all` has the switches.
 */
#ifndef BENCH_DATA_EXITS_H
#define BENCH_DATA_EXITS_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct exits_row {
	char *bench, *variant, *twin, *class;
	unsigned int boot, run;
	double exits;
};

struct exits {
	struct exits_row *row;
	size_t n, room;
};

void exits_free(struct exits *exits);

/* A class without an exit has no row, except `all`. */
void exits_add(struct exits *exits, const struct exits_row *row);

#define EXITS_FILE "exits.csv"
#define EXITS_HEADER "bench,variant,twin,boot,run,class,exits"
void exits_write(const struct exits *exits, FILE *stream);

/* Add what a file holds; on failure why[] says which line is bad. */
enum { EXITS_WHY = 160 };
bool exits_read(struct exits *exits, FILE *stream, char why[EXITS_WHY]);

/* {class: exits}, the mean over boots and runs of a cell; null if it has none. */
json_t *exits_record(const struct exits *exits, const char *bench, const char *variant,
		     const char *twin);

#endif
