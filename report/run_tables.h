/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tables of a run: those of its records and those of its trace. */
#ifndef REPORT_RUN_TABLES_H
#define REPORT_RUN_TABLES_H

#include <jansson.h>

#include "model.h"
#include "run_folder.h"
#include "analysis/table/table.h"

enum { MOST_TABLES = 16 };

struct tables {
	struct lg_table table[MOST_TABLES];
	size_t n;
};

/* --format of a command that prints tables: a format of tables, or JSON. */
struct format {
	bool json;
	enum lg_format table;
};

#define FORMAT_OPTION { "format", 'f', "FORMAT", 0, "text, json, csv or latex (text)", 0 }

/* Ends the program with a usage error if there is none of that name. */
struct format format_named(const char *name);

/* All tables that the run has data for; none from a void trace but the loss check. */
void tables_make(struct tables *tables, struct run_folder *run, const struct model *model);
/* Put the reservations about a run under each table. */
void tables_warn(struct tables *tables, const struct run_folder *run);
void tables_free(struct tables *tables);
struct lg_table *tables_find(struct tables *tables, const char *id);

/* {id: [{column: value}...]...} */
json_t *tables_json(const struct tables *tables);

/* Write FOLDER/<table>.<csv|tex>, each whole; makes the folder. */
bool tables_write(const struct tables *tables, const char *folder, enum lg_format format);

/* Net benchmark results in a table of their own. */
void bench_table(const struct run_folder *run, struct lg_table *table);

#endif
