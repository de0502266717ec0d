/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sink.lg.csv: writes a line for each world switch. */
#include "plugin.h"
#include "sink.h"

static bool open_csv(struct sink *sink)
{
	sink_each_pair(sink, lg_pairs_csv, &sink->csv);
	sink->csv.names = &sink->tally.names;
	if (!sink_open_file(sink))
		return false;
	sink->csv.out = sink->out;
	return true;
}

static void end_csv(struct sink *sink)
{
	lg_pairs_csv_end(&sink->csv);
}

static const struct sink_class csv = { .open = open_csv, .write = end_csv };

LG_INIT(lg_csv_init)
{
	(void)config;
	(void)data;
	return sink_init(self, params, &csv);
}
