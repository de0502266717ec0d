/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The figures of the Linux workloads: their ratio to native, and the classes of their exits. */
#include <stdlib.h>
#include <string.h>

#include "figures.h"
#include "report/workload_rows.h"
#include "util/file.h"

static bool has_ratio(const struct workload_row *row)
{
	return !workload_row_is_native(row) && row->native > 0;
}

static bool has_workloads(struct run_folder *run)
{
	struct workload_rows rows;
	bool has = false;

	workload_rows_make(&rows, run);
	for (size_t i = 0; i < rows.n; i++)
		has |= has_ratio(&rows.row[i]);
	workload_rows_free(&rows);
	return has;
}

/* A workload that was not measured natively is not in the figure. */
static void write_ratios(const struct run_folder *run, const struct workload_rows *rows, FILE *out)
{
	const char *last = "";
	size_t place = 0;

	fputs("place,bench,series,variant,twin,native,median,ratio,exits,unit,tier\n", out);
	for (size_t i = 0; i < rows->n; i++) {
		const struct workload_row *row = &rows->row[i];

		if (!has_ratio(row))
			continue;
		place += *last && strcmp(last, row->bench);
		last = row->bench;
		fprintf(out, "%zu,%s,%zu,%s,%s,%.10g,%.10g,%.6f,%.6g,%s,%s\n", place, row->bench,
			row->series, row->variant, row->twin, row->native, row->median,
			row->median / row->native, workload_exits(row, "all"), run->unit,
			run->tier);
	}
}

static char *make_workloads(struct run_folder *run, const char *path)
{
	struct workload_rows rows;
	struct whole_file file;
	char *numbers = NULL;

	workload_rows_make(&rows, run);
	if (whole_open(&file, path)) {
		write_ratios(run, &rows, file.stream);
		if (whole_commit(&file))
			numbers = text("medians; native: the same program as a process of the lab "
				       "machine's own kernel");
	}
	workload_rows_free(&rows);
	return numbers;
}

/* ---- where exits come from ---- */

enum { MOST_CLASSES = 64, NAMED_CLASSES = 7 };

struct class_sum {
	const char *name;
	double exits;
};

static int by_size(const void *a, const void *b)
{
	const struct class_sum *x = a, *y = b;

	return (x->exits < y->exits) - (x->exits > y->exits);
}

static bool is_shown(const struct workload_row *row, const char *bench)
{
	return json_is_object(row->exits) && !strcmp(row->bench, bench);
}

/* Classes of one workload over all variants, the largest first. */
static size_t sum_classes(const struct workload_rows *rows, const char *bench,
			  struct class_sum classes[MOST_CLASSES])
{
	size_t n = 0;

	for (size_t i = 0; i < rows->n; i++) {
		const json_t *value;
		const char *name;

		if (!is_shown(&rows->row[i], bench))
			continue;
		json_object_foreach((json_t *)rows->row[i].exits, name, value) {
			size_t at = 0;

			while (at < n && strcmp(classes[at].name, name))
				at++;
			if (at == MOST_CLASSES ||
			    !workload_class_is_part(rows->row[i].exits, name))
				continue;
			if (at == n)
				classes[n++] = (struct class_sum){ name, 0 };
			classes[at].exits += json_number_value(value);
		}
	}
	qsort(classes, n, sizeof(*classes), by_size);
	return n;
}

/* Write one bar; classes without a name of their own are `other`. */
static void write_bar(const struct run_folder *run, const struct workload_row *row,
		      const struct class_sum *classes, size_t n, FILE *out)
{
	double from = 0;

	for (size_t i = 0; i <= n; i++) {
		double exits = i < n ? workload_exits(row, classes[i].name) :
			       workload_exits(row, "all") - from;

		if (exits < 0)
			exits = 0;
		fprintf(out, "%zu,%s,%s,%s,%zu,%s,%.6g,%.6g,%.6g,exits,%s\n", row->series,
			row->variant, row->twin, row->bench, i, i < n ? classes[i].name : "other",
			exits, from, from + exits, run->tier);
		from += exits;
	}
}

static char *make_exits(struct run_folder *run, const char *path)
{
	struct class_sum classes[MOST_CLASSES] = { 0 };
	struct workload_rows rows;
	struct whole_file file;
	char *numbers = NULL;

	workload_rows_make(&rows, run);
	if (whole_open(&file, path)) {
		const char *bench = workload_shown(&rows);
		size_t n = sum_classes(&rows, bench, classes);

		n = n < NAMED_CLASSES ? n : NAMED_CLASSES;
		fputs("bar,variant,twin,bench,place,class,exits,from,to,unit,tier\n", file.stream);
		for (size_t i = 0; i < rows.n; i++)
			if (is_shown(&rows.row[i], bench))
				write_bar(run, &rows.row[i], classes, n, file.stream);
		if (whole_commit(&file))
			numbers = text("means of one %s; ticks of both kernels are among them",
				       bench);
	}
	workload_rows_free(&rows);
	return numbers;
}

static bool has_exits(struct run_folder *run)
{
	struct workload_rows rows;
	bool has;

	workload_rows_make(&rows, run);
	has = workload_shown(&rows);
	workload_rows_free(&rows);
	return has;
}

#define NEEDS "workloads: 'switchyard bench --plan bench/linux.plan'"

FIGURE(workloads) = { "workloads", make_workloads, has_workloads, NEEDS, NULL };
FIGURE(workloads_exits) = {
	"workloads_exits", make_exits, has_exits,
	"workloads that take exits: 'switchyard bench --plan bench/linux.plan'", NULL
};
