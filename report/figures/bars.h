/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Geometry of stacked bars of phases.  Each class of exits that is not rare has one bar; a phase
 * begins where the one below it ends.
 */
#ifndef REPORT_FIGURES_BARS_H
#define REPORT_FIGURES_BARS_H

#include "analysis/table/phases.h"

struct bar {
	int number;		/* from 0; -1: the row is in no bar */
	bool medians;		/* else means */
	double from, to;
};

/*
 * One for each row, to be freed.  Medians are drawn if in every bar they add up to the median of
 * the whole: exactly for the trip, within 5 % for handling; otherwise means are.  Handling has a
 * long tail, from waiting for other processes, so its means are hardly meaningful.
 */
struct bar *bars_make(const struct lg_phase_rows *rows);

#endif
