/* SPDX-License-Identifier: GPL-2.0-or-later */
/*T:257
 * In which phases two traces differ; see compare.h.  A phase that one side alone has stands
 * there too, in the order of time; the other side's cell is empty, and counts as no time.
 */
#include <stdlib.h>
#include <string.h>

#include "comparison.h"
#include "analysis/table/trace_tables.h"

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

/* The tables of both sides.  Variants tell lines apart if a side has several: else one is held
 * against the other, whichever they are. */
struct sides {
	struct lg_sheet base, new;
	bool variants;
	uint32_t alone;			/* rows that one side alone has */
};

/* A line of either table, and where it stands: in which class of exits, and where in that. */
struct line {
	const struct lg_sheet *sheet;
	uint32_t row;
	uint64_t class;
	long place;
};

static bool alike(const struct lg_sheet *a, uint32_t i, const struct lg_sheet *b, uint32_t j,
		  const char *id)
{
	return !strcmp(lg_sheet_at(a, i, id), lg_sheet_at(b, j, id));
}

static bool same_class(const struct sides *sides, const struct lg_sheet *a, uint32_t i,
		       const struct lg_sheet *b, uint32_t j)
{
	return (!sides->variants || alike(a, i, b, j, "variant")) && alike(a, i, b, j, "twin") &&
	       alike(a, i, b, j, "exit");
}

static bool several(const struct lg_sheet *sheet, const char *id)
{
	for (uint32_t row = 1; row < sheet->n_rows; row++)
		if (!alike(sheet, 0, sheet, row, id))
			return true;
	return false;
}

/* The first row of `other` for the same class; -1: it has none. */
static int64_t class_in(const struct sides *sides, const struct lg_sheet *sheet, uint32_t row,
			const struct lg_sheet *other)
{
	for (uint32_t i = 0; i < other->n_rows; i++)
		if (same_class(sides, sheet, row, other, i))
			return i;
	return -1;
}

/* The row of `other` for the same phase of the same class; -1: it has none. */
static int64_t partner(const struct sides *sides, const struct lg_sheet *sheet, uint32_t row,
		       const struct lg_sheet *other)
{
	for (uint32_t i = 0; i < other->n_rows; i++)
		if (same_class(sides, sheet, row, other, i) && alike(sheet, row, other, i, "phase"))
			return i;
	return -1;
}

static long long median(const struct lg_sheet *sheet, int64_t row)
{
	return row < 0 ? 0 : strtoll(lg_sheet_at(sheet, (uint32_t)row, "p50"), NULL, 10);
}

static void where_row(struct sides *sides, const struct line *line, int64_t was, int64_t is,
		      struct lg_sheet *sheet)
{
	long long before = median(&sides->base, was), now = median(&sides->new, is);

	lg_sheet_row(sheet);
	for (uint32_t i = WH_VARIANT; i <= WH_PHASE; i++)
		lg_sheet_set(sheet, i, "%s", lg_sheet_at(line->sheet, line->row, columns[i].id));
	if (was >= 0)
		lg_sheet_set(sheet, WH_BASE, "%lld", before);
	if (is >= 0)
		lg_sheet_set(sheet, WH_NEW, "%lld", now);
	sides->alone += was < 0 || is < 0;
	lg_sheet_set(sheet, WH_MORE, "%+lld", now - before);
}

static bool shown(const struct sides *sides, const struct line *line, int64_t was, int64_t is)
{
	const struct lg_sheet *other = line->sheet == &sides->new ? &sides->base : &sides->new;

	return median(&sides->base, was) != median(&sides->new, is) &&
	       (was < 0 || !sides->base.quiet[was]) && (is < 0 || !sides->new.quiet[is]) &&
	       class_in(sides, line->sheet, line->row, other) >= 0;
}

static int by_time(const void *a, const void *b)
{
	const struct line *x = a, *y = b;

	if (x->class != y->class)
		return x->class < y->class ? -1 : 1;
	return (x->place > y->place) - (x->place < y->place);
}

/* All lines of the new side, and those of the base that it does not have. */
static uint32_t gather(const struct sides *sides, struct line *line)
{
	const struct lg_sheet *both[] = { &sides->new, &sides->base };
	uint32_t n = 0;

	for (int side = 0; side < 2; side++)
		for (uint32_t row = 0; row < both[side]->n_rows; row++) {
			int64_t class = class_in(sides, both[side], row, &sides->new);

			if (side && partner(sides, both[side], row, &sides->new) >= 0)
				continue;
			if (class < 0)
				class = sides->new.n_rows + class_in(sides, both[side], row,
								     both[side]);
			line[n++] = (struct line){
				both[side], row, (uint64_t)class,
				strtol(lg_sheet_at(both[side], row, "place"), NULL, 10),
			};
		}
	return n;
}

static void where_rows(struct sides *sides, struct lg_sheet *sheet)
{
	struct line *line = calloc(sides->base.n_rows + sides->new.n_rows + 1, sizeof(*line));
	uint32_t n;

	if (!line)
		abort();
	n = gather(sides, line);
	qsort(line, n, sizeof(*line), by_time);
	for (uint32_t i = 0; i < n; i++) {
		bool mine = line[i].sheet == &sides->new;
		int64_t is = mine ? (int64_t)line[i].row : -1;
		int64_t was = mine ? partner(sides, &sides->new, line[i].row, &sides->base) :
				     (int64_t)line[i].row;

		if (shown(sides, &line[i], was, is))
			where_row(sides, &line[i], was, is, sheet);
	}
	free(line);
}

/* Classes of exits that `sheet` shows and `other` does not have. */
static uint32_t classes_alone(const struct sides *sides, const struct lg_sheet *sheet,
			      const struct lg_sheet *other)
{
	uint32_t n = 0;

	for (uint32_t row = 0; row < sheet->n_rows; row++)
		n += !sheet->quiet[row] && class_in(sides, sheet, row, sheet) == row &&
		     class_in(sides, sheet, row, other) < 0;
	return n;
}

static void note(const struct sides *sides, struct lg_sheet *sheet)
{
	uint32_t classes = classes_alone(sides, &sides->base, &sides->new) +
			   classes_alone(sides, &sides->new, &sides->base);

	if (!sheet->n_rows)
		lg_sheet_note(sheet, "No phase of the two traces differs.");
	if (sides->alone)
		lg_sheet_note(sheet, "No number: that side has no such phase.");
	if (classes)
		lg_sheet_note(sheet, "Left out: %u class%s of exits that one side alone has.",
			      classes, classes == 1 ? "" : "es");
}

bool where_table(struct rundir *first, struct rundir *last, struct lg_sheet *sheet)
{
	struct sides sides = { .alone = 0 };

	if (first == last || !first->analysed || !last->analysed)
		return false;
	lg_table_phases(&first->tally, first->unit, &sides.base);
	lg_table_phases(&last->tally, last->unit, &sides.new);
	sides.variants = several(&sides.base, "variant") || several(&sides.new, "variant");
	lg_sheet_init(sheet, "where", columns, sizeof(columns) / sizeof(columns[0]));
	lg_sheet_title(sheet, "Where: medians of the phases that differ, in %s", last->unit);
	where_rows(&sides, sheet);
	if (!sides.variants)
		lg_sheet_hide(sheet, WH_VARIANT);
	if (!several(sheet, "twin"))
		lg_sheet_hide(sheet, WH_TWIN);
	note(&sides, sheet);
	lg_sheet_constant(sheet, "unit", last->unit);
	lg_sheet_constant(sheet, "tier", last->tier);
	lg_sheet_free(&sides.base);
	lg_sheet_free(&sides.new);
	return true;
}
