/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads the rows of workloads from run.json; see workload_rows.h. */
#include <stdlib.h>
#include <string.h>

#include "workload_rows.h"
#include "bench/data/plan.h"
#include "lg/grown.h"
#include "util/file.h"

static const char *word(const json_t *result, const char *key)
{
	const char *found = json_string_value(json_object_get(result, key));

	return found ? found : "";
}

static bool is_of_linux(const json_t *run)
{
	return !strcmp(word(json_object_get(run, "plan"), "guest"), "linux");
}

/* To be released; NULL if there is none, or one of another tier. */
static json_t *find_run(const struct run_folder *run)
{
	char *path = text("%s/workloads/run.json", run->path ? run->path : ".");
	json_t *found = NULL;

	if (run->run && is_of_linux(run->run))
		found = json_incref(run->run);
	else if (run->path && exists(path))
		found = json_load_file(path, 0, NULL);
	free(path);
	if (found && is_of_linux(found) && !strcmp(word(found, "tier"), run->tier) &&
	    json_is_null(json_object_get(found, "void")))
		return found;
	json_decref(found);
	return NULL;
}

bool workload_row_is_native(const struct workload_row *row)
{
	return !strcmp(row->variant, PLAN_NATIVE);
}

static double median_of(const json_t *result)
{
	return json_number_value(json_object_get(json_object_get(result, "summary"), "median"));
}

static double native_of(json_t *results, const char *bench)
{
	json_t *result;
	size_t i;

	json_array_foreach(results, i, result)
		if (!strcmp(word(result, "bench"), bench) &&
		    !strcmp(word(result, "variant"), PLAN_NATIVE))
			return median_of(result);
	return 0;
}

/* In the order of first mention. */
static void place(struct workload_rows *rows, struct workload_row *row)
{
	row->place = rows->places;
	row->series = rows->series;
	for (size_t i = 0; i < rows->n; i++) {
		const struct workload_row *other = &rows->row[i];

		if (!strcmp(other->bench, row->bench))
			row->place = other->place;
		if (!workload_row_is_native(other) && !strcmp(other->variant, row->variant) &&
		    !strcmp(other->twin, row->twin))
			row->series = other->series;
	}
	if (row->place == rows->places)
		rows->places++;
	if (row->series == rows->series && !workload_row_is_native(row))
		rows->series++;
}

static void add(struct workload_rows *rows, json_t *results, const json_t *result)
{
	struct workload_row row = {
		.bench = word(result, "bench"), .variant = word(result, "variant"),
		.twin = word(result, "twin"), .median = median_of(result),
		.native = native_of(results, word(result, "bench")),
		.exits = json_object_get(result, "exits"),
	};

	place(rows, &row);
	rows->native |= workload_row_is_native(&row);
	rows->row = reallocarray(rows->row, rows->n + 1, sizeof(*rows->row));
	if (!rows->row)
		abort();
	rows->row[rows->n++] = row;
}

void workload_rows_make(struct workload_rows *rows, const struct run_folder *run)
{
	json_t *results, *result;
	size_t i;

	memset(rows, 0, sizeof(*rows));
	rows->run = find_run(run);
	results = json_object_get(rows->run, "results");
	json_array_foreach(results, i, result)
		add(rows, results, result);
}

void workload_rows_free(struct workload_rows *rows)
{
	free(rows->row);
	json_decref(rows->run);
	memset(rows, 0, sizeof(*rows));
}

double workload_exits(const struct workload_row *row, const char *class)
{
	return json_number_value(json_object_get(row->exits, class));
}

const char *workload_shown(const struct workload_rows *rows)
{
	const char *first = NULL;

	for (size_t i = 0; i < rows->n; i++) {
		if (workload_exits(&rows->row[i], "all") <= 0)
			continue;
		if (!strcmp(rows->row[i].bench, "fork_exec"))
			return rows->row[i].bench;
		if (!first)
			first = rows->row[i].bench;
	}
	return first;
}

bool workload_class_is_part(const json_t *exits, const char *class)
{
	const char *key;
	const json_t *value;

	if (!strcmp(class, "all"))
		return false;
	if (strcmp(class, "privileged"))
		return true;
	json_object_foreach((json_t *)exits, key, value)
		if (!strncmp(key, "privileged.", 11))
			return false;
	return true;
}
