/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which figures there are; plots/NAME.gp draws each, see figures.h. */
#include "figures.h"

#define SAMPLES "samples: 'switchyard bench' makes them"

const struct figure figures[] = {
	{ "cdf", make_cdf, has_samples, SAMPLES, NULL },
	{ "ccdf", make_cdf, has_samples, SAMPLES, NULL },
	{ "boxes", make_boxes, has_samples, SAMPLES, NULL },
	{ "sequence", make_sequence, has_samples, SAMPLES, NULL },
	{ "matrix", make_matrix, has_variants,
	  "samples of two variants to compare: 'switchyard bench --variant A,B'", NULL },
	{ "batch", make_batch, has_batch, "samples of 'switchyard bench --bench async_sweep'", NULL },
	{ "guests", make_guests, has_guests, "samples of 'switchyard bench --bench guests_sweep'", NULL },
	{ "phases", make_phases, has_breakdown,
	  "a trace with stamps: 'switchyard record --twin probed'", NULL },
	{ "phases_variants", make_phases_variants, has_breakdowns,
	  "stamps of two variants: 'switchyard record --twin probed --variant A,B'", NULL },
	{ "timeline", make_timeline, has_switches, "a trace of switches: 'switchyard record'",
	  follow_timeline },
	{ "misses", make_misses, has_copy_in,
	  "a trace with lg_copy_in: 'switchyard record --events switches'", follow_misses },
	{ "sysenter", make_sysenter, has_sysenter, "a sweep: 'bench/experiments/sweep RUN'", NULL },
};
const size_t n_figures = sizeof(figures) / sizeof(figures[0]);
