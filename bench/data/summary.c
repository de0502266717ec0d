/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Medians and quantiles, with the loop's overhead subtracted; see summary.h. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "summary.h"

#define NOOP ".noop"

bool is_noop(const char *bench)
{
	size_t length = strlen(bench), tail = strlen(NOOP);

	return length > tail && !strcmp(bench + length - tail, NOOP);
}

long sweep_number(const char *bench)
{
	const char *dot = strrchr(bench, '.');
	char *end;
	long number;

	if (!dot || dot[1] < '0' || dot[1] > '9')
		return -1;
	number = strtol(dot + 1, &end, 10);
	return *end ? -1 : number;
}

static int ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

void sort_values(double *v, size_t n)
{
	qsort(v, n, sizeof(*v), ascending);
}

double quantile(const double *v, size_t n, double q)
{
	size_t rank = (size_t)ceil(q * (double)n);

	return v[rank ? rank - 1 : 0];
}

/* True if the series is of `bench`, or of its no-op twin when `noop` is asked for. */
static bool is_of(const struct series *series, const char *bench, bool noop)
{
	size_t length = strlen(bench);

	if (!noop)
		return !strcmp(series->bench, bench);
	return !strncmp(series->bench, bench, length) && !strcmp(series->bench + length, NOOP);
}

/* All samples of a cell past the warm-up of each run, sorted.  To be freed. */
static double *gather(const struct samples *samples, const char *bench, bool noop,
		      const char *variant, const char *twin, unsigned int boot,
		      unsigned int warmup, size_t *n)
{
	struct series all = { .n = 0 };

	for (size_t i = 0; i < samples->n; i++) {
		const struct series *series = &samples->series[i];

		if (!is_of(series, bench, noop) || strcmp(series->variant, variant) ||
		    strcmp(series->twin, twin) || (boot && series->boot != boot))
			continue;
		for (size_t j = warmup; j < series->n; j++)
			series_add(&all, series->value[j]);
	}
	*n = all.n;
	if (all.n)
		sort_values(all.value, all.n);
	return all.value;
}

static void describe(struct summary *summary, const double *v, size_t n)
{
	double sum = 0, median = quantile(v, n, 0.5), off = summary->overhead;
	size_t same = 0;

	for (size_t i = 0; i < n; i++) {
		sum += v[i];
		same += v[i] == median;
	}
	summary->n = n;
	summary->raw_median = median;
	summary->min = v[0] - off;
	summary->p25 = quantile(v, n, 0.25) - off;
	summary->median = median - off;
	summary->p75 = quantile(v, n, 0.75) - off;
	summary->p95 = quantile(v, n, 0.95) - off;
	summary->p99 = quantile(v, n, 0.99) - off;
	summary->max = v[n - 1] - off;
	summary->mean = sum / (double)n - off;
	summary->same = (double)same / (double)n;
}

/* The median of the no-op twin's samples, which is subtracted; false if there are none. */
static bool overhead_of(double *overhead, const struct samples *samples, const char *bench,
			const char *variant, const char *twin, unsigned int boot,
			unsigned int warmup)
{
	size_t n;
	double *noop = gather(samples, bench, true, variant, twin, boot, warmup, &n);

	*overhead = n ? quantile(noop, n, 0.5) : 0;
	free(noop);
	return n > 0;
}

bool summarise(struct summary *summary, const struct samples *samples, const char *bench,
	       const char *variant, const char *twin, unsigned int boot, unsigned int warmup)
{
	double *v;
	size_t n;

	memset(summary, 0, sizeof(*summary));
	summary->overhead_known = overhead_of(&summary->overhead, samples, bench, variant, twin,
					      boot, warmup);
	v = gather(samples, bench, false, variant, twin, boot, warmup, &n);
	if (n)
		describe(summary, v, n);
	free(v);
	return n > 0;
}

/* The first series of the same cell and boot: all runs share one overhead. */
static size_t first_run(const struct samples *samples, size_t i)
{
	const struct series *s = &samples->series[i], *first = samples->series;

	while (first->boot != s->boot || strcmp(first->bench, s->bench) ||
	       strcmp(first->variant, s->variant) || strcmp(first->twin, s->twin))
		first++;
	return (size_t)(first - samples->series);
}

void write_net(const struct samples *samples, unsigned int warmup, FILE *stream)
{
	double *overhead = calloc(samples->n + 1, sizeof(*overhead));

	if (!overhead)
		abort();
	fputs(SAMPLES_HEADER "\n", stream);
	for (size_t i = 0; i < samples->n; i++) {
		const struct series *s = &samples->series[i];
		size_t first = first_run(samples, i);

		if (is_noop(s->bench))
			continue;
		if (first == i)
			overhead_of(&overhead[i], samples, s->bench, s->variant, s->twin, s->boot,
				    warmup);
		for (size_t j = warmup; j < s->n; j++)
			fprintf(stream, "%s,%s,%s,%u,%u,%s,%.17g\n", s->bench, s->variant, s->twin,
				s->boot, s->run, s->unit, s->value[j] - overhead[first]);
	}
	free(overhead);
}
