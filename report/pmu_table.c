/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Performance counters as a table. */
#include <stdlib.h>
#include <string.h>

#include "bench/data/pmu.h"
#include "bench/data/summary.h"
#include "pmu_table.h"
#include "util/file.h"
#include "util/words.h"

enum { PM_BENCH, PM_VARIANT, PM_TWIN, PM_EVENT, PM_RING, PM_MEDIAN, PM_MIN, PM_MAX, PM_N,
       PM_COLUMNS };

static const struct lg_column columns[] = {
	[PM_BENCH] = { "bench", "benchmark", true },
	[PM_VARIANT] = { "variant", "variant", true },
	[PM_TWIN] = { "twin", "twin", true },
	[PM_EVENT] = { "event", "event", true },
	[PM_RING] = { "ring", "ring", true },
	[PM_MEDIAN] = { "median", "a sample", false },
	[PM_MIN] = { "min", "min", false },
	[PM_MAX] = { "max", "max", false },
	[PM_N] = { "n", "n", false },
};

static bool alike(const struct pmu_row *a, const struct pmu_row *b)
{
	return !strcmp(a->bench, b->bench) && !strcmp(a->variant, b->variant) &&
	       !strcmp(a->twin, b->twin) && !strcmp(a->event, b->event) &&
	       !strcmp(a->ring, b->ring);
}

/* All boots and runs of what row @first counts; answers how many, or 0 if an earlier row is of the
 * same. */
static size_t gather(const struct pmu *pmu, size_t first, double *values)
{
	size_t n = 0;

	for (size_t i = 0; i < pmu->n; i++)
		if (alike(&pmu->row[i], &pmu->row[first])) {
			if (i < first)
				return 0;
			values[n++] = pmu_per_sample(&pmu->row[i]);
		}
	sort_values(values, n);
	return n;
}

static void add_row(struct lg_table *table, const struct pmu_row *row, const double *sorted,
		    size_t n)
{
	lg_table_row(table);
	lg_table_set(table, PM_BENCH, "%s", row->bench);
	lg_table_set(table, PM_VARIANT, "%s", row->variant);
	lg_table_set(table, PM_TWIN, "%s", row->twin);
	lg_table_set(table, PM_EVENT, "%s", row->event);
	lg_table_set(table, PM_RING, "%s", row->ring);
	lg_table_real(table, PM_MEDIAN, "%.3f", quantile(sorted, n, 0.5));
	lg_table_real(table, PM_MIN, "%.3f", sorted[0]);
	lg_table_real(table, PM_MAX, "%.3f", sorted[n - 1]);
	lg_table_count(table, PM_N, n);
}

static void add_rows(struct lg_table *table, const struct pmu *pmu)
{
	double *values = calloc(pmu->n, sizeof(*values));

	if (!values)
		abort();
	for (size_t i = 0; i < pmu->n; i++) {
		size_t n = gather(pmu, i, values);

		if (n)
			add_row(table, &pmu->row[i], values, n);
	}
	free(values);
}

/* What this machine did not count, and why: a note for each reason. */
static void note_absent(const struct run_folder *run, struct lg_table *table)
{
	json_t *pmu = json_object_get(json_object_get(run->env, "machine"), "pmu"), *value;
	struct words reasons = { NULL, 0 };
	const char *event;

	json_object_foreach(pmu, event, value)
		if (json_string_value(value) && strcmp(json_string_value(value), PMU_COUNTED))
			words_add(&reasons, json_string_value(value));
	for (size_t i = 0; i < reasons.n; i++) {
		struct words events = { NULL, 0 };
		char *list;

		json_object_foreach(pmu, event, value)
			if (json_string_value(value) &&
			    !strcmp(json_string_value(value), reasons.word[i]))
				words_add(&events, event);
		list = words_text(&events);
		lg_table_note(table, "Not counted: %s; %s.", list, reasons.word[i]);
		free(list);
		words_free(&events);
	}
	words_free(&reasons);
}

void pmu_table(const struct run_folder *run, struct lg_table *table)
{
	char *path = text("%s/" PMU_FILE, run->path), why[PMU_WHY];
	FILE *file = fopen(path, "r");
	struct pmu pmu = { .n = 0 };

	lg_table_init(table, "pmu", columns, PM_COLUMNS);
	lg_table_title(table, "Performance counters: events of one sample of each of a benchmark's "
		       "series");
	if (file && !pmu_read(&pmu, file, why))
		lg_table_warn(table, why);
	if (pmu.n)
		add_rows(table, &pmu);
	lg_table_note(table,
		      "By the kernel's perf interface, in runs of their own. Ring 0 is the Host "
		      "and the Switcher, 1-3 Guest and Launcher; the no-op twin's samples are "
		      "among them.");
	note_absent(run, table);
	if (file)
		fclose(file);
	pmu_free(&pmu);
	free(path);
}
