/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rows of phases, see phases.h. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "phases.h"
#include "trace_tables.h"

const char *lg_interval_name(enum lg_interval kind)
{
	static const char * const names[] = {
		[LG_IN_C] = "in_c", [LG_PHASE] = "phase", [LG_SUM] = "sum",
		[LG_PHASE_IN_C] = "phase_in_c", [LG_SUM_IN_C] = "sum_in_c",
	};

	return names[kind];
}

/* The name of a row's class: its keys beside variant and twin. */
static void key_text(const struct lg_tally *tally, const struct lg_row *row, char *buf, size_t size)
{
	unsigned int by = tally->options.by;
	size_t n = 0;

	buf[0] = '\0';
	if (by & LG_BY_EXIT)
		n += snprintf(buf + n, size - n, "%s ", lg_name_of(&tally->names, row->key.exit));
	if (by & LG_BY_NUMBER && n < size)
		n += snprintf(buf + n, size - n, "vector %u ", row->key.number);
	if (by & LG_BY_HYPERCALL && row->key.hypercall && n < size)
		n += snprintf(buf + n, size - n, "%s ",
			      lg_name_of(&tally->names, row->key.hypercall));
	if (by & LG_BY_GUEST && n < size)
		n += snprintf(buf + n, size - n, "Guest %u ", row->key.guest);
	if (by & LG_BY_CPU && n < size)
		n += snprintf(buf + n, size - n, "CPU %u ", row->key.cpu);
	buf[n < size ? (n ? n - 1 : 0) : size - 1] = '\0';
	if (!*buf)
		strcpy(buf, "-");
}

/* Does this class have at least one percent of the exits of its variant and twin? */
static bool common(const struct lg_tally *tally, const struct lg_row *row)
{
	uint64_t all = 0;
	uint32_t i;

	for (i = 0; i < tally->n_rows; i++)
		if (tally->rows[i]->key.variant == row->key.variant &&
		    tally->rows[i]->key.twin == row->key.twin)
			all += tally->rows[i]->exits;
	return row->exits * 100 >= all;
}

/* The class that rows are added for. */
struct adding {
	const struct lg_tally *tally;
	const struct lg_row *class;
	bool rare;
	struct lg_phase_rows *rows;
};

static struct lg_phase_row *new_row(struct lg_phase_rows *rows)
{
	if (rows->n == rows->room) {
		rows->room = rows->room ? 2 * rows->room : 64;
		rows->one = realloc(rows->one, rows->room * sizeof(*rows->one));
		if (!rows->one)
			abort();
	}
	memset(&rows->one[rows->n], 0, sizeof(*rows->one));
	return &rows->one[rows->n++];
}

/* A row for an interval, if it was seen at all. */
static void add(const struct adding *to, uint32_t place, const char *phase,
		const struct lg_hist *hist, enum lg_interval kind)
{
	const struct lg_row *class = to->class;
	long double all = lg_wide_value(&class->entry.sum) + lg_wide_value(&class->trip.sum) +
			  lg_wide_value(&class->handling.sum);
	struct lg_summary summary;
	struct lg_phase_row *row;

	if (!lg_hist_summary(hist, &summary))
		return;
	row = new_row(to->rows);
	row->class = class;
	row->variant = lg_name_of(&to->tally->names, class->key.variant);
	row->twin = lg_name_of(&to->tally->names, class->key.twin);
	key_text(to->tally, class, row->exit, sizeof(row->exit));
	row->place = place;
	row->phase = phase;
	row->kind = kind;
	row->summary = summary;
	row->mean = (double)lg_wide_value(&hist->sum) / (double)hist->n;
	row->percent = all > 0 ? (double)(100.0L * lg_wide_value(&hist->sum) / all) : -1;
	row->rare = to->rare;
}

static void add_trip(const struct adding *to)
{
	const struct lg_phases *phases = &to->class->breakdown;

	for (uint32_t i = 0; i < phases->n; i++)
		add(to, 1 + i, lg_phase_name(i, phases->n), &phases->phase[i], LG_PHASE);
	add(to, 1 + phases->n, "= far call to back in C", &to->class->trip, LG_SUM);
}

/* A probe of C that no switch of the class has passed has no row. */
static void add_handling(const struct adding *to)
{
	const struct lg_phases *phases = &to->class->c_breakdown;
	uint32_t place = to->class->breakdown.n + 2;

	if (!phases->n) {
		add(to, place, "handling in C", &to->class->handling, LG_IN_C);
		return;
	}
	for (uint32_t i = 0; i < phases->n; i++)
		if (lg_wide_value(&phases->phase[i].sum) > 0)
			add(to, place + i, lg_c_phase_name(i, phases->n), &phases->phase[i],
			    LG_PHASE_IN_C);
	add(to, place + phases->n, "= back in C to the next enter", &to->class->handling,
	    LG_SUM_IN_C);
}

void lg_phase_rows(struct lg_tally *tally, struct lg_phase_rows *rows)
{
	memset(rows, 0, sizeof(*rows));
	lg_sort_rows(tally);
	for (uint32_t i = 0; i < tally->n_rows; i++) {
		struct adding to = { tally, tally->rows[i], !common(tally, tally->rows[i]), rows };

		add(&to, 0, "entry in C", &to.class->entry, LG_IN_C);
		add_trip(&to);
		add_handling(&to);
		rows->rare_classes += to.rare;
	}
}

void lg_phase_rows_free(struct lg_phase_rows *rows)
{
	free(rows->one);
	memset(rows, 0, sizeof(*rows));
}
