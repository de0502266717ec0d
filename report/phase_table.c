/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rows of phases as text, see phase_table.h. */
#include <inttypes.h>
#include <stdlib.h>

#include "analysis/table/trace_tables.h"
#include "phase_table.h"

enum {
	PH_VARIANT, PH_TWIN, PH_EXIT, PH_PLACE, PH_PHASE, PH_N, PH_SHARE, PH_MIN, PH_P50,
	PH_P95, PH_P99, PH_MAX, PH_AVG, PH_HALF, PH_KIND, PH_BAR, PH_STAT, PH_FROM, PH_TO,
};

static const struct lg_column phase_columns[] = {
	[PH_VARIANT] = { "variant", "variant", true },
	[PH_TWIN] = { "twin", "twin", true },
	[PH_EXIT] = { "exit", "exit", true },
	[PH_PLACE] = { "place", NULL, false },
	[PH_PHASE] = { "phase", "phase", true },
	[PH_N] = { "samples", "samples", false },
	[PH_SHARE] = { "time_percent", "time %", false },
	[PH_MIN] = { "min", "min", false },
	[PH_P50] = { "p50", "p50", false },
	[PH_P95] = { "p95", "p95", false },
	[PH_P99] = { "p99", "p99", false },
	[PH_MAX] = { "max", "max", false },
	[PH_AVG] = { "avg", "avg", false },
	[PH_HALF] = { "avg_half_width_95", "± 95 %", false },
	[PH_KIND] = { "kind", NULL, true },
	[PH_BAR] = { "bar", NULL, false },
	[PH_STAT] = { "bar_of", NULL, true },
	[PH_FROM] = { "from", NULL, false },
	[PH_TO] = { "to", NULL, false },
};

static void add_bar(struct lg_table *table, const struct bar *bar)
{
	if (bar->number < 0)
		return;
	lg_table_count(table, PH_BAR, bar->number);
	lg_table_set(table, PH_STAT, "%s", bar->medians ? "median" : "mean");
	lg_table_real(table, PH_FROM, "%.3f", bar->from);
	lg_table_real(table, PH_TO, "%.3f", bar->to);
}

static void add_row(struct lg_table *table, const struct lg_phase_row *row, const struct bar *bar)
{
	lg_table_row(table);
	lg_table_set(table, PH_VARIANT, "%s", row->variant);
	lg_table_set(table, PH_TWIN, "%s", row->twin);
	lg_table_set(table, PH_EXIT, "%s", row->exit);
	lg_table_count(table, PH_PLACE, row->place);
	lg_table_set(table, PH_PHASE, "%s", row->phase);
	lg_table_set(table, PH_KIND, "%s", lg_interval_name(row->kind));
	lg_table_count(table, PH_N, row->summary.n);
	if (row->percent >= 0)
		lg_table_real(table, PH_SHARE, "%.2f", row->percent);
	lg_table_summary(table, PH_MIN, &row->summary);
	add_bar(table, bar);
	if (row->rare)
		lg_table_quiet(table);
}

void phase_table_rows(const struct lg_phase_rows *rows, const struct bar *bars,
		      struct lg_table *table)
{
	lg_table_init(table, "phases", phase_columns,
		      sizeof(phase_columns) / sizeof(phase_columns[0]));
	for (uint32_t i = 0; i < rows->n; i++)
		add_row(table, &rows->one[i], &bars[i]);
}

static uint64_t sum_of(const struct lg_phases *phases)
{
	uint64_t sum = 0;
	uint32_t i;

	for (i = 0; i < phases->n; i++)
		sum += phases->phase[i].sum.low;
	return sum;
}

static void note_breakdown(struct lg_table *table, const struct lg_tally *tally, bool in_c,
			const char *what, const char *whole, const char *unit)
{
	uint64_t good = 0, refused = 0, sum = 0, all = 0;
	uint32_t i;

	for (i = 0; i < tally->n_rows; i++) {
		const struct lg_row *row = tally->rows[i];
		const struct lg_phases *phases = in_c ? &row->c_breakdown : &row->breakdown;

		good += phases->state[LG_BREAKDOWN_GOOD];
		refused += phases->state[LG_BREAKDOWN_FORGED] + phases->state[LG_BREAKDOWN_LONG];
		refused += phases->state[LG_BREAKDOWN_EMPTY];
		sum += sum_of(phases);
		all += phases->whole;
	}
	if (good)
		lg_table_note(table, "Breakdown of %" PRIu64 " %s: phases %" PRIu64 ", %s %" PRIu64
			      ", residual %" PRId64 " %s.", good, what, sum, whole, all,
			      (int64_t)(all - sum), unit);
	if (refused && in_c)
		lg_table_note(table, "Without a breakdown: %" PRIu64 " %s.", refused, what);
}

/* There are claimed phases if any trip has its phases. */
static void note_claimed(struct lg_table *table, const struct lg_tally *tally)
{
	for (uint32_t i = 0; i < tally->n_rows; i++)
		if (tally->rows[i]->breakdown.state[LG_BREAKDOWN_GOOD]) {
			lg_table_note(table, "claimed: begins or ends at a stamp that the Guest"
				      " can overwrite; only their sum can be trusted.");
			return;
		}
}

/* The sums: phases compared with intervals, and intervals with the whole time. */
static void note_closure(const struct lg_tally *tally, const char *unit, struct lg_table *table)
{
	uint64_t whole, accounted;

	note_breakdown(table, tally, false, "switches", "far call to back in C", unit);
	note_claimed(table, tally);
	note_breakdown(table, tally, true, "handlings", "back in C to the next enter", unit);
	lg_pairing_closure(&tally->pairing, &whole, &accounted);
	if (whole && !tally->options.to)
		lg_table_note(table, "First enter to last return, all CPUs: %" PRIu64
			      " %s; entry, trip and handling account for %" PRIu64
			      ", residual %" PRId64 " (%.2f %%).", whole, unit, accounted,
			      (int64_t)(whole - accounted),
			      100.0 * (double)(int64_t)(whole - accounted) / (double)whole);
}

void phase_table(struct lg_tally *tally, const char *unit, struct lg_table *table)
{
	struct lg_phase_rows rows;
	struct bar *bars;

	lg_phase_rows(tally, &rows);
	bars = bars_make(&rows);
	phase_table_rows(&rows, bars, table);
	lg_table_title(table, "Where a world switch goes, in %s", unit);
	lg_fold_columns(tally, table, PH_VARIANT, PH_TWIN);
	if (rows.rare_classes)
		lg_table_note(table, "Not shown, but in the CSV: %u classes of exits that are rarer"
			      " than 1 %%.", rows.rare_classes);
	note_closure(tally, unit, table);
	free(bars);
	lg_phase_rows_free(&rows);
}
