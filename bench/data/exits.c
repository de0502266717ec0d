/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Exits in memory and as CSV. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "exits.h"
#include "lg/grown.h"

void exits_free(struct exits *exits)
{
	for (size_t i = 0; i < exits->n; i++) {
		free(exits->row[i].bench);
		free(exits->row[i].variant);
		free(exits->row[i].twin);
		free(exits->row[i].class);
	}
	free(exits->row);
	memset(exits, 0, sizeof(*exits));
}

void exits_add(struct exits *exits, const struct exits_row *row)
{
	if (row->exits == 0 && strcmp(row->class, "all"))
		return;
	exits->row = lg_grown(exits->row, &exits->room, exits->n, sizeof(*exits->row));
	exits->row[exits->n++] = (struct exits_row){
		.bench = strdup(row->bench), .variant = strdup(row->variant),
		.twin = strdup(row->twin), .class = strdup(row->class),
		.boot = row->boot, .run = row->run, .exits = row->exits,
	};
}

void exits_write(const struct exits *exits, FILE *stream)
{
	fputs(EXITS_HEADER "\n", stream);
	for (size_t i = 0; i < exits->n; i++) {
		const struct exits_row *row = &exits->row[i];

		fprintf(stream, "%s,%s,%s,%u,%u,%s,%.10g\n", row->bench, row->variant, row->twin,
			row->boot, row->run, row->class, row->exits);
	}
}

#define WORD "%63[A-Za-z0-9_.+-]"

static bool read_row(struct exits *exits, const char *line)
{
	char bench[64], variant[64], twin[64], class[64];
	struct exits_row row = { bench, variant, twin, class, 0, 0, 0 };
	int end = -1;

	if (sscanf(line, WORD "," WORD "," WORD ",%u,%u," WORD ",%lf\n%n", bench, variant, twin,
		   &row.boot, &row.run, class, &row.exits, &end) != 7 ||
	    end < 0 || line[end] || !isfinite(row.exits) || row.exits < 0)
		return false;
	exits_add(exits, &row);
	return true;
}

bool exits_read(struct exits *exits, FILE *stream, char why[EXITS_WHY])
{
	char *line = NULL;
	size_t room = 0, number = 0;
	bool good = true;

	while (good && getline(&line, &room, stream) > 0)
		good = number++ ? read_row(exits, line) : !strcmp(line, EXITS_HEADER "\n");
	if (!good)
		snprintf(why, EXITS_WHY, "line %zu of " EXITS_FILE " makes no sense", number);
	free(line);
	return good;
}

static bool is_of(const struct exits_row *row, const char *bench, const char *variant,
		  const char *twin)
{
	return !strcmp(row->bench, bench) && !strcmp(row->variant, variant) &&
	       !strcmp(row->twin, twin);
}

/* How many runs the cell was counted in: each has one row `all`. */
static size_t runs_of(const struct exits *exits, const char *bench, const char *variant,
		      const char *twin)
{
	size_t runs = 0;

	for (size_t i = 0; i < exits->n; i++)
		runs += is_of(&exits->row[i], bench, variant, twin) &&
			!strcmp(exits->row[i].class, "all");
	return runs;
}

json_t *exits_record(const struct exits *exits, const char *bench, const char *variant,
		     const char *twin)
{
	size_t runs = runs_of(exits, bench, variant, twin);
	json_t *record;

	if (!runs)
		return json_null();
	record = json_object();
	for (size_t i = 0; i < exits->n; i++) {
		const struct exits_row *row = &exits->row[i];
		double before = json_number_value(json_object_get(record, row->class));

		if (is_of(row, bench, variant, twin))
			json_object_set_new(record, row->class,
					    json_real(before + row->exits / (double)runs));
	}
	return record;
}
