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
 * One for each row, to be freed.  Medians are drawn where they add up, for every bar, to that of
 * the whole: exactly for the trip, within 5 % for handling; else means are.  Handling has a long
 * tail, which waits for other processes, so its means say little.
 */
struct bar *bars_make(const struct lg_phase_rows *rows);

#endif
