/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tables from rows of distributions, see trace_tables.h. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "trace_tables.h"

#define N(array) (sizeof(array) / sizeof((array)[0]))

enum {
	EX_VARIANT, EX_TWIN, EX_EXIT, EX_NUMBER, EX_HYPERCALL, EX_GUEST, EX_CPU, EX_SAMPLES,
	EX_SHARE, EX_TIME, EX_TIMED, EX_MIN, EX_P50, EX_P95, EX_P99, EX_MAX, EX_AVG, EX_HALF,
	EX_CORRECTED, EX_OTHER, EX_MOVED, EX_DISTURBED, EX_NO_ENTER, EX_BACKWARDS, EX_FORGED,
	EX_ERROR,
};

static const struct lg_column exit_columns[] = {
	[EX_VARIANT] = { "variant", "variant", true },
	[EX_TWIN] = { "twin", "twin", true },
	[EX_EXIT] = { "exit", "exit", true },
	[EX_NUMBER] = { "number", "number", false },
	[EX_HYPERCALL] = { "hypercall", "hypercall", true },
	[EX_GUEST] = { "guest", "Guest", false },
	[EX_CPU] = { "cpu", "CPU", false },
	[EX_SAMPLES] = { "samples", "samples", false },
	[EX_SHARE] = { "samples_percent", "%", false },
	[EX_TIME] = { "time_percent", "time %", false },
	[EX_TIMED] = { "timed", NULL, false },
	[EX_MIN] = { "min", "min", false },
	[EX_P50] = { "p50", "p50", false },
	[EX_P95] = { "p95", "p95", false },
	[EX_P99] = { "p99", "p99", false },
	[EX_MAX] = { "max", "max", false },
	[EX_AVG] = { "avg", "avg", false },
	[EX_HALF] = { "avg_half_width_95", "± 95 %", false },
	[EX_CORRECTED] = { "avg_corrected", "corrected", false },
	[EX_OTHER] = { "untimed_other_guest", NULL, false },
	[EX_MOVED] = { "untimed_moved", NULL, false },
	[EX_DISTURBED] = { "untimed_disturbed", NULL, false },
	[EX_NO_ENTER] = { "untimed_no_enter", NULL, false },
	[EX_BACKWARDS] = { "untimed_backwards", NULL, false },
	[EX_FORGED] = { "stamps_refused", NULL, false },
	[EX_ERROR] = { "quantile_error", NULL, false },
};

void lg_table_summary(struct lg_table *table, uint32_t first, const struct lg_summary *s)
{
	if (!s->n)
		return;
	lg_table_count(table, first, s->min);
	lg_table_count(table, first + 1, s->p50);
	lg_table_count(table, first + 2, s->p95);
	lg_table_count(table, first + 3, s->p99);
	lg_table_count(table, first + 4, s->max);
	lg_table_real(table, first + 5, "%.1f", s->avg);
	if (s->half >= 0)
		lg_table_real(table, first + 6, "%.1f", s->half);
}

static const struct lg_tally *sorting;

static int by_samples(const void *a, const void *b)
{
	const struct lg_row *x = *(struct lg_row * const *)a, *y = *(struct lg_row * const *)b;
	const struct lg_intern *names = &sorting->names;
	int c = strcmp(lg_name_of(names, x->key.variant), lg_name_of(names, y->key.variant));

	if (!c)
		c = strcmp(lg_name_of(names, x->key.twin), lg_name_of(names, y->key.twin));
	if (!c)
		c = (x->exits < y->exits) - (x->exits > y->exits);
	if (!c)
		c = strcmp(lg_name_of(names, x->key.exit), lg_name_of(names, y->key.exit));
	if (!c)
		c = (x->key.number > y->key.number) - (x->key.number < y->key.number);
	if (!c)
		c = strcmp(lg_name_of(names, x->key.hypercall),
			   lg_name_of(names, y->key.hypercall));
	if (!c)
		c = (x->key.guest > y->key.guest) - (x->key.guest < y->key.guest);
	return c ? c : (x->key.cpu > y->key.cpu) - (x->key.cpu < y->key.cpu);
}

void lg_sort_rows(struct lg_tally *tally)
{
	sorting = tally;
	qsort(tally->rows, tally->n_rows, sizeof(tally->rows[0]), by_samples);
	tally->last = NULL;
}

static bool one_value(const struct lg_tally *tally, bool twin)
{
	uint32_t i;

	for (i = 1; i < tally->n_rows; i++)
		if (twin ? tally->rows[i]->key.twin != tally->rows[0]->key.twin :
			   tally->rows[i]->key.variant != tally->rows[0]->key.variant)
			return false;
	return tally->n_rows > 0;
}

void lg_fold_columns(const struct lg_tally *tally, struct lg_table *table, uint32_t variant,
		     uint32_t twin)
{
	size_t n = strlen(table->title);

	if (one_value(tally, false)) {
		lg_table_hide(table, variant);
		n += snprintf(table->title + n, sizeof(table->title) - n, "; variant %s",
			      lg_name_of(&tally->names, tally->rows[0]->key.variant));
	}
	if (one_value(tally, true) && n < sizeof(table->title)) {
		lg_table_hide(table, twin);
		snprintf(table->title + n, sizeof(table->title) - n, "; twin %s",
			 lg_name_of(&tally->names, tally->rows[0]->key.twin));
	}
}

static void set_key(const struct lg_tally *tally, const struct lg_row *row,
		    struct lg_table *table)
{
	unsigned int by = tally->options.by;

	lg_table_set(table, EX_VARIANT, "%s", lg_name_of(&tally->names, row->key.variant));
	lg_table_set(table, EX_TWIN, "%s", lg_name_of(&tally->names, row->key.twin));
	if (by & LG_BY_EXIT)
		lg_table_set(table, EX_EXIT, "%s", lg_name_of(&tally->names, row->key.exit));
	if (by & LG_BY_NUMBER)
		lg_table_count(table, EX_NUMBER, row->key.number);
	if (by & LG_BY_HYPERCALL)
		lg_table_set(table, EX_HYPERCALL, "%s", row->key.hypercall ?
			     lg_name_of(&tally->names, row->key.hypercall) : "-");
	if (by & LG_BY_GUEST)
		lg_table_count(table, EX_GUEST, row->key.guest);
	if (by & LG_BY_CPU)
		lg_table_count(table, EX_CPU, row->key.cpu);
}

/* Hide the columns of keys that the rows do not have. */
static void hide_keys(const struct lg_tally *tally, struct lg_table *table)
{
	unsigned int by = tally->options.by;

	if (!(by & LG_BY_EXIT))
		lg_table_hide(table, EX_EXIT);
	if (!(by & LG_BY_NUMBER))
		lg_table_hide(table, EX_NUMBER);
	if (!(by & LG_BY_HYPERCALL))
		lg_table_hide(table, EX_HYPERCALL);
	if (!(by & LG_BY_GUEST))
		lg_table_hide(table, EX_GUEST);
	if (!(by & LG_BY_CPU))
		lg_table_hide(table, EX_CPU);
}

struct totals {
	uint64_t exits, state[LG_PAIR_STATES], breakdown[LG_BREAKDOWN_STATES];
	long double time;
	bool cost_known;
	struct lg_summary cost, unreported;
	double error, inner, reported, overhead, timed;
	uint32_t negative;		/* rows whose corrected average is below 0 */
	bool packed;
	uint64_t from, to;
	bool range;
};

static void add_totals(const struct lg_tally *tally, struct totals *total)
{
	uint32_t i, state;

	memset(total, 0, sizeof(*total));
	total->cost_known = lg_event_cost(tally, &total->cost);
	if (!lg_unreported_cost(tally, &total->unreported))
		total->unreported = total->cost;
	total->packed = tally->packed;
	total->from = tally->options.from;
	total->to = tally->options.to;
	total->range = tally->options.to;
	for (i = 0; i < tally->n_rows; i++) {
		const struct lg_row *row = tally->rows[i];

		total->exits += row->exits;
		total->time += lg_wide_value(&row->handling.sum);
		total->inner += row->inner;
		total->reported += row->reported;
		total->overhead += row->overhead;
		total->timed += row->handling.n;
		for (state = 0; state < LG_PAIR_STATES; state++)
			total->state[state] += row->state[state];
		for (state = 0; state < LG_BREAKDOWN_STATES; state++)
			total->breakdown[state] += row->breakdown.state[state];
	}
}

/* The average less what recording took within the interval; negative ones stay so. */
static void set_corrected(const struct lg_row *row, const struct lg_summary *s,
			  struct totals *total, struct lg_table *table)
{
	double overhead = ((double)total->cost.p50 * row->inner +
			  (double)total->unreported.p50 * row->reported + row->overhead) / s->n;

	if (!total->cost_known && (row->inner || row->reported || !total->packed))
		return;
	lg_table_real(table, EX_CORRECTED, "%.1f", s->avg - overhead);
	total->negative += overhead > s->avg;
}

static void exit_row(const struct lg_tally *tally, const struct lg_row *row,
		     struct totals *total, struct lg_table *table)
{
	struct lg_summary s;

	lg_hist_summary(&row->handling, &s);
	lg_table_row(table);
	set_key(tally, row, table);
	lg_table_count(table, EX_SAMPLES, row->exits);
	lg_table_real(table, EX_SHARE, "%.2f", 100.0 * row->exits / total->exits);
	if (total->time > 0)
		lg_table_real(table, EX_TIME, "%.2f",
			     (double)(100.0L * lg_wide_value(&row->handling.sum) / total->time));
	lg_table_count(table, EX_TIMED, s.n);
	lg_table_summary(table, EX_MIN, &s);
	if (s.n)
		set_corrected(row, &s, total, table);
	lg_table_count(table, EX_OTHER, row->state[LG_PAIR_OTHER_GUEST]);
	lg_table_count(table, EX_MOVED, row->state[LG_PAIR_MOVED]);
	lg_table_count(table, EX_DISTURBED, row->state[LG_PAIR_DISTURBED]);
	lg_table_count(table, EX_NO_ENTER, row->state[LG_PAIR_NO_ENTER] +
		     row->state[LG_PAIR_NO_ENTER_SEEN]);
	lg_table_count(table, EX_BACKWARDS, row->state[LG_PAIR_BACKWARDS]);
	lg_table_count(table, EX_FORGED, row->breakdown.state[LG_BREAKDOWN_FORGED] +
		     row->breakdown.state[LG_BREAKDOWN_EMPTY]);
	lg_table_real(table, EX_ERROR, "%.6f", s.error);
	if (s.error > total->error)
		total->error = s.error;
}

static void note_untimed(const struct totals *total, struct lg_table *table)
{
	static const char * const why[LG_PAIR_STATES] = {
		[LG_PAIR_OTHER_GUEST] = "another Guest ran next on the CPU",
		[LG_PAIR_MOVED] = "the Guest was on another CPU meanwhile",
		[LG_PAIR_DISTURBED] = "a Host interrupt or context switch came between",
		[LG_PAIR_NO_ENTER] = "no enter followed in the recording",
		[LG_PAIR_NO_ENTER_SEEN] = "another exit followed with no enter between",
		[LG_PAIR_BACKWARDS] =
		"the next enter's TSC is before the exit's (negative, not clamped)",
	};
	uint32_t state;

	for (state = LG_PAIR_TIMED + 1; state < LG_PAIR_STATES; state++)
		if (total->state[state])
			lg_table_note(table, "Not timed: %" PRIu64 " exit%s, %s.",
				      total->state[state],
				      total->state[state] == 1 ? "" : "s", why[state]);
}

static void note_reported(const struct totals *total, struct lg_table *table)
{
	lg_table_note(table,
		      "Corrected: the cost of recording within the interval is subtracted: what the"
		      " next enter reports (%.1f on average), and %" PRIu64 " for each of the %.2f"
		      " events, which it does not report (from the calibration pairs).",
		      total->timed ? total->overhead / total->timed : 0, total->unreported.p50,
		      total->timed ? total->reported / total->timed : 0);
}

/* A note on what is subtracted from an interval, and where that comes from. */
static void note_owed(const struct totals *total, struct lg_table *table)
{
	if (total->packed)
		lg_table_note(table, "Corrected: the cost of packing switches within the"
			      " interval is subtracted, as each batch reports it (%.1f on"
			      " average).",
			      total->timed ? total->overhead / total->timed : 0);
	else if (total->overhead > 0 && total->cost_known)
		note_reported(total, table);
	if (total->inner > 0 && total->cost_known)
		lg_table_note(table,
			      "Corrected: %" PRIu64 " is subtracted for each event recorded within"
			      " the interval; most cost more, so the result is an upper bound.",
			      total->cost.p50);
}

static void note_corrected(const struct totals *total, struct lg_table *table)
{
	note_owed(total, table);
	if (total->negative)
		lg_table_note(table, "Negative when corrected, and so meaningless: %u rows.",
			      total->negative);
	if (total->cost_known)
		lg_table_note(table,
			      "Cost of the smallest event: min "
			      "%" PRIu64 ", median %" PRIu64 ", p99 %"
			      PRIu64 " (%" PRIu64 " calibration pairs).", total->cost.min,
			      total->cost.p50, total->cost.p99, total->cost.n);
	else if (total->inner > 0 || total->reported > 0)
		lg_table_note(table, "Not corrected: the recording holds no calibration pairs;"
			      " an interval includes the cost of the events recorded within it"
			      " (%.1f on average).",
			      total->timed ? (total->inner + total->reported) / total->timed : 0);
}

static void note_method(const struct totals *total, struct lg_table *table)
{
	note_corrected(total, table);
	if (total->range)
		lg_table_note(table, "Only exits from %" PRIu64 " to %" PRIu64
			      " after the first event.", total->from, total->to);
	if (total->error > 0)
		lg_table_note(table, "Quantiles are within %.4f %% of the exact ones; min, max"
			      " and avg are exact.", 100 * total->error);
	if (total->breakdown[LG_BREAKDOWN_FORGED])
		lg_table_note(table, "Stamps refused in %" PRIu64 " of the exits: out of order, or"
			      " outside the switch (the Guest can write them).",
			      total->breakdown[LG_BREAKDOWN_FORGED]);
	if (total->breakdown[LG_BREAKDOWN_EMPTY])
		lg_table_note(table, "Stamps missing in %" PRIu64 " of the exits of probed twins.",
			      total->breakdown[LG_BREAKDOWN_EMPTY]);
}

void lg_exits_table(struct lg_tally *tally, const char *unit, struct lg_table *table)
{
	struct totals total;
	uint32_t i;

	lg_table_init(table, "exits", exit_columns, N(exit_columns));
	lg_table_title(table, "Exits: handling by the Host, from back in C to the next enter,"
		       " in %s", unit);
	lg_fold_columns(tally, table, EX_VARIANT, EX_TWIN);
	hide_keys(tally, table);
	lg_sort_rows(tally);
	add_totals(tally, &total);
	if (!total.cost_known && !total.packed)
		lg_table_hide(table, EX_CORRECTED);
	for (i = 0; i < tally->n_rows; i++)
		exit_row(tally, tally->rows[i], &total, table);
	if (!tally->n_rows) {
		lg_table_note(table, "No exit in the recording.");
		return;
	}
	note_untimed(&total, table);
	note_method(&total, table);
}

enum {
	HI_FROM = EX_SAMPLES, HI_BELOW, HI_N, HI_SHARE, HI_CUMULATIVE, HI_BAR,
};

/* A bucket is a quarter of a power of two, and below 8 a single value. */
static uint64_t bucket_start(uint64_t value)
{
	unsigned int shift;

	if (value < 8)
		return value;
	shift = 61 - __builtin_clzll(value);
	return value >> shift << shift;
}

/* Where the bucket ends; 2^64 does not fit, so the last one ends at its last value. */
static uint64_t bucket_end(uint64_t start)
{
	uint64_t width = start < 8 ? 1 : 1ULL << (61 - __builtin_clzll(start));

	return start + width > start ? start + width : UINT64_MAX;
}

static void bucket_row(const struct lg_tally *tally, const struct lg_row *row, uint64_t start,
		       uint64_t n, uint64_t upto, uint64_t most, struct lg_table *table)
{
	static const char bar[] = "########################################";
	uint64_t all = row->handling.n;

	lg_table_row(table);
	set_key(tally, row, table);
	lg_table_count(table, HI_FROM, start);
	lg_table_count(table, HI_BELOW, bucket_end(start));
	lg_table_count(table, HI_N, n);
	lg_table_real(table, HI_SHARE, "%.2f", 100.0 * n / all);
	lg_table_real(table, HI_CUMULATIVE, "%.2f", 100.0 * upto / all);
	lg_table_set(table, HI_BAR, "%.*s", (int)((sizeof(bar) - 1) * n / most), bar);
}

/* The end of the bucket that slot @i opens, and how many values it holds. */
static size_t next_bucket(const struct lg_slot *sorted, size_t i, size_t used, uint64_t *n)
{
	uint64_t start = bucket_start(sorted[i].value);

	for (*n = 0; i < used && bucket_start(sorted[i].value) == start; i++)
		*n += sorted[i].count;
	return i;
}

static void histogram_rows(const struct lg_tally *tally, const struct lg_row *row,
			   struct lg_table *table)
{
	struct lg_slot *sorted = lg_hist_sorted(&row->handling);
	uint64_t n, most = 1, upto = 0;
	size_t i, end, used = row->handling.used;

	for (i = 0; sorted && i < used; i = end) {
		end = next_bucket(sorted, i, used, &n);
		most = n > most ? n : most;
	}
	for (i = 0; sorted && i < used; i = end) {
		end = next_bucket(sorted, i, used, &n);
		upto += n;
		bucket_row(tally, row, bucket_start(sorted[i].value), n, upto, most, table);
	}
	free(sorted);
}

void lg_histogram_table(struct lg_tally *tally, const char *unit, struct lg_table *table)
{
	struct lg_column columns[HI_BAR + 1] = {
		[HI_FROM] = { "from", "from", false },
		[HI_BELOW] = { "below", "below", false },
		[HI_N] = { "samples", "samples", false },
		[HI_SHARE] = { "samples_percent", "%", false },
		[HI_CUMULATIVE] = { "cumulative_percent", "up to %", false },
		[HI_BAR] = { "bar", "", true },
	};
	uint32_t i;

	memcpy(columns, exit_columns, EX_SAMPLES * sizeof(columns[0]));
	lg_table_init(table, "histogram", columns, N(columns));
	lg_table_title(table, "Handling by the Host, in buckets of a quarter of a power of two,"
		       " in %s", unit);
	lg_fold_columns(tally, table, EX_VARIANT, EX_TWIN);
	hide_keys(tally, table);
	lg_sort_rows(tally);
	for (i = 0; i < tally->n_rows; i++)
		histogram_rows(tally, tally->rows[i], table);
}

static const char *bits_text(uint32_t changed, char *buf, size_t size)
{
	static const char * const names[] = { "idt", "gdt", "tls", "other" };
	size_t i, n = 0;

	*buf = '\0';
	for (i = 0; i < N(names); i++)
		if (changed & (i < 3 ? 1u << i : ~7u))
			n += snprintf(buf + n, size - n, "%s%s", n ? " " : "", names[i]);
	return buf;
}

void lg_copy_in_table(const struct lg_tally *tally, struct lg_table *table)
{
	static const struct lg_column columns[] = {
		{ "variant", "variant", true }, { "reason", "reason", true },
		{ "samples", "samples", false }, { "samples_percent", "%", false },
		{ "bytes", "bytes", false }, { "bytes_avg", "bytes avg", false },
		{ "changed", "bits seen", true },
	};
	uint64_t all = 0;
	uint32_t i;

	lg_table_init(table, "copy_in", columns, N(columns));
	lg_table_title(table, "Copy-in of Guest state: hits, and misses by reason");
	for (i = 0; i < tally->n_reasons; i++)
		all += tally->reasons[i].n;
	for (i = 0; i < tally->n_reasons; i++) {
		const struct lg_reason *r = &tally->reasons[i];
		char bits[32];

		lg_table_row(table);
		lg_table_set(table, 0, "%s", lg_name_of(&tally->names, r->variant));
		lg_table_set(table, 1, "%s", lg_name_of(&tally->names, r->reason));
		lg_table_count(table, 2, r->n);
		lg_table_real(table, 3, "%.2f", 100.0 * r->n / all);
		lg_table_count(table, 4, r->bytes);
		lg_table_real(table, 5, "%.1f", (double)r->bytes / r->n);
		lg_table_set(table, 6, "%s", bits_text(r->changed, bits, sizeof(bits)));
	}
}

void lg_stays_table(const struct lg_tally *tally, const char *unit, struct lg_table *table)
{
	const struct lg_column columns[] = {
		{ "variant", "variant", true }, { "class", "class", true },
		{ "exits", "exits", false }, { "ticks", unit, false },
		{ "ticks_avg", "avg", false },
	};
	uint32_t i;

	lg_table_init(table, "stays", columns, N(columns));
	lg_table_title(table, "Exits that the Switcher has answered itself (claimed)");
	for (i = 0; i < tally->n_stays; i++) {
		const struct lg_stays *s = &tally->stays[i];

		lg_table_row(table);
		lg_table_set(table, 0, "%s", lg_name_of(&tally->names, s->variant));
		lg_table_set(table, 1, "%s", lg_name_of(&tally->names, s->class));
		lg_table_count(table, 2, s->exits);
		lg_table_count(table, 3, s->ticks);
		lg_table_real(table, 4, "%.1f", s->exits ? (double)s->ticks / s->exits : 0);
	}
	if (tally->n_stays)
		lg_table_note(table, "They are no switches: their time lies in the phase \"in the "
			      "Guest\", and is told by the probed twin alone.");
}

static void check_row(const struct lg_tally *tally, const struct lg_loss_cpu *cpu, uint32_t type,
		      struct lg_table *table)
{
	const struct lg_loss_type *t = &cpu->type[type];
	uint64_t missing = t->missing[LG_FAULT_HEAD] + t->missing[LG_FAULT_HOLE] +
			   t->missing[LG_FAULT_TAIL];

	if (!t->events && !missing && !t->missing[LG_FAULT_BACK])
		return;
	lg_table_row(table);
	lg_table_count(table, 0, cpu->cpu);
	lg_table_set(table, 1, "%s", lg_loss_type_name(&tally->loss, type));
	lg_table_count(table, 2, t->events);
	lg_table_count(table, 3, t->missing[LG_FAULT_HEAD]);
	lg_table_count(table, 4, t->missing[LG_FAULT_HOLE]);
	lg_table_count(table, 5, t->missing[LG_FAULT_TAIL]);
	lg_table_count(table, 6, t->missing[LG_FAULT_BACK]);
}

void lg_check_table(const struct lg_tally *tally, struct lg_table *table)
{
	static const struct lg_column columns[] = {
		{ "cpu", "CPU", false }, { "event", "event", true },
		{ "events", "events", false }, { "missing_head", "missing head", false },
		{ "missing_hole", "hole", false }, { "missing_tail", "tail", false },
		{ "order", "out of order", false },
	};
	const struct lg_loss *seq = &tally->loss;
	uint32_t i, type;

	lg_table_init(table, "check", columns, N(columns));
	lg_table_title(table, "Loss check: %s", lg_tally_verdict(tally) == LG_GOOD ?
		       "good, no event is missing" : "VOID");
	for (i = 0; i < seq->n_cpus; i++)
		for (type = 0; type < seq->n_types; type++)
			check_row(tally, seq->cpus[i], type, table);
	if (seq->outside)
		lg_table_note(table, "Outside the marks, and left out: %" PRIu64 " events.",
			      seq->outside);
	if (tally->foreign)
		lg_table_note(table, "Events of other programs: %" PRIu64 ".", tally->foreign);
}

size_t lg_print_faults(const struct lg_tally *tally, const char *prefix, FILE *out)
{
	struct lg_fault fault[64];
	size_t n = lg_loss_faults(&tally->loss, fault, N(fault)), i;
	char line[160];

	for (i = 0; i < n && i < N(fault); i++) {
		lg_fault_text(&tally->loss, &fault[i], line, sizeof(line));
		fprintf(out, "%s%s\n", prefix, line);
	}
	if (n > N(fault))
		fprintf(out, "%s%zu more faults\n", prefix, n - N(fault));
	return n;
}
