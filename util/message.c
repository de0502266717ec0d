/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Messages, progress, colour, and the nearest name. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "message.h"

static const char *command_name;
static bool progress_shown;

void message_command(const char *command)
{
	command_name = command;
}

static void message_line(const char *kind, const char *format, va_list arguments)
{
	message_progress_end();
	fprintf(stderr, "switchyard%s%s: %s", command_name ? " " : "",
		command_name ? command_name : "", kind);
	vfprintf(stderr, format, arguments);
	fputc('\n', stderr);
}

void message_error(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	message_line("", format, arguments);
	va_end(arguments);
}

void message_warning(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	message_line("warning: ", format, arguments);
	va_end(arguments);
}

void message_progress(const char *format, ...)
{
	va_list arguments;

	if (!isatty(STDERR_FILENO))
		return;
	fputs("\r\033[K", stderr);
	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fflush(stderr);
	progress_shown = true;
}

void message_progress_end(void)
{
	if (progress_shown)
		fputs("\r\033[K", stderr);
	progress_shown = false;
}

const char *message_colour(enum colour colour)
{
	static const char *const sequences[] = {
		[COLOUR_NONE] = "\033[0m",
		[COLOUR_GOOD] = "\033[32m",
		[COLOUR_BAD] = "\033[31m",
		[COLOUR_DIM] = "\033[2m",
		[COLOUR_STRONG] = "\033[1m",
	};
	const char *unwanted = getenv("NO_COLOR");

	if ((unwanted && *unwanted) || !isatty(STDOUT_FILENO))
		return "";
	return sequences[colour];
}

static size_t least(size_t a, size_t b, size_t c)
{
	size_t smaller = a < b ? a : b;

	return smaller < c ? smaller : c;
}

/* Levenshtein's distance, one row of the table at a time. */
static size_t edit_distance(const char *a, const char *b)
{
	enum { LONGEST = 63 };
	size_t row[LONGEST + 1], columns = strlen(b);

	if (columns > LONGEST)
		return LONGEST;
	for (size_t j = 0; j <= columns; j++)
		row[j] = j;
	for (size_t i = 1; a[i - 1]; i++) {
		size_t diagonal = row[0];

		row[0] = i;
		for (size_t j = 1; j <= columns; j++) {
			size_t above = row[j];

			row[j] = least(above + 1, row[j - 1] + 1,
				       diagonal + (a[i - 1] != b[j - 1]));
			diagonal = above;
		}
	}
	return row[columns];
}

const char *nearest(const char *word, const char *const *names, size_t n)
{
	size_t limit = strlen(word) / 3 + 1, best = limit + 1;
	const char *found = NULL;

	for (size_t i = 0; i < n; i++) {
		size_t distance = edit_distance(word, names[i]);

		if (distance < best) {
			best = distance;
			found = names[i];
		}
	}
	return found;
}

void message_unknown(const char *what, const char *word, const char *const *names, size_t n)
{
	const char *near = nearest(word, names, n);
	char list[512] = "";
	size_t used = 0;

	if (near) {
		message_error("unknown %s '%s' (did you mean '%s'?)", what, word, near);
		return;
	}
	for (size_t i = 0; i < n && used < sizeof(list); i++)
		used += (size_t)snprintf(list + used, sizeof(list) - used, "%s%s",
					 i ? ", " : "", names[i]);
	message_error("unknown %s '%s' (there is: %s)", what, word, n ? list : "none");
}
