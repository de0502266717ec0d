/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Raw samples, in the order in which they were taken.  A series holds the samples of one quantity
 * from one run of one cell.  The empty loop of a benchmark is a series of its own, BENCH.noop.
 */
#ifndef BENCH_DATA_SAMPLES_H
#define BENCH_DATA_SAMPLES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct series {
	char *bench, *variant, *twin, *unit;
	unsigned int boot, run;
	double *value;
	size_t n, room;
};

struct samples {
	struct series *series;
	size_t n, room;
};

void samples_free(struct samples *samples);

/* The series of that name, made if it is not there. */
struct series *samples_series(struct samples *samples, const char *bench, const char *variant,
			      const char *twin, unsigned int boot, unsigned int run,
			      const char *unit);
void series_add(struct series *series, double value);

/* The long form: one sample per line. */
#define SAMPLES_HEADER "bench,variant,twin,boot,run,unit,value"
void samples_write(const struct samples *samples, FILE *stream);

/* The same without the header, from the series of that number on. */
void samples_write_from(const struct samples *samples, size_t first, FILE *stream);

/* Add what a file in long form holds; on failure why[] says which line is bad. */
enum { SAMPLES_WHY = 160 };
bool samples_read(struct samples *samples, FILE *stream, char why[SAMPLES_WHY]);

/*
 * Add what the Launcher wrote: lines of series,index,value, where each series
 * counts its index up from 0.  `like` gives variant, twin, boot, run and unit.
 */
bool samples_read_launcher(struct samples *samples, FILE *stream, const struct series *like,
			   char why[SAMPLES_WHY]);

#endif
