/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tables with a title and notes, written as text, CSV, LaTeX or HTML.  A cell is text or a number,
 * and a number becomes text only when the table is written.
 */
#ifndef ANALYSIS_TABLE_TABLE_H
#define ANALYSIS_TABLE_TABLE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

enum lg_format {
	LG_TEXT,
	LG_CSV,
	LG_LATEX,
	LG_HTML,
};

#define LG_MAX_COLUMNS	32

struct lg_column {
	const char *id;		/* in CSV and JSON */
	const char *head;	/* for readers; NULL: only in CSV and JSON */
	bool text;		/* flush left, a string in JSON */
};

enum lg_cell_kind {
	LG_EMPTY,
	LG_CELL_TEXT,
	LG_CELL_COUNT,
	LG_CELL_INTEGER,
	LG_CELL_REAL,
};

struct lg_cell {
	enum lg_cell_kind kind;
	const char *format;	/* of an integer or a real, for printf */
	union {
		char *text;
		uint64_t count;
		long long integer;
		double real;
	};
};

struct lg_table {
	char id[32];
	char title[160];
	struct lg_column columns[LG_MAX_COLUMNS];
	uint32_t n_columns, n_rows, room;
	struct lg_cell *cells;
	bool *quiet;		/* rows for CSV and JSON alone */
	char **notes;
	struct {
		const char *id;
		char value[48];
	} constant[4];		/* columns with the same value in every row; only in CSV and JSON */
	uint32_t n_constants;
	uint32_t n_notes;
	char *warning;		/* reservations about the numbers; NULL: none */
	bool failed;		/* memory ran out */
};

void lg_table_init(struct lg_table *table, const char *id, const struct lg_column *columns,
		   uint32_t n_columns);
/* Leave @column out of the formats for readers. */
void lg_table_hide(struct lg_table *table, uint32_t column);
void lg_table_free(struct lg_table *table);
void lg_table_title(struct lg_table *table, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* Start a row of empty cells. */
void lg_table_row(struct lg_table *table);
/* Leave the last row out of the formats for readers. */
void lg_table_quiet(struct lg_table *table);
/* Fill cell @column of the last row with text or a number, which @format writes. */
void lg_table_set(struct lg_table *table, uint32_t column, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
void lg_table_count(struct lg_table *table, uint32_t column, uint64_t count);
void lg_table_integer(struct lg_table *table, uint32_t column, const char *format,
		      long long number);
void lg_table_real(struct lg_table *table, uint32_t column, const char *format, double number);
/* Add a column for CSV and JSON that holds @value in every row. */
void lg_table_constant(struct lg_table *table, const char *id, const char *value);
/* A line under the table. */
void lg_table_note(struct lg_table *table, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/*
 * What a reader must know before using the numbers.  It is printed under the table, in LaTeX too,
 * and in CSV in a column of its own; a page has it at its head.
 */
void lg_table_warn(struct lg_table *table, const char *warning);
const struct lg_cell *lg_table_cell(const struct lg_table *table, uint32_t row, uint32_t column);
/* The cell as text: its own, or a number's in @number. */
enum { LG_NUMBER_BYTES = 64 };
const char *lg_cell_text(const struct lg_cell *cell, char number[LG_NUMBER_BYTES]);
void lg_table_write(const struct lg_table *table, enum lg_format format, FILE *out);
/* Write @text with HTML's special characters replaced. */
void lg_html_text(const char *text, FILE *out);

#endif
