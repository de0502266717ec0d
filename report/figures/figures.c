/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which figures there are; plots/NAME.gp draws each, see figures.h. */
#include "figures.h"

#define SAMPLES "samples: 'switchyard bench' makes them"

const struct figure figures[] = {
	{ "cdf", make_cdf, has_samples, SAMPLES },
	{ "ccdf", make_cdf, has_samples, SAMPLES },
	{ "boxes", make_boxes, has_samples, SAMPLES },
	{ "sequence", make_sequence, has_samples, SAMPLES },
	{ "matrix", make_matrix, has_variants,
	  "samples of two variants to compare: 'switchyard bench --variant A,B'" },
	{ "batch", make_batch, has_batch, "samples of 'switchyard bench --bench async_sweep'" },
	{ "guests", make_guests, has_guests, "samples of 'switchyard bench --bench guests_sweep'" },
	{ "phases", make_phases, has_breakdown,
	  "a trace with stamps: 'switchyard record --twin probed'" },
	{ "phases_variants", make_phases_variants, has_breakdowns,
	  "stamps of two variants: 'switchyard record --twin probed --variant A,B'" },
	{ "timeline", make_timeline, has_switches, "a trace of switches: 'switchyard record'" },
	{ "misses", make_misses, has_copy_in,
	  "a trace with lg_copy_in: 'switchyard record --events switches'" },
	{ "sysenter", make_sysenter, has_sysenter, "a sweep: 'bench/experiments/sweep RUN'" },
};
const size_t n_figures = sizeof(figures) / sizeof(figures[0]);
