/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Samples in memory and as CSV. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lg/grown.h"
#include "samples.h"

void samples_free(struct samples *samples)
{
	for (size_t i = 0; i < samples->n; i++) {
		struct series *series = &samples->series[i];

		free(series->bench);
		free(series->variant);
		free(series->twin);
		free(series->unit);
		free(series->value);
	}
	free(samples->series);
	memset(samples, 0, sizeof(*samples));
}

/* Samples come run by run, so the series sought is nearly always the last. */
struct series *samples_series(struct samples *samples, const char *bench, const char *variant,
			      const char *twin, unsigned int boot, unsigned int run,
			      const char *unit)
{
	for (size_t i = samples->n; i-- > 0;) {
		struct series *series = &samples->series[i];

		if (series->boot == boot && series->run == run &&
		    !strcmp(series->bench, bench) && !strcmp(series->variant, variant) &&
		    !strcmp(series->twin, twin) && !strcmp(series->unit, unit))
			return series;
	}
	samples->series = lg_grown(samples->series, &samples->room, samples->n,
				   sizeof(*samples->series));
	samples->series[samples->n] = (struct series){
		.bench = strdup(bench), .variant = strdup(variant), .twin = strdup(twin),
		.unit = strdup(unit), .boot = boot, .run = run,
	};
	return &samples->series[samples->n++];
}

void series_add(struct series *series, double value)
{
	series->value = lg_grown(series->value, &series->room, series->n, sizeof(*series->value));
	series->value[series->n++] = value;
}

void samples_write(const struct samples *samples, FILE *stream)
{
	fputs(SAMPLES_HEADER "\n", stream);
	samples_write_from(samples, 0, stream);
}

void samples_write_from(const struct samples *samples, size_t first, FILE *stream)
{
	for (size_t i = first; i < samples->n; i++) {
		const struct series *series = &samples->series[i];

		for (size_t j = 0; j < series->n; j++)
			fprintf(stream, "%s,%s,%s,%u,%u,%s,%.17g\n", series->bench,
				series->variant, series->twin, series->boot, series->run,
				series->unit, series->value[j]);
	}
}

/*
 * Split a line at its commas; answers the number of fields, at most `most`.  A line without its
 * newline was cut short, so no field of it can be trusted.
 */
static size_t split(char *line, char **field, size_t most)
{
	size_t n = 0, end = strcspn(line, "\r\n");

	if (!line[end])
		return 0;
	line[end] = '\0';
	for (;;) {
		char *comma = strchr(line, ',');

		if (n == most)
			return most + 1;
		field[n++] = line;
		if (!comma)
			return n;
		*comma = '\0';
		line = comma + 1;
	}
}

static bool parse_count(const char *field, unsigned int *count)
{
	unsigned long number;
	char *end;

	errno = 0;
	number = strtoul(field, &end, 10);
	*count = (unsigned int)number;
	return *field >= '0' && *field <= '9' && !*end && !errno && number == *count;
}

static bool parse_value(const char *field, double *value)
{
	char *end;

	errno = 0;
	*value = strtod(field, &end);
	return end != field && !*end && !errno && isfinite(*value);
}

/* A name is letters, digits, and a few marks; never empty. */
static bool good_name(const char *name)
{
	return *name && !name[strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789"
					  "ABCDEFGHIJKLMNOPQRSTUVWXYZ_.-+")];
}

static bool read_line(struct samples *samples, char *line)
{
	unsigned int boot, run;
	char *field[7];
	double value;

	if (split(line, field, 7) != 7)
		return false;
	for (int i = 0; i < 6; i++)
		if (!good_name(field[i]))
			return false;
	if (!parse_count(field[3], &boot) || !parse_count(field[4], &run) ||
	    !parse_value(field[6], &value))
		return false;
	series_add(samples_series(samples, field[0], field[1], field[2], boot, run, field[5]),
		   value);
	return true;
}

bool samples_read(struct samples *samples, FILE *stream, char why[SAMPLES_WHY])
{
	unsigned long number = 0;
	char *line = NULL;
	size_t room = 0;
	bool good = true;

	while (good && getline(&line, &room, stream) > 0) {
		number++;
		if (number == 1)
			good = !strncmp(line, SAMPLES_HEADER, strlen(SAMPLES_HEADER));
		else
			good = read_line(samples, line);
	}
	free(line);
	if (!good)
		snprintf(why, SAMPLES_WHY, "line %lu is not a sample in long form", number);
	else if (!number)
		snprintf(why, SAMPLES_WHY, "it is empty");
	return good && number;
}

static bool launcher_line(struct samples *samples, char *line, const struct series *like)
{
	struct series *series;
	unsigned int index;
	char *field[3];
	double value;

	if (split(line, field, 3) != 3 || !good_name(field[0]) ||
	    !parse_count(field[1], &index) || !parse_value(field[2], &value))
		return false;
	series = samples_series(samples, field[0], like->variant, like->twin, like->boot,
				like->run, like->unit);
	if (index != series->n)
		return false;
	series_add(series, value);
	return true;
}

bool samples_read_launcher(struct samples *samples, FILE *stream, const struct series *like,
			   char why[SAMPLES_WHY])
{
	unsigned long number = 0;
	char *line = NULL;
	size_t room = 0;
	bool good = true;

	while (good && getline(&line, &room, stream) > 0) {
		number++;
		if (number == 1 && !strncmp(line, "series,", 7))
			continue;
		good = launcher_line(samples, line, like);
	}
	free(line);
	if (!good)
		snprintf(why, SAMPLES_WHY, "line %lu is not the next 'series,index,value'", number);
	else if (!number)
		snprintf(why, SAMPLES_WHY, "the Guest gave no sample");
	return good && number;
}
