/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Data of the figures of phases, see figures.h. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "figures.h"
#include "report/phase_table.h"
#include "util/file.h"

static bool write_table(const struct lg_table *table, const char *path)
{
	struct whole_file file;

	if (!whole_open(&file, path))
		return false;
	lg_table_write(table, LG_CSV, file.stream);
	return whole_commit(&file);
}

static bool has_breakdown(struct run_folder *run)
{
	for (uint32_t i = 0; run_folder_trace_good(run) && i < run->tally.n_rows; i++)
		if (run->tally.rows[i]->breakdown.state[LG_BREAKDOWN_GOOD])
			return true;
	return false;
}

/* Has the run valid breakdowns of more than one variant? */
static bool has_breakdowns(struct run_folder *run)
{
	const struct lg_row *first = NULL;

	for (uint32_t i = 0; run_folder_trace_good(run) && i < run->tally.n_rows; i++) {
		const struct lg_row *row = run->tally.rows[i];

		if (!row->breakdown.state[LG_BREAKDOWN_GOOD])
			continue;
		if (first && row->key.variant != first->key.variant)
			return true;
		first = row;
	}
	return false;
}

/* The name of a row's bar: its class of exits, or its variant. */
typedef const char *name_fn(const struct lg_phase_row *row);

static const char *variant_of(const struct lg_phase_row *row)
{
	return row->variant;
}

static const char *exit_of(const struct lg_phase_row *row)
{
	return row->exit;
}

static uint64_t switches_of(const struct lg_phase_rows *rows, const struct bar *bars,
			    name_fn *name_of, const char *name)
{
	uint64_t n = 0;

	for (uint32_t i = 0; i < rows->n; i++)
		if (rows->one[i].kind == LG_SUM && bars[i].number >= 0 &&
		    !strcmp(name_of(&rows->one[i]), name))
			n += rows->one[i].summary.n;
	return n;
}

/* The name whose bars represent the most switches; classic, if it is among several. */
static const char *commonest(const struct lg_phase_rows *rows, const struct bar *bars,
			     name_fn *name_of)
{
	const char *name = "";
	uint64_t most = 0;

	for (uint32_t i = 0; i < rows->n; i++) {
		const char *here = name_of(&rows->one[i]);
		uint64_t n = switches_of(rows, bars, name_of, here);

		if (n > most || (n == most && !strcmp(here, "classic"))) {
			most = n;
			name = here;
		}
	}
	return name;
}

/* Leave only the rows of one name, their bars counted anew.  The name must not point into a row,
 * since rows move. */
static void select_rows(struct lg_phase_rows *rows, struct bar *bars, name_fn *name_of,
			const char *name)
{
	int last = -1, number = -1;
	uint32_t kept = 0;

	for (uint32_t i = 0; i < rows->n; i++) {
		if (strcmp(name_of(&rows->one[i]), name))
			continue;
		rows->one[kept] = rows->one[i];
		bars[kept] = bars[i];
		if (bars[i].number >= 0 && bars[i].number != last) {
			last = bars[i].number;
			number++;
		}
		if (bars[i].number >= 0)
			bars[kept].number = number;
		kept++;
	}
	rows->n = kept;
}

/* Describe the boxes of a panel, whose sums are of @kind, and the largest difference of their
 * medians from that of the whole. */
static char *describe_boxes(const struct lg_phase_rows *rows, const struct bar *bars,
			    enum lg_interval kind, uint64_t *n)
{
	bool medians = false;
	double miss = 0;

	*n = 0;
	for (uint32_t i = 0; i < rows->n; i++) {
		const struct lg_summary *summary = &rows->one[i].summary;

		if (bars[i].number < 0 || rows->one[i].kind != kind)
			continue;
		medians = bars[i].medians;
		miss = fmax(miss, fabs(bars[i].to / (double)summary->p50 - 1));
		*n += summary->n;
	}
	if (!medians)
		return text("means with 95 %% intervals");
	return miss == 0 ? text("medians, which add up exactly") :
			   text("medians, which add up to within %.2g %%", 100 * miss);
}

/* The average cost of recording within an interval in C, as the trace reports it. */
static double overhead_of(const struct lg_tally *tally)
{
	double overhead = 0, timed = 0;

	for (uint32_t i = 0; i < tally->n_rows; i++) {
		overhead += (double)tally->rows[i]->overhead;
		timed += (double)tally->rows[i]->handling.n;
	}
	return timed > 0 ? overhead / timed : 0;
}

/* Describe the bars, from the rows of the table that have one. */
static char *describe_bars(const struct run_folder *run, const struct lg_phase_rows *rows,
			   const struct bar *bars, const char *also)
{
	uint64_t n, in_c;
	char *trip = describe_boxes(rows, bars, LG_SUM, &n);
	char *handling = describe_boxes(rows, bars, LG_SUM_IN_C, &in_c);
	bool differ = in_c && strcmp(trip, handling);
	double overhead = in_c ? overhead_of(&run->tally) : 0;
	char *cost = overhead > 0 ? text("; in C recording itself took %.4g %s a switch",
					overhead, run->unit) :
				   text("%s", "");
	char *numbers = text("n = %llu switches of %s, 1 recording, bars are %s%s%s%s; claimed: "
			     "by the Guest's own word, their sum is the Host's",
			     (unsigned long long)n, also, trip,
			     differ ? ", in C " : "", differ ? handling : "", cost);

	free(cost);
	free(trip);
	free(handling);
	return numbers;
}

/* The figure of the commonest name. */
static char *make_breakdown(struct run_folder *run, const char *path, name_fn *name_of)
{
	struct lg_phase_rows rows;
	struct lg_table table;
	struct bar *bars;
	char *name, *numbers = NULL;

	lg_phase_rows(&run->tally, &rows);
	bars = bars_make(&rows);
	name = text("%s", commonest(&rows, bars, name_of));
	select_rows(&rows, bars, name_of, name);
	phase_table_rows(&rows, bars, &table);
	lg_table_constant(&table, "unit", run->unit);
	lg_table_constant(&table, "tier", run->tier);
	if (write_table(&table, path))
		numbers = describe_bars(run, &rows, bars, name);
	lg_table_free(&table);
	lg_phase_rows_free(&rows);
	free(bars);
	free(name);
	return numbers;
}

static char *make_phases(struct run_folder *run, const char *path)
{
	return make_breakdown(run, path, variant_of);
}

static char *make_phases_variants(struct run_folder *run, const char *path)
{
	return make_breakdown(run, path, exit_of);
}

FIGURE(phases) = {
	"phases", make_phases, has_breakdown,
	"a trace with stamps: 'switchyard record --twin probed'", NULL,
};
FIGURE(phases_variants) = {
	"phases_variants", make_phases_variants, has_breakdowns,
	"stamps of two variants: 'switchyard record --twin probed --variant A,B'", NULL,
};
