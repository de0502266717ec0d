/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Data of the figures that are drawn from samples, see figures.h. */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/data/summary.h"
#include "figures.h"
#include "util/file.h"
#include "util/message.h"

/* All samples of one cell, over runs and boots. */
struct group {
	const struct series *like;
	size_t place;			/* in the plan */
	double *value;			/* sorted */
	size_t n;
	unsigned int boots;
	bool has_shape;			/* DISTRIBUTION_RULE */
};

struct groups {
	struct group *group;
	size_t n, all;			/* all: before some were left out */
	size_t samples;
	unsigned int boots;
};

enum { MOST_CURVES = 10, MOST_BOXES = 20, MOST_SEQUENCES = 4 };

/* The file that holds them; to be freed. */
static char *samples_path(const struct run_folder *run, bool raw)
{
	char *net = text("%s/net.csv", run->path), *all = text("%s/samples.csv", run->path);
	char *path = text("%s", !raw && exists(net) ? net : exists(all) ? all : net);

	free(net);
	free(all);
	return path;
}

static bool read_file(const char *path, struct samples *samples, char why[SAMPLES_WHY])
{
	FILE *file = fopen(path, "r");
	bool good = file && samples_read(samples, file, why);

	if (!file)
		snprintf(why, SAMPLES_WHY, "%s", strerror(errno));
	else
		fclose(file);
	return good;
}

static const struct samples *keep_samples(const struct run_folder *run, bool raw,
					  char why[SAMPLES_WHY])
{
	static struct {
		char *path;
		struct samples samples;
	} kept[2];
	char *path = samples_path(run, raw);

	if (kept[raw].path && !strcmp(kept[raw].path, path)) {
		free(path);
		return &kept[raw].samples;
	}
	free(kept[raw].path);
	kept[raw].path = NULL;
	samples_free(&kept[raw].samples);
	memset(&kept[raw].samples, 0, sizeof(kept[raw].samples));
	if (read_file(path, &kept[raw].samples, why)) {
		kept[raw].path = path;
		return &kept[raw].samples;
	}
	free(path);
	return NULL;
}

const struct samples *figure_samples(const struct run_folder *run, bool raw)
{
	char why[SAMPLES_WHY];

	return keep_samples(run, raw, why);
}

static bool one_unit(const struct run_folder *run, const struct samples *samples)
{
	for (size_t i = 0; i < samples->n; i++) {
		if (!strcmp(samples->series[i].unit, run->unit))
			continue;
		message_error("samples are in %s, but the run is in %s: tiers never mix",
			  samples->series[i].unit, run->unit);
		return false;
	}
	return true;
}

bool figure_samples_good(const struct run_folder *run)
{
	bool good = true;

	for (int raw = 0; raw < 2 && good; raw++) {
		char *path = samples_path(run, raw), why[SAMPLES_WHY] = "";
		const struct samples *samples;

		if (exists(path)) {
			samples = keep_samples(run, raw, why);
			if (!samples)
				message_error("'%s' cannot be read: %s", path, why);
			good = samples && one_unit(run, samples);
		}
		free(path);
	}
	return good;
}

static bool same_cell(const struct series *a, const struct series *b)
{
	return !strcmp(a->bench, b->bench) && !strcmp(a->variant, b->variant) &&
	       !strcmp(a->twin, b->twin);
}

static struct group *group_of(struct groups *groups, const struct series *series)
{
	for (size_t i = 0; i < groups->n; i++)
		if (same_cell(groups->group[i].like, series))
			return &groups->group[i];
	groups->group = reallocarray(groups->group, groups->n + 1, sizeof(*groups->group));
	if (!groups->group)
		abort();
	groups->group[groups->n] = (struct group){ .like = series };
	return &groups->group[groups->n++];
}

static void add_series(struct groups *groups, const struct series *series)
{
	struct group *group = group_of(groups, series);

	group->value = reallocarray(group->value, group->n + series->n, sizeof(double));
	if (!group->value)
		abort();
	memcpy(group->value + group->n, series->value, series->n * sizeof(double));
	group->n += series->n;
	if (series->boot > group->boots)
		group->boots = series->boot;
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* A sweep has a figure of its own, and a no-op twin has none. */
static bool is_plain_series(const struct series *series)
{
	return series->n && !is_noop(series->bench) && sweep_number(series->bench) < 0;
}

/* Keep the groups that a rule takes. */
static void keep(struct groups *groups, bool (*takes)(const struct groups *, const struct group *))
{
	size_t n = 0;

	for (size_t i = 0; i < groups->n; i++) {
		if (takes(groups, &groups->group[i]))
			groups->group[n++] = groups->group[i];
		else
			free(groups->group[i].value);
	}
	groups->n = n;
}

static bool of_first_bench(const struct groups *groups, const struct group *group)
{
	return !strcmp(group->like->bench, groups->group[0].like->bench);
}

static bool is_plain_twin(const struct groups *groups, const struct group *group)
{
	(void)groups;
	return !strcmp(group->like->twin, "plain");
}

/*
 * Choose what fits into one figure: everything, or else the first benchmark, or else its plain
 * twins, or else the first of them.  The caption says how many there were.
 */
static void choose(struct groups *groups, size_t most)
{
	bool plain = false;

	groups->all = groups->n;
	if (groups->n > most)
		keep(groups, of_first_bench);
	for (size_t i = 0; i < groups->n; i++)
		plain |= is_plain_twin(groups, &groups->group[i]);
	if (groups->n > most && plain)
		keep(groups, is_plain_twin);
	while (groups->n > most)
		free(groups->group[--groups->n].value);
	for (size_t i = 0; i < groups->n; i++) {
		groups->samples += groups->group[i].n;
		if (groups->group[i].boots > groups->boots)
			groups->boots = groups->group[i].boots;
		qsort(groups->group[i].value, groups->group[i].n, sizeof(double), by_value);
	}
}

/* The place of a word in a list of the plan; after the last if it is not there. */
static size_t place_in(const json_t *plan, const char *key, const char *word)
{
	json_t *list = json_object_get(plan, key);
	size_t i;
	json_t *entry;

	json_array_foreach(list, i, entry)
		if (json_is_string(entry) && !strcmp(json_string_value(entry), word))
			return i;
	return json_array_size(list);
}

static int by_place(const void *a, const void *b)
{
	const struct group *x = a, *y = b;

	return (x->place > y->place) - (x->place < y->place);
}

/* Runs are shuffled; figures keep to the plan's order. */
static void sort_groups(const struct run_folder *run, struct groups *groups)
{
	json_t *plan = json_object_get(run->run, "plan");

	for (size_t i = 0; i < groups->n; i++) {
		const struct series *like = groups->group[i].like;

		groups->group[i].place = ((place_in(plan, "benches", like->bench) * 1000 +
					   place_in(plan, "variants", like->variant)) * 1000 +
					  place_in(plan, "twins", like->twin)) * 1000 + i;
	}
	if (groups->n)
		qsort(groups->group, groups->n, sizeof(*groups->group), by_place);
}

static void gather_all(const struct run_folder *run, struct groups *groups)
{
	const struct samples *samples = figure_samples(run, false);

	for (size_t i = 0; samples && i < samples->n; i++) {
		const struct series *series = &samples->series[i];

		if (is_plain_series(series))
			add_series(groups, series);
	}
	sort_groups(run, groups);
}

static bool gather(const struct run_folder *run, struct groups *groups, size_t most)
{
	gather_all(run, groups);
	choose(groups, most);
	return groups->n;
}

/* How often the commonest value is there. */
static size_t most_of_one(const struct group *group)
{
	size_t most = 0, here = 0;

	for (size_t i = 0; i < group->n; i++) {
		here = i && group->value[i] == group->value[i - 1] ? here + 1 : 1;
		most = here > most ? here : most;
	}
	return most;
}

/* A cell without is shown beside those of its benchmark that have one. */
static bool bench_has_shape(const struct groups *groups, const struct group *group)
{
	for (size_t i = 0; i < groups->n; i++)
		if (groups->group[i].has_shape &&
		    !strcmp(groups->group[i].like->bench, group->like->bench))
			return true;
	return false;
}

static bool gather_shapes(const struct run_folder *run, struct groups *groups, size_t most)
{
	gather_all(run, groups);
	for (size_t i = 0; i < groups->n; i++) {
		struct group *group = &groups->group[i];

		qsort(group->value, group->n, sizeof(double), by_value);
		group->has_shape = group->n - most_of_one(group) > 1 + group->n / 1000;
	}
	keep(groups, bench_has_shape);
	choose(groups, most);
	return groups->n;
}

static void groups_free(struct groups *groups)
{
	for (size_t i = 0; i < groups->n; i++)
		free(groups->group[i].value);
	free(groups->group);
}

/* A series' label: the parts of its name that not all series share. */
static char *label(const struct groups *groups, const struct series *series)
{
	const struct series *first = groups->group[0].like;
	bool bench = false, variant = false, twin = groups->n == 1;

	for (size_t i = 1; i < groups->n; i++) {
		bench |= strcmp(groups->group[i].like->bench, first->bench);
		variant |= strcmp(groups->group[i].like->variant, first->variant);
		twin |= strcmp(groups->group[i].like->twin, first->twin);
	}
	variant |= !bench;
	return text("%s%s%s%s%s", bench ? series->bench : "", bench && variant ? " " : "",
		    variant ? series->variant : "", twin && (bench || variant) ? " " : "",
		    twin ? series->twin : "");
}

/* The columns that open every line about a group. */
#define HEAD_COLUMNS "series,label,bench,variant,twin,unit,tier,boots"

static char *head_of(const struct run_folder *run, const struct groups *groups, size_t number)
{
	const struct group *group = &groups->group[number];
	const struct series *like = group->like;
	char *name = label(groups, like);
	char *head = text("%zu,%s,%s,%s,%s,%s,%s,%u", number, name, like->bench, like->variant,
			  like->twin, run->unit, run->tier, group->boots);

	free(name);
	return head;
}

static char *counted(const struct groups *groups, const char *what)
{
	char *some = groups->all > groups->n ? text(" of %zu", groups->all) : text("%s", "");
	char *said = text("n = %zu in %zu%s %s%s, %u boot%s", groups->samples, groups->n, some,
			  what, groups->n == 1 ? "" : *what && what[strlen(what) - 1] == 'x' ?
			  "es" : "s", groups->boots, groups->boots == 1 ? "" : "s");

	free(some);
	return said;
}

enum { MOST_LINES = 4000 };

static size_t distinct(const struct group *group)
{
	size_t n = 1;

	for (size_t i = 1; i < group->n; i++)
		n += group->value[i] != group->value[i - 1];
	return n;
}

/* The end of at least `least` values, and of those equal to the last of them. */
static size_t next_end(const struct group *group, size_t start, size_t least)
{
	size_t end = start + least;

	if (end > group->n)
		return group->n;
	while (end < group->n && group->value[end] == group->value[end - 1])
		end++;
	return end;
}

/*
 * One line for each distinct value, after one that opens the curve at zero.
 * If there are very many distinct values a line represents a small share of all samples.
 */
static void write_curve(const struct group *group, const char *head, FILE *out)
{
	size_t least = distinct(group) > MOST_LINES ? group->n / MOST_LINES + 1 : 1;

	fprintf(out, "%s,%.10g,0,0,0\n", head, group->value[0]);
	for (size_t i = 0, end; i < group->n; i = end) {
		end = next_end(group, i, least);
		fprintf(out, "%s,%.10g,%zu,%.9f,%.9f\n", head, group->value[end - 1], end - i,
			(double)i / (double)group->n, (double)end / (double)group->n);
	}
}

typedef void group_writer(const struct group *group, const char *head, FILE *out);

static bool write_groups(const struct run_folder *run, const struct groups *groups,
			 const char *path,
			 const char *columns, group_writer *writer)
{
	struct whole_file file;

	if (!whole_open(&file, path))
		return false;
	fprintf(file.stream, HEAD_COLUMNS ",%s\n", columns);
	for (size_t i = 0; i < groups->n; i++) {
		char *head = head_of(run, groups, i);

		writer(&groups->group[i], head, file.stream);
		free(head);
	}
	return whole_commit(&file);
}

static char *make_cdf(struct run_folder *run, const char *path)
{
	struct groups groups = { 0 };
	char *numbers = NULL;

	if (gather_shapes(run, &groups, MOST_CURVES) &&
	    write_groups(run, &groups, path, "value,count,below,upto", write_curve))
		numbers = counted(&groups, "curve");
	groups_free(&groups);
	return numbers;
}

static bool has_shapes(struct run_folder *run)
{
	struct groups groups = { 0 };
	bool any = gather_shapes(run, &groups, SIZE_MAX);

	groups_free(&groups);
	return any;
}

/* The box, its whiskers at the last samples within 1.5 boxes, and what lies beyond. */
static void write_box(const struct group *group, const char *head, FILE *out)
{
	const double *v = group->value;
	double p25 = quantile(v, group->n, 0.25), p75 = quantile(v, group->n, 0.75);
	double reach = 1.5 * (p75 - p25);
	size_t low = 0, high = group->n - 1;

	while (v[low] < p25 - reach)
		low++;
	while (v[high] > p75 + reach)
		high--;
	fprintf(out, "%s,box,%zu,%.10g,%.10g,%.10g,%.10g,%.10g,%zu\n", head, group->n, v[low], p25,
		quantile(v, group->n, 0.5), p75, v[high], low + group->n - 1 - high);
	for (size_t i = 0, end; i < group->n; i = end) {
		end = next_end(group, i, 1);
		if (i < low || i > high)
			fprintf(out, "%s,outlier,%zu,,,%.10g,,,\n", head, end - i, v[i]);
	}
}

static char *make_boxes(struct run_folder *run, const char *path)
{
	struct groups groups = { 0 };
	char *numbers = NULL, *counts;

	if (gather_shapes(run, &groups, MOST_BOXES) &&
	    write_groups(run, &groups, path, "kind,count,low,p25,median,p75,high,outliers",
			 write_box)) {
		counts = counted(&groups, "box");
		numbers = text("%s; box: quartiles and median, whiskers: within 1.5 boxes", counts);
		free(counts);
	}
	groups_free(&groups);
	return numbers;
}

/* A stretch of a run's samples in the order in which they were taken. */
struct stretch {
	double low, median, high;
	size_t n;
};

static struct stretch stretch_of(const double *value, size_t n)
{
	struct stretch stretch = { .n = n };
	double *sorted = malloc(n * sizeof(*sorted));

	if (!sorted)
		abort();
	memcpy(sorted, value, n * sizeof(*sorted));
	qsort(sorted, n, sizeof(*sorted), by_value);
	stretch.low = sorted[0];
	stretch.median = quantile(sorted, n, 0.5);
	stretch.high = sorted[n - 1];
	free(sorted);
	return stretch;
}

enum { STRETCHES = 300 };

static size_t samples_like(const struct samples *samples, const struct series *like)
{
	size_t n = 0;

	for (size_t i = 0; i < samples->n; i++)
		if (same_cell(&samples->series[i], like))
			n += samples->series[i].n;
	return n;
}

/* The runs of one cell in order; each begins a stretch of its own. */
static void write_runs(const struct samples *samples, const struct series *like,
		       const char *head, size_t warmup, FILE *out)
{
	size_t step = samples_like(samples, like) / STRETCHES + 1, at = 0;

	for (size_t i = 0; i < samples->n; i++) {
		const struct series *series = &samples->series[i];

		if (!same_cell(series, like))
			continue;
		for (size_t from = 0, n; from < series->n; from += n, at += n) {
			size_t end = from < warmup ? warmup : series->n;
			struct stretch stretch;

			if (end > series->n)
				end = series->n;
			n = end - from < step ? end - from : step;
			stretch = stretch_of(series->value + from, n);
			fprintf(out, "%s,%u,%u,%zu,%zu,%d,%.10g,%.10g,%.10g\n", head, series->boot,
				series->run, at, at + n, from < warmup, stretch.low,
				stretch.median, stretch.high);
		}
	}
}

static size_t warmup_of(const struct run_folder *run)
{
	json_t *plan = json_object_get(run->run, "plan");

	return (size_t)json_integer_value(json_object_get(plan, "warmup"));
}

static char *make_sequence(struct run_folder *run, const char *path)
{
	const struct samples *raw = figure_samples(run, true);
	struct groups groups = { 0 };
	struct whole_file file;
	char *numbers = NULL, *counts;

	if (raw && gather_shapes(run, &groups, MOST_SEQUENCES) && whole_open(&file, path)) {
		fputs(HEAD_COLUMNS ",boot,run,from,to,warmup,low,median,high\n", file.stream);
		for (size_t i = 0; i < groups.n; i++) {
			char *head = head_of(run, &groups, i);

			write_runs(raw, groups.group[i].like, head, warmup_of(run), file.stream);
			free(head);
		}
		if (whole_commit(&file)) {
			counts = counted(&groups, "cell");
			numbers = text("%s; raw, loop included; orange: warm-up, dots: medians, "
				       "bars: all",
				       counts);
			free(counts);
		}
	}
	groups_free(&groups);
	return numbers;
}

static double median_of(const struct group *group)
{
	return quantile(group->value, group->n, 0.5);
}

/* The same benchmark and twin in the baseline variant. */
static const struct group *baseline_of(const struct groups *groups, const struct group *group)
{
	const struct group *first = NULL;

	for (size_t i = 0; i < groups->n; i++) {
		const struct series *like = groups->group[i].like;

		if (strcmp(like->bench, group->like->bench) ||
		    strcmp(like->twin, group->like->twin))
			continue;
		if (!strcmp(like->variant, "classic"))
			return &groups->group[i];
		if (!first)
			first = &groups->group[i];
	}
	return first;
}

/* The place of a name in the order of first mention; `variant`: of the column, else of the row. */
static size_t place_of(const struct groups *groups, const struct group *group, bool variant)
{
	size_t place = 0;

	for (size_t i = 0; i < groups->n; i++) {
		const struct series *a = groups->group[i].like;
		bool seen = false;

		if (variant ? !strcmp(a->variant, group->like->variant) :
		    !strcmp(a->bench, group->like->bench) && !strcmp(a->twin, group->like->twin))
			return place;
		for (size_t j = 0; j < i && !seen; j++) {
			const struct series *b = groups->group[j].like;

			seen = variant ? !strcmp(a->variant, b->variant) :
			       !strcmp(a->bench, b->bench) && !strcmp(a->twin, b->twin);
		}
		place += !seen;
	}
	return place;
}

/* Can two series stand side by side in the matrix? */
static bool comparable(const struct series *a, const struct series *b)
{
	return is_plain_series(a) && is_plain_series(b) && !strcmp(a->bench, b->bench) &&
	       !strcmp(a->twin, b->twin) && strcmp(a->variant, b->variant);
}

/* If plain twins can be compared the others are left out: the cost of probes does not depend on
 * the variant. */
static bool plain_alone(struct groups *groups)
{
	bool plain = false;

	for (size_t i = 0; i < groups->n; i++)
		for (size_t j = 0; j < i; j++)
			plain |= is_plain_twin(groups, &groups->group[i]) &&
				 comparable(groups->group[i].like, groups->group[j].like);
	if (plain)
		keep(groups, is_plain_twin);
	groups->samples = 0;
	for (size_t i = 0; i < groups->n; i++)
		groups->samples += groups->group[i].n;
	return true;
}

static void write_matrix(const struct run_folder *run, const struct groups *groups, FILE *out)
{
	fputs("row,column,bench,variant,twin,baseline,median,of,ratio,difference,unit,tier\n",
	      out);
	for (size_t i = 0; i < groups->n; i++) {
		const struct group *group = &groups->group[i];
		const struct group *baseline = baseline_of(groups, group);
		double median = median_of(group), of = median_of(baseline);

		fprintf(out, "%zu,%zu,%s,%s,%s,%s,%.10g,%.10g,", place_of(groups, group, false),
			place_of(groups, group, true), group->like->bench, group->like->variant,
			group->like->twin, baseline->like->variant, median, of);
		if (of > 0)
			fprintf(out, "%.6f", median / of);
		fprintf(out, ",%.10g,%s,%s\n", median - of, run->unit, run->tier);
	}
}

static char *make_matrix(struct run_folder *run, const char *path)
{
	struct groups groups = { 0 };
	struct whole_file file;
	char *numbers = NULL;

	if (gather(run, &groups, SIZE_MAX) && plain_alone(&groups) && whole_open(&file, path)) {
		const char *baseline = baseline_of(&groups, &groups.group[0])->like->variant;

		write_matrix(run, &groups, file.stream);
		if (whole_commit(&file))
			numbers = text("n = %zu in %zu cells, %u boot%s; ratio to the median of %s,"
				       " and difference; =: none; blue: less, orange: more",
				       groups.samples, groups.n, groups.boots,
				       groups.boots == 1 ? "" : "s", baseline);
	}
	groups_free(&groups);
	return numbers;
}

/* Are there at least two variants of one benchmark and twin to compare? */
static bool has_variants(struct run_folder *run)
{
	const struct samples *samples = figure_samples(run, false);

	for (size_t i = 0; samples && i < samples->n; i++)
		for (size_t j = 0; j < i; j++)
			if (comparable(&samples->series[i], &samples->series[j]))
				return true;
	return false;
}

/* Does the series belong to the sweep PREFIX? */
static bool in_sweep(const struct series *series, const char *prefix)
{
	size_t n = strlen(prefix);

	return series->n && !strncmp(series->bench, prefix, n) && series->bench[n] == '.' &&
	       sweep_number(series->bench) >= 0 && !strchr(series->bench + n + 1, '.');
}

static bool has_sweep(struct run_folder *run, const char *prefix)
{
	const struct samples *samples = figure_samples(run, false);

	for (size_t i = 0; samples && i < samples->n; i++)
		if (in_sweep(&samples->series[i], prefix))
			return true;
	return false;
}

static bool gather_sweep(const struct run_folder *run, struct groups *groups, const char *prefix)
{
	const struct samples *samples = figure_samples(run, false);

	for (size_t i = 0; samples && i < samples->n; i++) {
		if (in_sweep(&samples->series[i], prefix))
			add_series(groups, &samples->series[i]);
	}
	choose(groups, SIZE_MAX);
	return groups->n;
}

static int by_curve(const void *a, const void *b)
{
	const struct group *x = a, *y = b;
	int c = strcmp(x->like->variant, y->like->variant);
	long m = sweep_number(x->like->bench), n = sweep_number(y->like->bench);

	if (c)
		return x->place != y->place ? by_place(a, b) : c;
	c = strcmp(x->like->twin, y->like->twin);
	return c ? c : (m > n) - (m < n);
}

/* Sort by curve, then by number: consecutive points are joined by a line. */
static void sort_curves(const struct run_folder *run, struct groups *groups)
{
	json_t *plan = json_object_get(run->run, "plan");

	for (size_t i = 0; i < groups->n; i++)
		groups->group[i].place = place_in(plan, "variants",
						  groups->group[i].like->variant);
	if (groups->n)
		qsort(groups->group, groups->n, sizeof(*groups->group), by_curve);
}

/* A curve for each variant and twin, in the order of first mention. */
static size_t curve_of(const struct groups *groups, size_t number, bool *first)
{
	const struct series *like = groups->group[number].like;
	size_t curve = 0;

	for (size_t i = 0; i < groups->n; i++) {
		const struct series *a = groups->group[i].like;
		bool seen = false;

		for (size_t j = 0; j < i && !seen; j++)
			seen = !strcmp(a->variant, groups->group[j].like->variant) &&
			       !strcmp(a->twin, groups->group[j].like->twin);
		if (!strcmp(a->variant, like->variant) && !strcmp(a->twin, like->twin)) {
			*first = i == number;
			return curve;
		}
		curve += !seen;
	}
	return curve;
}

/* Medians by the number in the name, with the quartiles; if `each`, divided by that number. */
static char *make_sweep(struct run_folder *run, const char *path, const char *prefix, bool each)
{
	struct groups groups = { 0 };
	struct whole_file file;
	char *numbers = NULL;
	bool first;

	if (gather_sweep(run, &groups, prefix) && whole_open(&file, path)) {
		sort_curves(run, &groups);
		fputs("series,variant,twin,number,n,p25,median,p75,unit,tier\n", file.stream);
		for (size_t i = 0; i < groups.n; i++) {
			const struct group *group = &groups.group[i];
			long number = sweep_number(group->like->bench);
			double by = each && number ? (double)number : 1;

			fprintf(file.stream, "%zu,%s,%s,%ld,%zu,%.10g,%.10g,%.10g,%s,%s\n",
				curve_of(&groups, i, &first), group->like->variant,
				group->like->twin, number, group->n,
				quantile(group->value, group->n, 0.25) / by, median_of(group) / by,
				quantile(group->value, group->n, 0.75) / by, run->unit, run->tier);
		}
		if (whole_commit(&file))
			numbers = text("n = %zu in %zu points, %u boot%s; medians, bars are "
				       "quartiles",
				       groups.samples, groups.n, groups.boots,
				       groups.boots == 1 ? "" : "s");
	}
	groups_free(&groups);
	return numbers;
}

static char *make_batch(struct run_folder *run, const char *path)
{
	return make_sweep(run, path, "async_batch", true);
}

static bool has_batch(struct run_folder *run)
{
	return has_sweep(run, "async_batch");
}

static char *make_guests(struct run_folder *run, const char *path)
{
	return make_sweep(run, path, "guests_on_cpu", true);
}

static bool has_guests(struct run_folder *run)
{
	return has_sweep(run, "guests_on_cpu");
}

#define SAMPLES "samples: 'switchyard bench' makes them"
#define SHAPES "samples ('switchyard bench') that differ: of one value " \
	"there is a number in the table of benchmarks"

FIGURE(cdf) = { "cdf", make_cdf, has_shapes, SHAPES, NULL };
FIGURE(ccdf) = { "ccdf", make_cdf, has_shapes, SHAPES, NULL };
FIGURE(boxes) = { "boxes", make_boxes, has_shapes, SHAPES, NULL };
FIGURE(sequence) = { "sequence", make_sequence, has_shapes, SHAPES, NULL };
FIGURE(matrix) = {
	"matrix", make_matrix, has_variants,
	"samples of two variants to compare: 'switchyard bench --variant A,B'", NULL,
};
FIGURE(batch) = {
	"batch", make_batch, has_batch, "samples of 'switchyard bench --bench async_sweep'", NULL,
};
FIGURE(guests) = {
	"guests", make_guests, has_guests, "samples of 'switchyard bench --bench guests_sweep'",
		NULL,
};
