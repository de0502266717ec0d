/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Data of the figure `misses`: copy-ins by time and reason. */
#include <stdlib.h>
#include <string.h>

#include "figures.h"
#include "rows.h"
#include "util/file.h"

enum { BINS = 60, MOST_REASONS = 8 };

/* Copy-ins by time and reason. */
struct bins {
	uint64_t first, width;
	uint16_t reason[MOST_REASONS];
	uint32_t n_reasons;
	uint64_t count[BINS][MOST_REASONS], bytes[BINS][MOST_REASONS], all;
};

/* A copy-in, as it is counted. */
struct copy {
	uint64_t ts;
	uint32_t bytes;
	uint16_t reason;		/* a name */
};

static struct figure_rows copies = { .bytes = sizeof(struct copy) };

static void keep_copy(const struct lg_event *event, void *arg)
{
	struct copy copy = { event->ts, event->copy_in.bytes, event->copy_in.reason };

	if (event->kind == LG_COPY_IN)
		figure_rows_add(arg, &copy);
}

static void follow_misses(struct run_folder *run)
{
	figure_rows_follow(&copies, run, NULL, keep_copy);
}

static void add_copy(struct bins *bins, const struct copy *copy)
{
	uint64_t bin = (copy->ts - bins->first) / bins->width;
	uint32_t i = 0;

	if (bin >= BINS)
		return;
	while (i < bins->n_reasons && bins->reason[i] != copy->reason)
		i++;
	if (i == MOST_REASONS)
		return;
	if (i == bins->n_reasons)
		bins->reason[bins->n_reasons++] = copy->reason;
	bins->count[bin][i]++;
	bins->bytes[bin][i] += copy->bytes;
	bins->all++;
}

static uint64_t in_bin(const struct bins *bins, int bin)
{
	uint64_t n = 0;

	for (uint32_t i = 0; i < bins->n_reasons; i++)
		n += bins->count[bin][i];
	return n;
}

/* Misses are stacked, as shares of all copy-ins of their bin. */
static void write_bin(const struct run_folder *run, const struct bins *bins, int bin, FILE *out)
{
	uint64_t all = in_bin(bins, bin);
	double from = 0, to;

	for (uint32_t i = 0; all && i < bins->n_reasons; i++) {
		const char *reason = lg_name_of(&run->tally.names, bins->reason[i]);
		bool hit = !strcmp(reason, "hit");

		to = from + 100.0 * (double)bins->count[bin][i] / (double)all;
		fprintf(out, "%d,%llu,%llu,%s,%llu,%llu,%llu,", bin,
			(unsigned long long)(bins->width * (uint64_t)bin),
			(unsigned long long)(bins->width * ((uint64_t)bin + 1)), reason,
			(unsigned long long)bins->count[bin][i],
			(unsigned long long)bins->bytes[bin][i], (unsigned long long)all);
		if (hit)
			fprintf(out, ",,%s,%s\n", run->unit, run->tier);
		else
			fprintf(out, "%.4f,%.4f,%s,%s\n", from, to, run->unit, run->tier);
		from = hit ? from : to;
	}
}

static bool write_misses(const struct run_folder *run, const struct bins *bins, const char *path)
{
	struct whole_file file;

	if (!whole_open(&file, path))
		return false;
	fputs("bin,from,to,reason,count,bytes,entries,low_percent,high_percent,unit,tier\n",
	      file.stream);
	for (int bin = 0; bin < BINS; bin++)
		write_bin(run, bins, bin, file.stream);
	return whole_commit(&file);
}

/* The axis leaves out what came before the first copy-in and after the last. */
static void set_axis(struct bins *bins)
{
	uint64_t last = 0;
	struct copy copy;

	figure_rows_rewind(&copies);
	while (figure_rows_next(&copies, &copy)) {
		if (!bins->first)
			bins->first = copy.ts;
		last = copy.ts;
	}
	bins->width = (last - bins->first) / BINS + 1;
}

static char *make_misses(struct run_folder *run, const char *path)
{
	struct bins *bins = calloc(1, sizeof(*bins));
	struct copy copy;
	char *numbers = NULL;

	if (!bins)
		abort();
	set_axis(bins);
	figure_rows_rewind(&copies);
	while (figure_rows_next(&copies, &copy))
		add_copy(bins, &copy);
	if (figure_rows_good(&copies) && write_misses(run, bins, path))
		numbers = text("n = %llu entries in %d stretches of time, 1 recording",
			       (unsigned long long)bins->all, BINS);
	free(bins);
	return numbers;
}

static bool has_copy_in(struct run_folder *run)
{
	return run_folder_trace_good(run) && run->tally.n_reasons;
}

FIGURE(misses) = {
	"misses", make_misses, has_copy_in,
	"a trace with lg_copy_in: 'switchyard record --events switches'", follow_misses,
};
