/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Files of the emulator's plugin, row by row (docs/lab.md). */
#ifndef BENCH_ROWS_H
#define BENCH_ROWS_H

#include <stdbool.h>

enum { ROWS_WHY_BYTES = 256 };

/*
 * Pass each line after the first, which names the columns, to @row, without its newline, until
 * that answers false.  Then, and if the file cannot be read, the answer is false and why[] says in
 * which line of which file.
 */
bool rows_read(const char *path, bool (*row)(void *to, const char *line), void *to,
	       char why[ROWS_WHY_BYTES]);

#endif
