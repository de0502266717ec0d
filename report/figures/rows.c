/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rows of a figure in a temporary file, see rows.h. */
#include "rows.h"
#include "util/file.h"
#include "util/message.h"

void figure_rows_follow(struct figure_rows *rows, struct run_folder *run, lg_pair_fn pair,
			lg_event_fn event)
{
	rows->file = scratch_file();
	rows->failed = !rows->file;
	rows->consumer = (struct lg_consumer){ pair, event, rows, run->consumers };
	run->consumers = &rows->consumer;
}

void figure_rows_add(struct figure_rows *rows, const void *row)
{
	rows->failed = rows->failed || fwrite(row, rows->bytes, 1, rows->file) != 1;
}

void figure_rows_rewind(struct figure_rows *rows)
{
	rows->failed = rows->failed || fseek(rows->file, 0, SEEK_SET) != 0;
}

bool figure_rows_next(struct figure_rows *rows, void *row)
{
	if (rows->failed || fread(row, rows->bytes, 1, rows->file) == 1)
		return !rows->failed;
	rows->failed = ferror(rows->file);
	return false;
}

bool figure_rows_good(const struct figure_rows *rows)
{
	if (rows->failed)
		message_error("cannot keep rows of the trace: make room in /tmp, or name another "
			      "place in TMPDIR");
	return !rows->failed;
}
