/* SPDX-License-Identifier: GPL-2.0-or-later */
/*T:249 Which figures there are; plots/NAME.gp draws each, see figures.h. */
#include "figures.h"

const struct figure figures[] = {
	{ "cdf", make_cdf, has_samples },
	{ "ccdf", make_cdf, has_samples },
	{ "boxes", make_boxes, has_samples },
	{ "sequence", make_sequence, has_samples },
	{ "matrix", make_matrix, has_variants },
	{ "batch", make_batch, has_batch },
	{ "guests", make_guests, has_guests },
	{ "phases", make_phases, has_ledger },
	{ "phases_variants", make_phases_variants, has_ledgers },
	{ "timeline", make_timeline, has_switches },
	{ "misses", make_misses, has_copy_in },
	{ "sysenter", make_sysenter, has_sysenter },
};
const size_t n_figures = sizeof(figures) / sizeof(figures[0]);
