/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The data of figures: from a run to csv/<figure>.csv. */
#ifndef REPORT_FIGURES_FIGURES_H
#define REPORT_FIGURES_FIGURES_H

#include <stdbool.h>
#include <stdint.h>

#include "report/run_folder.h"
#include "bench/data/samples.h"

/*
 * Write the figure's CSV to `path`, whole, and answer the caption's text for n, to be freed; NULL,
 * after an error message, if it cannot be written.
 */
typedef char *figure_maker(struct run_folder *run, const char *path);

/* Has the run the data?  Prints nothing. */
typedef bool figure_test(struct run_folder *run);

/* Add a consumer to the run, before its trace is read. */
typedef void figure_follower(struct run_folder *run);

struct figure {
	const char *name;
	figure_maker *make;
	figure_test *applies;
	const char *needs;		/* the data, and what makes them */
	figure_follower *follow;	/* NULL: the tally is enough */
};

/*
 * A figure registers itself in the file that makes its CSV, and plots/NAME.gp draws it:
 *
 *	FIGURE(cdf) = { "cdf", make_cdf, has_samples, "samples: ..." };
 */
#define FIGURE(id)							\
	static const struct figure figure_##id;				\
	static const struct figure *const figure_at_##id		\
		__attribute__((used, no_reorder, section("figures"))) = &figure_##id;	\
	static const struct figure figure_##id

/* All of them, in the order in which they are linked. */
extern const struct figure *const __start_figures[], *const __stop_figures[];
#define figures __start_figures
#define n_figures (((uintptr_t)__stop_figures - (uintptr_t)__start_figures) / sizeof(*figures))

/*
 * Net samples if the run has them, or else raw ones; raw ones if `raw`.  They
 * are read once and belong to the program.  NULL if there are none.
 */
const struct samples *figure_samples(const struct run_folder *run, bool raw);

/*
 * False, after an error message, if the samples cannot be read, or have another unit than the run.
 */
bool figure_samples_good(const struct run_folder *run);

/* When a figure of distributions shows a series: a rule for readers. */
#define DISTRIBUTION_RULE \
	"Distributions are drawn of benchmarks that have a shape to see: one whose samples " \
	"are all one value in each cell, but for one of them and one in a thousand, is a " \
	"number in the table of benchmarks, and no curve, box or sequence."

#endif
