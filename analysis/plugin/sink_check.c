/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sink.lg.check: events by CPU and type, and what is missing. */
#include "analysis/table/trace_tables.h"
#include "plugin.h"
#include "sink.h"

static void write_check(struct sink *sink)
{
	struct lg_table table;

	lg_check_table(&sink->tally, &table);
	lg_table_write(&table, LG_TEXT, stdout);
	lg_table_free(&table);
}

static const struct sink_class check = { .write = write_check, .shows_void = true };

LG_INIT(lg_check_init)
{
	(void)config;
	(void)data;
	return sink_init(self, params, &check);
}
