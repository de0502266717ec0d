/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads the plugin's files, and picks the median sample's counts; see ops.h. */
#include <stdlib.h>
#include <string.h>

#include "util/file.h"
#include "lg/grown.h"
#include "ops.h"
#include "bench/data/summary.h"

struct pattern {
	uint64_t samples;
	struct ops_counts counts;
};

/* What the plugin reported about one series. */
struct window {
	char *name;
	struct pattern *pattern;
	size_t patterns, pattern_room;
	struct taken {
		uint32_t pattern;
		uint64_t ticks;
	} *sample;
	size_t samples, sample_room;
};

struct reported {
	struct window *window;
	size_t n, room, last;
};

const char *ops_what(unsigned int what)
{
	static const char *const names[OPS_WHATS] = {
		"insns", "abandoned", "unsure", "overcounted",
#define LG_X(NAME, name) #name,
		LG_OPS(LG_X)
#undef LG_X
	};

	return names[what];
}

const char *ops_where(unsigned int where)
{
	static const char *const names[LG_NR_WHERES] = {
#define LG_X(NAME, name) #name,
		LG_WHERES(LG_X)
#undef LG_X
	};

	return names[where];
}

/* Rows of a window are consecutive, so the one sought is nearly always the last found. */
static struct window *find_window(struct reported *reported, const char *name, bool make)
{
	for (size_t i = 0; i < reported->n; i++) {
		size_t at = (reported->last + i) % reported->n;

		if (!strcmp(reported->window[at].name, name)) {
			reported->last = at;
			return &reported->window[at];
		}
	}
	if (!make)
		return NULL;
	reported->window = lg_grown(reported->window, &reported->room, reported->n,
				    sizeof(*reported->window));
	reported->last = reported->n;
	reported->window[reported->n] = (struct window){ .name = strdup(name) };
	return &reported->window[reported->n++];
}

static int index_of(const char *word, const char *(*name)(unsigned int), unsigned int n)
{
	for (unsigned int i = 0; i < n; i++)
		if (!strcmp(word, name(i)))
			return (int)i;
	return -1;
}

static struct pattern *find_pattern(struct window *window, unsigned int number, uint64_t samples)
{
	if (number > window->patterns)
		return NULL;
	if (number == window->patterns) {
		window->pattern = lg_grown(window->pattern, &window->pattern_room, number,
					   sizeof(*window->pattern));
		window->pattern[window->patterns++] = (struct pattern){ .samples = samples };
	}
	return &window->pattern[number];
}

static bool ops_row(void *to, const char *line)
{
	struct reported *reported = to;
	char name[200], where[20], what[80];
	unsigned long long samples, count;
	unsigned int number;
	struct pattern *pattern;
	int at, of;

	if (sscanf(line, "%199[^,],%u,%llu,%19[^,],%79[^,],%llu", name, &number, &samples,
		   where, what, &count) != 6)
		return false;
	at = index_of(where, ops_where, LG_NR_WHERES);
	of = index_of(what, ops_what, OPS_WHATS);
	if (at < 0 || of < 0)
		return false;
	pattern = find_pattern(find_window(reported, name, true), number, samples);
	if (pattern)
		pattern->counts.count[at][of] = (int64_t)count;
	return pattern;
}

static bool sample_row(void *to, const char *line)
{
	struct reported *reported = to;
	char name[200];
	unsigned long long ticks;
	unsigned int index, pattern;
	struct window *window;

	if (sscanf(line, "%199[^,],%u,%u,%llu", name, &index, &pattern, &ticks) != 4)
		return false;
	window = find_window(reported, name, true);
	if (index != window->samples || pattern >= window->patterns)
		return false;
	window->sample = lg_grown(window->sample, &window->sample_room, window->samples,
				  sizeof(*window->sample));
	window->sample[window->samples++] = (struct taken){ pattern, ticks };
	return true;
}

static void told_free(struct reported *reported)
{
	for (size_t i = 0; i < reported->n; i++) {
		free(reported->window[i].name);
		free(reported->window[i].pattern);
		free(reported->window[i].sample);
	}
	free(reported->window);
}

char *ops_window(const char *bench, const char *variant, const char *twin, unsigned int run)
{
	return text("%s/%s/%u/%s", variant, twin, run, bench);
}

/* Does the TSC's value fit the plugin's count?  By the rule of vm/plugin/watch.c it may be smaller
 * only by what the plugin was unsure of. */
static bool is_confirmed(const struct window *window, const struct taken *taken, double ticks)
{
	const struct ops_counts *counts = &window->pattern[taken->pattern].counts;
	double most = (double)taken->ticks;

	return ticks <= most && ticks >= most - (double)ops_total(counts, OPS_UNSURE);
}

static bool check_series(const struct window *window, const struct series *series,
			 char why[OPS_WHY_BYTES])
{
	size_t n = window ? window->samples : 0;

	if (n != series->n) {
		snprintf(why, OPS_WHY_BYTES, "%s %s %s: the plugin saw %zu samples of %zu",
			 series->bench, series->variant, series->twin, n, series->n);
		return false;
	}
	for (size_t i = 0; i < n; i++)
		if (!is_confirmed(window, &window->sample[i], series->value[i])) {
			snprintf(why, OPS_WHY_BYTES,
				 "%s %s %s: sample %zu is %.0f by the TSC, %llu by the plugin",
				 series->bench, series->variant, series->twin, i,
				 series->value[i],
				 (unsigned long long)window->sample[i].ticks);
			return false;
		}
	return true;
}

static int ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double median(const struct series *series, unsigned int warmup)
{
	size_t n = series->n - warmup;
	double *values = reallocarray(NULL, n, sizeof(*values)), result;

	if (!values)
		abort();
	memcpy(values, series->value + warmup, n * sizeof(*values));
	qsort(values, n, sizeof(*values), ascending);
	result = quantile(values, n, 0.5);
	free(values);
	return result;
}

/* The most frequent pattern among the samples of median length; NULL if none is left. */
static const struct pattern *median_pattern(const struct window *window,
					    const struct series *series, unsigned int warmup)
{
	const struct pattern *best = NULL;
	double middle;

	if (series->n <= warmup)
		return NULL;
	middle = median(series, warmup);
	for (size_t i = warmup; i < series->n; i++) {
		const struct pattern *now = &window->pattern[window->sample[i].pattern];

		if (series->value[i] == middle && (!best || now->samples > best->samples))
			best = now;
	}
	return best;
}

static const struct series *find_noop(const struct samples *samples, const struct series *of)
{
	char *name = text("%s.noop", of->bench);
	const struct series *found = NULL;

	for (size_t i = 0; i < samples->n && !found; i++) {
		const struct series *s = &samples->series[i];

		if (!strcmp(s->bench, name) && !strcmp(s->variant, of->variant) &&
		    !strcmp(s->twin, of->twin) && s->boot == of->boot && s->run == of->run)
			found = s;
	}
	free(name);
	return found;
}

static char *window_name(const struct series *series)
{
	return ops_window(series->bench, series->variant, series->twin, series->run);
}

/* What represents a series: a sample of median length, or none. */
struct median {
	const struct window *window;
	const struct pattern *pattern;
};

static struct median median_of(struct reported *reported, const struct series *series,
			       unsigned int warmup)
{
	char *name = series ? window_name(series) : NULL;
	const struct window *window = name ? find_window(reported, name, false) : NULL;

	free(name);
	return (struct median){ window, window ? median_pattern(window, series, warmup) : NULL };
}

/* Its number in its window; -1 for none. */
static int number_of(const struct median *median)
{
	return median->pattern ? (int)(median->pattern - median->window->pattern) : -1;
}

static void add_cell(struct ops *ops, const struct series *series, const struct median *own,
		     const struct median *noop)
{
	struct ops_cell *cell;

	ops->cell = lg_grown(ops->cell, &ops->room, ops->n, sizeof(*ops->cell));
	cell = &ops->cell[ops->n++];
	*cell = (struct ops_cell){
		.bench = strdup(series->bench), .variant = strdup(series->variant),
		.twin = strdup(series->twin), .boot = series->boot, .run = series->run,
		.net = own->pattern->counts,
		.pattern = number_of(own), .noop = number_of(noop),
	};
	for (int i = 0; noop->pattern && i < LG_NR_WHERES; i++)
		for (int j = 0; j < OPS_WHATS; j++)
			cell->net.count[i][j] -= noop->pattern->counts.count[i][j];
}

static bool take_series(struct ops *ops, struct reported *reported, const struct samples *samples,
			const struct series *series, unsigned int warmup,
			char why[OPS_WHY_BYTES])
{
	const struct series *noop = find_noop(samples, series);
	char *name = window_name(series);
	bool good = check_series(find_window(reported, name, false), series, why);
	struct median own, without;

	free(name);
	if (!good || is_noop(series->bench))
		return good;
	own = median_of(reported, series, warmup);
	without = median_of(reported, noop, warmup);
	if (own.pattern)
		add_cell(ops, series, &own, &without);
	return true;
}

bool ops_read(struct ops *ops, const char *folder, const struct samples *samples,
	      unsigned int boot, unsigned int warmup, char why[OPS_WHY_BYTES])
{
	char *counts = text("%s/ops.csv", folder), *taken = text("%s/samples.csv", folder);
	struct reported reported = { .n = 0 };
	bool good = rows_read(counts, ops_row, &reported, why) &&
		    rows_read(taken, sample_row, &reported, why);

	for (size_t i = 0; good && i < samples->n; i++)
		if (samples->series[i].boot == boot)
			good = take_series(ops, &reported, samples, &samples->series[i], warmup,
					   why);
	told_free(&reported);
	free(counts);
	free(taken);
	return good;
}

void ops_free(struct ops *ops)
{
	for (size_t i = 0; i < ops->n; i++) {
		free(ops->cell[i].bench);
		free(ops->cell[i].variant);
		free(ops->cell[i].twin);
		while (ops->cell[i].functions)
			free(ops->cell[i].function[--ops->cell[i].functions].name);
		free(ops->cell[i].function);
	}
	free(ops->cell);
	memset(ops, 0, sizeof(*ops));
}

static bool is_cell(const struct ops_cell *cell, const char *bench, const char *variant,
		    const char *twin)
{
	return !strcmp(cell->bench, bench) && !strcmp(cell->variant, variant) &&
	       !strcmp(cell->twin, twin);
}

const struct ops_cell *ops_find(const struct ops *ops, const char *bench, const char *variant,
				const char *twin)
{
	for (size_t i = 0; i < ops->n; i++)
		if (is_cell(&ops->cell[i], bench, variant, twin))
			return &ops->cell[i];
	return NULL;
}

bool ops_agree(const struct ops *ops, const struct ops_cell *cell)
{
	for (size_t i = 0; i < ops->n; i++)
		if (is_cell(&ops->cell[i], cell->bench, cell->variant, cell->twin) &&
		    memcmp(&ops->cell[i].net, &cell->net, sizeof(cell->net)))
			return false;
	return true;
}

int64_t ops_total(const struct ops_counts *counts, unsigned int what)
{
	int64_t total = 0;

	for (int i = 0; i < LG_NR_WHERES; i++)
		total += counts->count[i][what];
	return total;
}

static void write_count(const struct ops_cell *cell, unsigned int where, unsigned int what,
			FILE *stream)
{
	fprintf(stream, "%s,%s,%s,%u,%u,%s,%s,%lld\n", cell->bench, cell->variant, cell->twin,
		cell->boot, cell->run, ops_where(where), ops_what(what),
		(long long)cell->net.count[where][what]);
}

/* A cell of nothing but zeroes has a row all the same, to distinguish it from one that was not
 * counted. */
static void write_cell(const struct ops_cell *cell, FILE *stream)
{
	size_t n = 0;

	for (unsigned int where = 0; where < LG_NR_WHERES; where++)
		for (unsigned int what = 0; what < OPS_WHATS; what++)
			if (cell->net.count[where][what]) {
				write_count(cell, where, what, stream);
				n++;
			}
	if (!n)
		write_count(cell, 0, OPS_INSNS, stream);
}

void ops_write(const struct ops *ops, FILE *stream)
{
	fputs(OPS_HEADER "\n", stream);
	for (size_t i = 0; i < ops->n; i++)
		write_cell(&ops->cell[i], stream);
}

static struct ops_cell *cell_of(struct ops *ops, const char *bench, const char *variant,
				const char *twin, unsigned int boot, unsigned int run)
{
	for (size_t i = ops->n; i-- > 0;) {
		struct ops_cell *cell = &ops->cell[i];

		if (cell->boot == boot && cell->run == run && is_cell(cell, bench, variant, twin))
			return cell;
	}
	ops->cell = lg_grown(ops->cell, &ops->room, ops->n, sizeof(*ops->cell));
	ops->cell[ops->n] = (struct ops_cell){
		.bench = strdup(bench), .variant = strdup(variant), .twin = strdup(twin),
		.boot = boot, .run = run, .pattern = -1, .noop = -1,
	};
	return &ops->cell[ops->n++];
}

static bool written_row(void *to, const char *line)
{
	char bench[80], variant[40], twin[16], where[20], what[80];
	unsigned int boot, run;
	long long count;
	int at, of;

	if (sscanf(line, "%79[^,],%39[^,],%15[^,],%u,%u,%19[^,],%79[^,],%lld", bench, variant,
		   twin, &boot, &run, where, what, &count) != 8)
		return false;
	at = index_of(where, ops_where, LG_NR_WHERES);
	of = index_of(what, ops_what, OPS_WHATS);
	if (at < 0 || of < 0)
		return false;
	cell_of(to, bench, variant, twin, boot, run)->net.count[at][of] = count;
	return true;
}

static bool written_function(void *to, const char *line)
{
	char bench[80], variant[40], twin[16], where[20], name[200];
	unsigned int boot, run;
	struct ops_cell *cell;
	long long insns;
	int at;

	if (sscanf(line, "%79[^,],%39[^,],%15[^,],%u,%u,%19[^,],%199[^,],%lld", bench, variant,
		   twin, &boot, &run, where, name, &insns) != 8)
		return false;
	at = index_of(where, ops_where, LG_NR_WHERES);
	if (at < 0)
		return false;
	cell = cell_of(to, bench, variant, twin, boot, run);
	cell->function = lg_grown(cell->function, &cell->room, cell->functions,
				  sizeof(*cell->function));
	cell->function[cell->functions++] =
		(struct ops_function){ (uint8_t)at, strdup(name), insns };
	return true;
}

bool ops_read_written(struct ops *ops, const char *folder, char why[OPS_WHY_BYTES])
{
	char *counts = text("%s/ops.csv", folder), *functions = text("%s/functions.csv", folder);
	bool good = rows_read(counts, written_row, ops, why) &&
		    rows_read(functions, written_function, ops, why);

	free(functions);
	free(counts);
	return good;
}

json_t *ops_record(const struct ops_counts *counts)
{
	json_t *record = json_object();

	for (unsigned int where = 0; where < LG_NR_WHERES; where++) {
		json_t *own = json_object();

		for (unsigned int what = 0; what < OPS_WHATS; what++)
			if (counts->count[where][what])
				json_object_set_new(own, ops_what(what),
						    json_integer(counts->count[where][what]));
		json_object_set_new(record, ops_where(where), own);
	}
	return record;
}
