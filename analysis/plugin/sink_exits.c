/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sink.lg.exits: the table of exits. */
#include "analysis/table/trace_tables.h"
#include "plugin.h"
#include "sink.h"

static void write_exits(struct sink *sink)
{
	struct lg_table table;

	lg_exits_table(&sink->tally, sink->unit, &table);
	lg_table_write(&table, LG_TEXT, sink->out);
	lg_table_free(&table);
}

static const struct sink_class exits = { .open = sink_open_file, .write = write_exits };

LG_INIT(lg_exits_init)
{
	(void)config;
	(void)data;
	return sink_init(self, params, &exits);
}
