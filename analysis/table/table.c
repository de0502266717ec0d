/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tables and their output formats, see table.h. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "table.h"

void lg_table_init(struct lg_table *table, const char *id, const struct lg_column *columns,
		   uint32_t n_columns)
{
	memset(table, 0, sizeof(*table));
	snprintf(table->id, sizeof(table->id), "%s", id);
	memcpy(table->columns, columns, n_columns * sizeof(*columns));
	table->n_columns = n_columns;
}

void lg_table_hide(struct lg_table *table, uint32_t column)
{
	table->columns[column].head = NULL;
}

void lg_table_free(struct lg_table *table)
{
	uint32_t i;

	for (i = 0; i < table->n_rows * table->n_columns; i++)
		if (table->cells[i].kind == LG_CELL_TEXT)
			free(table->cells[i].text);
	free(table->cells);
	free(table->quiet);
	for (i = 0; i < table->n_notes; i++)
		free(table->notes[i]);
	free(table->notes);
	free(table->warning);
	memset(table, 0, sizeof(*table));
}

void lg_table_title(struct lg_table *table, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(table->title, sizeof(table->title), format, args);
	va_end(args);
}

static bool make_room(struct lg_table *table)
{
	uint32_t room = table->room ? table->room * 2 : 16;
	struct lg_cell *cells = realloc(table->cells, room * table->n_columns * sizeof(*cells));
	bool *quiet;

	if (cells)
		table->cells = cells;
	quiet = cells ? realloc(table->quiet, room * sizeof(*quiet)) : NULL;
	if (!quiet) {
		table->failed = true;
		return false;
	}
	table->quiet = quiet;
	table->room = room;
	return true;
}

void lg_table_row(struct lg_table *table)
{
	if (table->n_rows == table->room && !make_room(table))
		return;
	memset(table->cells + table->n_rows * table->n_columns, 0,
	       table->n_columns * sizeof(*table->cells));
	table->quiet[table->n_rows++] = false;
}

void lg_table_quiet(struct lg_table *table)
{
	if (table->n_rows)
		table->quiet[table->n_rows - 1] = true;
}

/* The cell of the last row, emptied; NULL: there is no row. */
static struct lg_cell *cell_to_fill(struct lg_table *table, uint32_t column)
{
	struct lg_cell *cell;

	if (table->failed || !table->n_rows)
		return NULL;
	cell = &table->cells[(table->n_rows - 1) * table->n_columns + column];
	if (cell->kind == LG_CELL_TEXT)
		free(cell->text);
	cell->kind = LG_EMPTY;
	return cell;
}

void lg_table_set(struct lg_table *table, uint32_t column, const char *format, ...)
{
	struct lg_cell *cell = cell_to_fill(table, column);
	va_list args;

	if (!cell)
		return;
	va_start(args, format);
	if (vasprintf(&cell->text, format, args) < 0)
		table->failed = true;
	else
		cell->kind = LG_CELL_TEXT;
	va_end(args);
}

void lg_table_count(struct lg_table *table, uint32_t column, uint64_t count)
{
	struct lg_cell *cell = cell_to_fill(table, column);

	if (cell)
		*cell = (struct lg_cell){ .kind = LG_CELL_COUNT, .count = count };
}

void lg_table_integer(struct lg_table *table, uint32_t column, const char *format,
		      long long number)
{
	struct lg_cell *cell = cell_to_fill(table, column);

	if (cell)
		*cell = (struct lg_cell){
			.kind = LG_CELL_INTEGER, .format = format, .integer = number,
		};
}

void lg_table_real(struct lg_table *table, uint32_t column, const char *format, double number)
{
	struct lg_cell *cell = cell_to_fill(table, column);

	if (cell)
		*cell = (struct lg_cell){ .kind = LG_CELL_REAL, .format = format, .real = number };
}

void lg_table_note(struct lg_table *table, const char *format, ...)
{
	char **notes = realloc(table->notes, (table->n_notes + 1) * sizeof(*notes));
	va_list args;

	if (!notes) {
		table->failed = true;
		return;
	}
	table->notes = notes;
	va_start(args, format);
	if (vasprintf(&notes[table->n_notes], format, args) < 0)
		table->failed = true;
	else
		table->n_notes++;
	va_end(args);
}

void lg_table_warn(struct lg_table *table, const char *warning)
{
	char *all = NULL;

	if (table->warning && strstr(table->warning, warning))
		return;
	if (asprintf(&all, "%s%s%s", table->warning ? table->warning : "",
		     table->warning ? "; " : "", warning) < 0) {
		table->failed = true;
		return;
	}
	free(table->warning);
	table->warning = all;
}

void lg_table_constant(struct lg_table *table, const char *id, const char *value)
{
	if (table->n_constants == 4)
		return;
	table->constant[table->n_constants].id = id;
	snprintf(table->constant[table->n_constants++].value,
		 sizeof(table->constant[0].value), "%s", value);
}

const struct lg_cell *lg_table_cell(const struct lg_table *table, uint32_t row, uint32_t column)
{
	return &table->cells[row * table->n_columns + column];
}

const char *lg_cell_text(const struct lg_cell *cell, char number[LG_NUMBER_BYTES])
{
	*number = '\0';
	if (cell->kind == LG_CELL_TEXT)
		return cell->text;
	if (cell->kind == LG_CELL_COUNT)
		snprintf(number, LG_NUMBER_BYTES, "%" PRIu64, cell->count);
	else if (cell->kind == LG_CELL_INTEGER)
		snprintf(number, LG_NUMBER_BYTES, cell->format, cell->integer);
	else if (cell->kind == LG_CELL_REAL)
		snprintf(number, LG_NUMBER_BYTES, cell->format, cell->real);
	return number;
}

/* The width of UTF-8 text on a terminal: continuation bytes have none. */
static int width_of(const char *s)
{
	int n = 0;

	for (; *s; s++)
		n += (*s & 0xc0) != 0x80;
	return n;
}

/* Separate thousands in the integer part of a plain number of four digits or more. */
static void grouped(const char *cell, char *out, size_t size)
{
	size_t digits = strspn(cell, "0123456789"), i, n = 0;

	if (digits < 4 || (cell[digits] && cell[digits] != '.')) {
		snprintf(out, size, "%s", cell);
		return;
	}
	for (i = 0; cell[i] && n + 2 < size; i++) {
		if (i && i < digits && !((digits - i) % 3))
			out[n++] = ',';
		out[n++] = cell[i];
	}
	out[n] = '\0';
}

/* The text of a cell for readers; row -1 is the head. */
static void shown(const struct lg_table *table, int row, uint32_t column, char *out, size_t size)
{
	char number[LG_NUMBER_BYTES];
	const char *text = row < 0 ? table->columns[column].head :
			   lg_cell_text(lg_table_cell(table, (uint32_t)row, column), number);

	if (row < 0 || table->columns[column].text)
		snprintf(out, size, "%s", text);
	else
		grouped(text, out, size);
}

static void pad(FILE *out, const char *s, int width, bool left)
{
	int fill = width - width_of(s);

	if (fill < 0)
		fill = 0;
	if (left)
		fprintf(out, "%s%*s", s, fill, "");
	else
		fprintf(out, "%*s%s", fill, "", s);
}

static int column_width(const struct lg_table *table, uint32_t column)
{
	int width = width_of(table->columns[column].head), w;
	char cell[128];
	uint32_t row;

	for (row = 0; row < table->n_rows; row++) {
		if (table->quiet[row])
			continue;
		shown(table, row, column, cell, sizeof(cell));
		w = width_of(cell);
		if (w > width)
			width = w;
	}
	return width;
}

/* Columns are padded to their width, but nothing stands after the last word of a line. */
static void text_line(const struct lg_table *table, int row, const int *width, FILE *out)
{
	char *line = NULL, cell[128];
	size_t size = 0;
	uint32_t i;
	FILE *memory = open_memstream(&line, &size);

	if (!memory)
		return;
	for (i = 0; i < table->n_columns; i++) {
		if (!table->columns[i].head)
			continue;
		shown(table, row, i, cell, sizeof(cell));
		pad(memory, cell, width[i], table->columns[i].text);
		fputs("  ", memory);
	}
	if (fclose(memory) == 0) {
		while (size && line[size - 1] == ' ')
			size--;
		fprintf(out, "%.*s\n", (int)size, line);
	}
	free(line);
}

static void write_text(const struct lg_table *table, FILE *out)
{
	int width[LG_MAX_COLUMNS] = { 0 };
	uint32_t i;

	fprintf(out, "%s\n", table->title);
	for (i = 0; i < table->n_columns; i++)
		width[i] = table->columns[i].head ? column_width(table, i) : 0;
	text_line(table, -1, width, out);
	for (i = 0; i < table->n_rows; i++)
		if (!table->quiet[i])
			text_line(table, i, width, out);
	for (i = 0; i < table->n_notes; i++)
		fprintf(out, "%s\n", table->notes[i]);
	if (table->warning)
		fprintf(out, "Warning: %s\n", table->warning);
}

static void csv_cell(const char *cell, FILE *out)
{
	if (!strpbrk(cell, ",\"\r\n")) {
		fputs(cell, out);
		return;
	}
	putc('"', out);
	for (; *cell; cell++) {
		if (*cell == '"')
			putc('"', out);
		putc(*cell, out);
	}
	putc('"', out);
}

static void csv_row(const struct lg_table *table, uint32_t row, FILE *out)
{
	char number[LG_NUMBER_BYTES];
	uint32_t i;

	for (i = 0; i < table->n_columns; i++) {
		if (i)
			putc(',', out);
		csv_cell(lg_cell_text(lg_table_cell(table, row, i), number), out);
	}
	for (i = 0; i < table->n_constants; i++) {
		putc(',', out);
		csv_cell(table->constant[i].value, out);
	}
	if (table->warning) {
		putc(',', out);
		csv_cell(table->warning, out);
	}
	putc('\n', out);
}

static void write_csv(const struct lg_table *table, FILE *out)
{
	uint32_t i;

	for (i = 0; i < table->n_columns; i++)
		fprintf(out, "%s%s", i ? "," : "", table->columns[i].id);
	for (i = 0; i < table->n_constants; i++)
		fprintf(out, ",%s", table->constant[i].id);
	fputs(table->warning ? ",warning\n" : "\n", out);
	for (i = 0; i < table->n_rows; i++)
		csv_row(table, i, out);
}

static void latex_text(const char *text, FILE *out)
{
	for (; *text; text++) {
		if (strchr("_%&#${}", *text))
			putc('\\', out);
		if (!strncmp(text, "±", 2)) {
			fputs("$\\pm$", out);
			text++;
		} else if (*text == '~' || *text == '^' || *text == '\\') {
			fprintf(out, "\\char`\\%c{}", *text);
		} else {
			putc(*text, out);
		}
	}
}

static void latex_line(const struct lg_table *table, int row, FILE *out)
{
	bool first = true;
	char cell[128];
	uint32_t i;

	for (i = 0; i < table->n_columns; i++) {
		if (!table->columns[i].head)
			continue;
		if (!first)
			fputs(" & ", out);
		first = false;
		shown(table, row, i, cell, sizeof(cell));
		latex_text(cell, out);
	}
	fputs(" \\\\\n", out);
}

/* A line under the table, across all of its columns. */
static void latex_warning(const struct lg_table *table, FILE *out)
{
	uint32_t columns = 0;

	if (!table->warning)
		return;
	for (uint32_t i = 0; i < table->n_columns; i++)
		columns += table->columns[i].head != NULL;
	fprintf(out, "\\multicolumn{%u}{@{}p{\\linewidth}@{}}{Warning: ", columns);
	latex_text(table->warning, out);
	fputs("} \\\\\n", out);
}

/* A tabular for \input, with the rules of the package booktabs. */
static void write_latex(const struct lg_table *table, FILE *out)
{
	uint32_t i;

	fprintf(out, "%% %s\n", table->title);
	for (i = 0; i < table->n_notes; i++)
		fprintf(out, "%% %s\n", table->notes[i]);
	fputs("\\begin{tabular}{", out);
	for (i = 0; i < table->n_columns; i++)
		if (table->columns[i].head)
			putc(table->columns[i].text ? 'l' : 'r', out);
	fputs("}\n\\toprule\n", out);
	latex_line(table, -1, out);
	fputs("\\midrule\n", out);
	for (i = 0; i < table->n_rows; i++)
		if (!table->quiet[i])
			latex_line(table, i, out);
	fputs("\\bottomrule\n", out);
	latex_warning(table, out);
	fputs("\\end{tabular}\n", out);
}

void lg_html_text(const char *text, FILE *out)
{
	for (; *text; text++)
		switch (*text) {
		case '<':
			fputs("&lt;", out);
			break;
		case '>':
			fputs("&gt;", out);
			break;
		case '&':
			fputs("&amp;", out);
			break;
		case '"':
			fputs("&quot;", out);
			break;
		default:
			putc(*text, out);
		}
}

static void html_line(const struct lg_table *table, int row, FILE *out)
{
	char cell[256];
	uint32_t i;

	fputs("<tr>", out);
	for (i = 0; i < table->n_columns; i++) {
		if (!table->columns[i].head)
			continue;
		shown(table, row, i, cell, sizeof(cell));
		fprintf(out, "<t%c%s>", row < 0 ? 'h' : 'd',
			table->columns[i].text ? " class=\"t\"" : "");
		lg_html_text(cell, out);
		fprintf(out, "</t%c>", row < 0 ? 'h' : 'd');
	}
	fputs("</tr>\n", out);
}

static void write_html(const struct lg_table *table, FILE *out)
{
	uint32_t i;

	fputs("<p class=\"title\">", out);
	lg_html_text(table->title, out);
	fprintf(out, "</p>\n<div class=\"wide\"><table id=\"table-%s\">\n<thead>", table->id);
	html_line(table, -1, out);
	fputs("</thead>\n<tbody>\n", out);
	for (i = 0; i < table->n_rows; i++)
		if (!table->quiet[i])
			html_line(table, i, out);
	fputs("</tbody>\n</table></div>\n", out);
	for (i = 0; i < table->n_notes; i++) {
		fputs("<p class=\"note\">", out);
		lg_html_text(table->notes[i], out);
		fputs("</p>\n", out);
	}
}

void lg_table_write(const struct lg_table *table, enum lg_format format, FILE *out)
{
	switch (format) {
	case LG_TEXT:
		write_text(table, out);
		break;
	case LG_CSV:
		write_csv(table, out);
		break;
	case LG_LATEX:
		write_latex(table, out);
		break;
	case LG_HTML:
		write_html(table, out);
		break;
	}
}
