/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where the time of a world switch goes, as rows: for each class of exits its intervals, from one
 * enter to the next in the order of time, and the phases of the trip and of handling in probed
 * twins.
 */
#ifndef ANALYSIS_TABLE_PHASES_H
#define ANALYSIS_TABLE_PHASES_H

#include "analysis/model/tally.h"

enum lg_interval {
	LG_IN_C,		/* between the events: entry, or handling without stamps of C */
	LG_PHASE,		/* of the trip, from one stamp to the next */
	LG_SUM,			/* the whole trip */
	LG_PHASE_IN_C,		/* of handling */
	LG_SUM_IN_C,		/* all of handling */
};

struct lg_phase_row {
	const struct lg_row *class;
	const char *variant, *twin, *phase;	/* last as long as the tally */
	char exit[160];				/* the other keys of the class */
	uint32_t place;				/* in the order of time */
	enum lg_interval kind;
	struct lg_summary summary;
	double mean;
	double percent;				/* of the time of the class; below 0: unknown */
	bool rare;				/* a class of less than one exit in a hundred */
};

struct lg_phase_rows {
	struct lg_phase_row *one;
	uint32_t n, room;
	uint32_t rare_classes;
};

/* To be freed.  Sorts the rows of the tally. */
void lg_phase_rows(struct lg_tally *tally, struct lg_phase_rows *rows);
void lg_phase_rows_free(struct lg_phase_rows *rows);

const char *lg_interval_name(enum lg_interval kind);

#endif
