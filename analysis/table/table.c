/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tables and the forms they are written in, see sheet.h. */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "table.h"

void lg_sheet_init(struct lg_sheet *sheet, const char *id, const struct lg_column *columns,
		   uint32_t n_columns)
{
	memset(sheet, 0, sizeof(*sheet));
	snprintf(sheet->id, sizeof(sheet->id), "%s", id);
	memcpy(sheet->columns, columns, n_columns * sizeof(*columns));
	sheet->n_columns = n_columns;
}

void lg_sheet_hide(struct lg_sheet *sheet, uint32_t column)
{
	sheet->columns[column].head = NULL;
}

void lg_sheet_free(struct lg_sheet *sheet)
{
	uint32_t i;

	for (i = 0; i < sheet->n_rows * sheet->n_columns; i++)
		free(sheet->cells[i]);
	free(sheet->cells);
	free(sheet->quiet);
	for (i = 0; i < sheet->n_notes; i++)
		free(sheet->notes[i]);
	free(sheet->notes);
	memset(sheet, 0, sizeof(*sheet));
}

void lg_sheet_title(struct lg_sheet *sheet, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(sheet->title, sizeof(sheet->title), format, args);
	va_end(args);
}

static bool make_room(struct lg_sheet *sheet)
{
	uint32_t room = sheet->room ? sheet->room * 2 : 16;
	char **cells = realloc(sheet->cells, room * sheet->n_columns * sizeof(*cells));
	bool *quiet;

	if (cells)
		sheet->cells = cells;
	quiet = cells ? realloc(sheet->quiet, room * sizeof(*quiet)) : NULL;
	if (!quiet) {
		sheet->failed = true;
		return false;
	}
	sheet->quiet = quiet;
	sheet->room = room;
	return true;
}

void lg_sheet_row(struct lg_sheet *sheet)
{
	if (sheet->n_rows == sheet->room && !make_room(sheet))
		return;
	memset(sheet->cells + sheet->n_rows * sheet->n_columns, 0,
	       sheet->n_columns * sizeof(*sheet->cells));
	sheet->quiet[sheet->n_rows++] = false;
}

void lg_sheet_quiet(struct lg_sheet *sheet)
{
	if (sheet->n_rows)
		sheet->quiet[sheet->n_rows - 1] = true;
}

void lg_sheet_set(struct lg_sheet *sheet, uint32_t column, const char *format, ...)
{
	char **cell;
	va_list args;

	if (sheet->failed || !sheet->n_rows)
		return;
	cell = &sheet->cells[(sheet->n_rows - 1) * sheet->n_columns + column];
	free(*cell);
	va_start(args, format);
	if (vasprintf(cell, format, args) < 0) {
		*cell = NULL;
		sheet->failed = true;
	}
	va_end(args);
}

void lg_sheet_note(struct lg_sheet *sheet, const char *format, ...)
{
	char **notes = realloc(sheet->notes, (sheet->n_notes + 1) * sizeof(*notes));
	va_list args;

	if (!notes) {
		sheet->failed = true;
		return;
	}
	sheet->notes = notes;
	va_start(args, format);
	if (vasprintf(&notes[sheet->n_notes], format, args) < 0)
		sheet->failed = true;
	else
		sheet->n_notes++;
	va_end(args);
}

void lg_sheet_constant(struct lg_sheet *sheet, const char *id, const char *value)
{
	if (sheet->n_constants == 4)
		return;
	sheet->constant[sheet->n_constants].id = id;
	snprintf(sheet->constant[sheet->n_constants++].value,
		 sizeof(sheet->constant[0].value), "%s", value);
}

const char *lg_sheet_cell(const struct lg_sheet *sheet, uint32_t row, uint32_t column)
{
	const char *cell = sheet->cells[row * sheet->n_columns + column];

	return cell ? cell : "";
}

/* Terminal columns of UTF-8: continuation bytes take none. */
static int width_of(const char *s)
{
	int n = 0;

	for (; *s; s++)
		n += (*s & 0xc0) != 0x80;
	return n;
}

/* Thousands apart in the integer part of a plain number of four digits or more. */
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

static void shown(const struct lg_sheet *sheet, uint32_t row, uint32_t column, char *out,
		  size_t size)
{
	const char *cell = lg_sheet_cell(sheet, row, column);

	if (sheet->columns[column].text)
		snprintf(out, size, "%s", cell);
	else
		grouped(cell, out, size);
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

static int column_width(const struct lg_sheet *sheet, uint32_t column)
{
	int width = width_of(sheet->columns[column].head), w;
	char cell[128];
	uint32_t row;

	for (row = 0; row < sheet->n_rows; row++) {
		if (sheet->quiet[row])
			continue;
		shown(sheet, row, column, cell, sizeof(cell));
		w = width_of(cell);
		if (w > width)
			width = w;
	}
	return width;
}

/* Columns are padded to their width, but nothing stands after the last word of a line. */
static void text_line(const struct lg_sheet *sheet, int row, const int *width, FILE *out)
{
	char *line = NULL, cell[128];
	size_t size = 0;
	uint32_t i;
	FILE *memory = open_memstream(&line, &size);

	if (!memory)
		return;
	for (i = 0; i < sheet->n_columns; i++) {
		if (!sheet->columns[i].head)
			continue;
		if (row < 0)
			snprintf(cell, sizeof(cell), "%s", sheet->columns[i].head);
		else
			shown(sheet, row, i, cell, sizeof(cell));
		pad(memory, cell, width[i], sheet->columns[i].text);
		fputs("  ", memory);
	}
	if (fclose(memory) == 0) {
		while (size && line[size - 1] == ' ')
			size--;
		fprintf(out, "%.*s\n", (int)size, line);
	}
	free(line);
}

static void write_text(const struct lg_sheet *sheet, FILE *out)
{
	int width[LG_MAX_COLUMNS] = { 0 };
	uint32_t i;

	fprintf(out, "%s\n", sheet->title);
	for (i = 0; i < sheet->n_columns; i++)
		width[i] = sheet->columns[i].head ? column_width(sheet, i) : 0;
	text_line(sheet, -1, width, out);
	for (i = 0; i < sheet->n_rows; i++)
		if (!sheet->quiet[i])
			text_line(sheet, i, width, out);
	for (i = 0; i < sheet->n_notes; i++)
		fprintf(out, "%s\n", sheet->notes[i]);
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

static void csv_row(const struct lg_sheet *sheet, uint32_t row, FILE *out)
{
	uint32_t i;

	for (i = 0; i < sheet->n_columns; i++) {
		if (i)
			putc(',', out);
		csv_cell(lg_sheet_cell(sheet, row, i), out);
	}
	for (i = 0; i < sheet->n_constants; i++) {
		putc(',', out);
		csv_cell(sheet->constant[i].value, out);
	}
	putc('\n', out);
}

static void write_csv(const struct lg_sheet *sheet, FILE *out)
{
	uint32_t i;

	for (i = 0; i < sheet->n_columns; i++)
		fprintf(out, "%s%s", i ? "," : "", sheet->columns[i].id);
	for (i = 0; i < sheet->n_constants; i++)
		fprintf(out, ",%s", sheet->constant[i].id);
	putc('\n', out);
	for (i = 0; i < sheet->n_rows; i++)
		csv_row(sheet, i, out);
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

static void latex_line(const struct lg_sheet *sheet, int row, FILE *out)
{
	bool first = true;
	char cell[128];
	uint32_t i;

	for (i = 0; i < sheet->n_columns; i++) {
		if (!sheet->columns[i].head)
			continue;
		if (!first)
			fputs(" & ", out);
		first = false;
		if (row < 0)
			snprintf(cell, sizeof(cell), "%s", sheet->columns[i].head);
		else
			shown(sheet, row, i, cell, sizeof(cell));
		latex_text(cell, out);
	}
	fputs(" \\\\\n", out);
}

/* A tabular for \input, with the rules of the package booktabs. */
static void write_latex(const struct lg_sheet *sheet, FILE *out)
{
	uint32_t i;

	fprintf(out, "%% %s\n", sheet->title);
	for (i = 0; i < sheet->n_notes; i++)
		fprintf(out, "%% %s\n", sheet->notes[i]);
	fputs("\\begin{tabular}{", out);
	for (i = 0; i < sheet->n_columns; i++)
		if (sheet->columns[i].head)
			putc(sheet->columns[i].text ? 'l' : 'r', out);
	fputs("}\n\\toprule\n", out);
	latex_line(sheet, -1, out);
	fputs("\\midrule\n", out);
	for (i = 0; i < sheet->n_rows; i++)
		if (!sheet->quiet[i])
			latex_line(sheet, i, out);
	fputs("\\bottomrule\n\\end{tabular}\n", out);
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

static void html_line(const struct lg_sheet *sheet, int row, FILE *out)
{
	char cell[256];
	uint32_t i;

	fputs("<tr>", out);
	for (i = 0; i < sheet->n_columns; i++) {
		if (!sheet->columns[i].head)
			continue;
		if (row < 0)
			snprintf(cell, sizeof(cell), "%s", sheet->columns[i].head);
		else
			shown(sheet, row, i, cell, sizeof(cell));
		fprintf(out, "<t%c%s>", row < 0 ? 'h' : 'd',
			sheet->columns[i].text ? " class=\"t\"" : "");
		lg_html_text(cell, out);
		fprintf(out, "</t%c>", row < 0 ? 'h' : 'd');
	}
	fputs("</tr>\n", out);
}

static void write_html(const struct lg_sheet *sheet, FILE *out)
{
	uint32_t i;

	fputs("<p class=\"title\">", out);
	lg_html_text(sheet->title, out);
	fprintf(out, "</p>\n<div class=\"wide\"><table id=\"table-%s\">\n<thead>", sheet->id);
	html_line(sheet, -1, out);
	fputs("</thead>\n<tbody>\n", out);
	for (i = 0; i < sheet->n_rows; i++)
		if (!sheet->quiet[i])
			html_line(sheet, i, out);
	fputs("</tbody>\n</table></div>\n", out);
	for (i = 0; i < sheet->n_notes; i++) {
		fputs("<p class=\"note\">", out);
		lg_html_text(sheet->notes[i], out);
		fputs("</p>\n", out);
	}
}

void lg_sheet_write(const struct lg_sheet *sheet, enum lg_format format, FILE *out)
{
	switch (format) {
	case LG_TEXT:
		write_text(sheet, out);
		break;
	case LG_CSV:
		write_csv(sheet, out);
		break;
	case LG_LATEX:
		write_latex(sheet, out);
		break;
	case LG_HTML:
		write_html(sheet, out);
		break;
	}
}
