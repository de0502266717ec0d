/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * medians: number, median and share at the median of each series of a file of samples, as CSV:
 * bench,variant,twin,n,median,share.  The file is samples.csv or net.csv of a run, over all boots,
 * or what the Launcher wrote with --samples, which has neither variant nor twin.
 */
#include <argp.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "bench/data/summary.h"
#include "cmd.h"
#include "util/message.h"
#include "util/status.h"

static error_t parse(int key, char *argument, struct argp_state *state)
{
	const char **path = state->input;

	switch (key) {
	case ARGP_KEY_ARG:
		if (*path)
			argp_error(state, "one file at a time");
		*path = argument;
		return 0;
	case ARGP_KEY_NO_ARGS:
		argp_error(state, "name a file of samples");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static bool read_samples(struct samples *samples, FILE *file, char why[SAMPLES_WHY])
{
	static struct series like = { .variant = "", .twin = "", .unit = "" };
	char head[sizeof(SAMPLES_HEADER)] = "";
	bool is_run = fgets(head, sizeof(head), file) && !strcmp(head, SAMPLES_HEADER);

	rewind(file);
	return is_run ? samples_read(samples, file, why) :
			samples_read_launcher(samples, file, &like, why);
}

/* Is it the first series of its cell? */
static bool is_first(const struct samples *samples, size_t i)
{
	const struct series *one = &samples->series[i];

	for (size_t j = 0; j < i; j++)
		if (!strcmp(samples->series[j].bench, one->bench) &&
		    !strcmp(samples->series[j].variant, one->variant) &&
		    !strcmp(samples->series[j].twin, one->twin))
			return false;
	return true;
}

static void print(const struct samples *samples)
{
	puts("bench,variant,twin,n,median,share");
	for (size_t i = 0; i < samples->n; i++) {
		const struct series *one = &samples->series[i];
		struct summary summary;

		if (is_first(samples, i) &&
		    summarise(&summary, samples, one->bench, one->variant, one->twin, 0, 0))
			printf("%s,%s,%s,%zu,%.17g,%.4f\n", one->bench, one->variant, one->twin,
			       summary.n, summary.raw_median, summary.same);
	}
}

static int cmd_medians(int argc, char **argv)
{
	static const struct argp argp = {
		.parser = parse, .args_doc = "FILE",
		.doc = "Medians of a file of samples, as CSV.",
	};
	struct samples samples = { .n = 0 };
	const char *path = NULL;
	char why[SAMPLES_WHY];
	FILE *file;
	bool good;

	argp_parse(&argp, argc, argv, 0, NULL, &path);
	file = fopen(path, "r");
	if (!file) {
		message_error("cannot read '%s': %s", path, strerror(errno));
		return STATUS_USAGE;
	}
	good = read_samples(&samples, file, why);
	fclose(file);
	if (good)
		print(&samples);
	else
		message_error("'%s': %s", path, why);
	samples_free(&samples);
	return good ? STATUS_GOOD : STATUS_USAGE;
}

COMMAND(medians, "the median of each series of a file of samples", cmd_medians);
