/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The phases in which two traces differ; see comparison.h.  A phase that only one side has is
 * listed too, in the order of time; the other side's cell is empty, and its time is taken as 0.
 */
#include <stdlib.h>
#include <string.h>

#include "analysis/table/phases.h"
#include "comparison.h"

enum { WH_VARIANT, WH_TWIN, WH_EXIT, WH_PHASE, WH_BASE, WH_NEW, WH_MORE };

static const struct lg_column columns[] = {
	[WH_VARIANT] = { "variant", "variant", true },
	[WH_TWIN] = { "twin", "twin", true },
	[WH_EXIT] = { "exit", "exit", true },
	[WH_PHASE] = { "phase", "phase", true },
	[WH_BASE] = { "base", "base", false },
	[WH_NEW] = { "new", "new", false },
	[WH_MORE] = { "difference", "difference", false },
};

/* The phases of both sides.  If a side has several variants, equal ones are compared; if each has
 * one, these are compared, whichever they are. */
struct sides {
	struct lg_phase_rows base, new;
	bool variants;
	uint32_t alone;			/* rows that only one side has */
};

/* A row of either side, and its place: the class of exits, and the place in that class. */
struct line {
	const struct lg_phase_rows *side;
	const struct lg_phase_row *row;
	uint64_t class;
};

static bool same_class(const struct sides *sides, const struct lg_phase_row *a,
		       const struct lg_phase_row *b)
{
	return (!sides->variants || !strcmp(a->variant, b->variant)) && !strcmp(a->twin, b->twin) &&
	       !strcmp(a->exit, b->exit);
}

static bool several_variants(const struct lg_phase_rows *rows)
{
	for (uint32_t i = 1; i < rows->n; i++)
		if (strcmp(rows->one[0].variant, rows->one[i].variant))
			return true;
	return false;
}

/* In the lines that are shown. */
static bool several_twins(const struct lg_table *table)
{
	for (uint32_t row = 1; row < table->n_rows; row++)
		if (strcmp(lg_table_cell(table, 0, WH_TWIN)->text,
			   lg_table_cell(table, row, WH_TWIN)->text))
			return true;
	return false;
}

/* The first row of `side` for the same class; NULL: it has none. */
static const struct lg_phase_row *class_in(const struct sides *sides,
					   const struct lg_phase_row *row,
					   const struct lg_phase_rows *side)
{
	for (uint32_t i = 0; i < side->n; i++)
		if (same_class(sides, row, &side->one[i]))
			return &side->one[i];
	return NULL;
}

/* The row of `side` for the same phase of the same class; NULL: it has none. */
static const struct lg_phase_row *partner(const struct sides *sides, const struct lg_phase_row *row,
					  const struct lg_phase_rows *side)
{
	for (uint32_t i = 0; i < side->n; i++)
		if (same_class(sides, row, &side->one[i]) &&
		    !strcmp(row->phase, side->one[i].phase))
			return &side->one[i];
	return NULL;
}

/* A phase that a side does not have takes no time there. */
static long long median(const struct lg_phase_row *row)
{
	return row ? (long long)row->summary.p50 : 0;
}

static void add_line(struct sides *sides, const struct line *line, const struct lg_phase_row *was,
		     const struct lg_phase_row *is, struct lg_table *table)
{
	lg_table_row(table);
	lg_table_set(table, WH_VARIANT, "%s", line->row->variant);
	lg_table_set(table, WH_TWIN, "%s", line->row->twin);
	lg_table_set(table, WH_EXIT, "%s", line->row->exit);
	lg_table_set(table, WH_PHASE, "%s", line->row->phase);
	if (was)
		lg_table_count(table, WH_BASE, median(was));
	if (is)
		lg_table_count(table, WH_NEW, median(is));
	sides->alone += !was || !is;
	lg_table_integer(table, WH_MORE, "%+lld", median(is) - median(was));
}

static bool shown(const struct sides *sides, const struct line *line,
		  const struct lg_phase_row *was, const struct lg_phase_row *is)
{
	const struct lg_phase_rows *other = line->side == &sides->new ? &sides->base : &sides->new;

	return median(was) != median(is) && !(was && was->rare) && !(is && is->rare) &&
	       class_in(sides, line->row, other);
}

static int by_time(const void *a, const void *b)
{
	const struct line *x = a, *y = b;

	if (x->class != y->class)
		return x->class < y->class ? -1 : 1;
	return (x->row->place > y->row->place) - (x->row->place < y->row->place);
}

/* All rows of the new side, and those of the base that it does not have.  A class is placed by its
 * first row; classes that only the base has follow all of the new side. */
static uint32_t gather(const struct sides *sides, struct line *line)
{
	const struct lg_phase_rows *new = &sides->new, *base = &sides->base;
	uint32_t n = 0;

	for (uint32_t i = 0; i < new->n; i++)
		line[n++] = (struct line){
			new, &new->one[i], (uint64_t)(class_in(sides, &new->one[i],
							       new) - new->one),
		};
	for (uint32_t i = 0; i < base->n; i++) {
		const struct lg_phase_row *row = &base->one[i], *class = class_in(sides, row, new);

		if (partner(sides, row, new))
			continue;
		line[n++] = (struct line){
			base, row, class ? (uint64_t)(class - new->one) :
			new->n + (uint64_t)(class_in(sides, row, base) - base->one),
		};
	}
	return n;
}

static void add_lines(struct sides *sides, struct lg_table *table)
{
	struct line *line = calloc(sides->base.n + sides->new.n + 1, sizeof(*line));
	uint32_t n;

	if (!line)
		abort();
	n = gather(sides, line);
	qsort(line, n, sizeof(*line), by_time);
	for (uint32_t i = 0; i < n; i++) {
		bool mine = line[i].side == &sides->new;
		const struct lg_phase_row *is = mine ? line[i].row : NULL;
		const struct lg_phase_row *was = mine ? partner(sides, is, &sides->base) :
			line[i].row;

		if (shown(sides, &line[i], was, is))
			add_line(sides, &line[i], was, is, table);
	}
	free(line);
}

/* Classes of exits that one side shows and the other does not have. */
static uint32_t classes_alone(const struct sides *sides, const struct lg_phase_rows *side,
			      const struct lg_phase_rows *other)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < side->n; i++)
		n += !side->one[i].rare && class_in(sides, &side->one[i], side) == &side->one[i] &&
		     !class_in(sides, &side->one[i], other);
	return n;
}

static void note(const struct sides *sides, struct lg_table *table)
{
	uint32_t classes = classes_alone(sides, &sides->base, &sides->new) +
			   classes_alone(sides, &sides->new, &sides->base);

	if (!table->n_rows)
		lg_table_note(table, "No phase of the two traces differs.");
	if (sides->alone)
		lg_table_note(table, "No number: that side has no such phase.");
	if (classes)
		lg_table_note(table, "Left out: %u class%s of exits that only one side has.",
			      classes, classes == 1 ? "" : "es");
}

bool phase_diff_table(struct run_folder *first, struct run_folder *last, struct lg_table *table)
{
	struct sides sides = { .alone = 0 };

	if (first == last || !first->analysed || !last->analysed)
		return false;
	lg_phase_rows(&first->tally, &sides.base);
	lg_phase_rows(&last->tally, &sides.new);
	sides.variants = several_variants(&sides.base) || several_variants(&sides.new);
	lg_table_init(table, "where", columns, sizeof(columns) / sizeof(columns[0]));
	lg_table_title(table, "Where: medians of the phases that differ, in %s", last->unit);
	add_lines(&sides, table);
	if (!sides.variants)
		lg_table_hide(table, WH_VARIANT);
	if (!several_twins(table))
		lg_table_hide(table, WH_TWIN);
	note(&sides, table);
	lg_table_constant(table, "unit", last->unit);
	lg_table_constant(table, "tier", last->tier);
	lg_phase_rows_free(&sides.base);
	lg_phase_rows_free(&sides.new);
	return true;
}
