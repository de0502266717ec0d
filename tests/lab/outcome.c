/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * outcome.c - names the outcome of a test, and compares it with the expected one.
 */
#include <fnmatch.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "lab.h"

/* How the Launcher's line on a restart goes on. */
#define RESTARTS	"the Guest restarts: "

static const char *const kind_names[] = {
	[INERT] = "INERT", [FAULT] = "FAULT", [KILLED] = "KILLED", [REFUSED] = "REFUSED",
	[WRONG] = "WRONG", [ERROR] = "ERROR", [HANG] = "HANG", [ESCAPE] = "ESCAPE",
};

/* What a Guest printed may be part of it: it stays within its line. */
static void clean(char *text)
{
	for (; *text; text++)
		if (*text < ' ' || *text > '~')
			*text = '?';
}

/* The first of the worst outcomes is kept: later ones may be its consequence. */
void worsen(struct outcome *outcome, enum kind kind, const char *format, ...)
{
	va_list args;

	if (kind <= outcome->kind && outcome->kind != INERT)
		return;
	outcome->kind = kind;
	va_start(args, format);
	vsnprintf(outcome->text, sizeof(outcome->text), format, args);
	va_end(args);
	clean(outcome->text);
}

void show_outcome(const struct outcome *outcome, char text[TEXT_BYTES * 2])
{
	const char *quote = outcome->kind == KILLED ? "\"" : "";

	snprintf(text, TEXT_BYTES * 2, "%s%s%s%s%s", kind_names[outcome->kind],
		 *outcome->text ? " " : "", quote, outcome->text, quote);
}

/* KILLED "pattern": as the shell would match it, and the reason may go on. */
static bool reason_matches(const char *expect, const char *reason)
{
	char pattern[TEXT_BYTES];
	size_t n = strlen(expect);

	if (n < 2 || n >= sizeof(pattern))
		return false;
	memcpy(pattern, expect + 1, n - 2);
	memcpy(pattern + n - 2, "*", 2);
	return !fnmatch(pattern, reason, 0);
}

bool outcome_expected(const struct outcome *outcome, const char *expect)
{
	size_t name = strcspn(expect, " ");
	const char *rest = expect + name + strspn(expect + name, " ");

	if (!strcmp(expect, "REPORT"))
		return outcome->kind == INERT && outcome->passes;
	if (strlen(kind_names[outcome->kind]) != name ||
	    strncmp(expect, kind_names[outcome->kind], name))
		return false;
	switch (outcome->kind) {
	case FAULT:
		return !strcmp(rest, outcome->text);
	case KILLED:
		return reason_matches(rest, outcome->text);
	case REFUSED:
		return strstr(outcome->text, rest);
	default:
		return true;
	}
}

/* The rest of the first line that begins with `start`; false if there is none. */
static bool line_after(const char *text, const char *start, char rest[TEXT_BYTES])
{
	size_t n = strlen(start);

	for (; text && *text; text = strchr(text, '\n'), text = text ? text + 1 : NULL) {
		if (strncmp(text, start, n))
			continue;
		snprintf(rest, TEXT_BYTES, "%.*s", (int)strcspn(text + n, "\n"), text + n);
		return true;
	}
	return false;
}

/* The Launcher's first word that is not of an earlier life. */
static void last_word(const char *errors, char rest[TEXT_BYTES])
{
	while (line_after(errors, "lg: ", rest) && !strncmp(rest, RESTARTS, strlen(RESTARTS)))
		errors = strstr(errors, RESTARTS) + strlen(RESTARTS);
}

static unsigned int count_lines(const char *text, const char *start)
{
	unsigned int n = 0;

	for (; text && *text; text = strchr(text, '\n'), text = text ? text + 1 : NULL)
		n += !strncmp(text, start, strlen(start));
	return n;
}

/* The Launcher's exit status says most; a Guest that met the fault it looked for says
 * so itself, in a line `outcome: FAULT vector,error`. */
static void classify_exit(struct outcome *outcome, int code, const char *printed,
		       const char *errors)
{
	char line[TEXT_BYTES] = "";

	switch (code) {
	case 0:
		if (line_after(printed, "outcome: FAULT ", line))
			worsen(outcome, FAULT, "%s", line);
		if (line_after(printed, "FAIL", line))
			worsen(outcome, ERROR, "FAIL printed, but the Guest's status is 0");
		return;
	case 1:
		if (!line_after(printed, "FAIL", line))
			last_word(errors, line);
		worsen(outcome, WRONG, "%s", line + strspn(line, ": "));
		return;
	case 3:
	case 6:
		last_word(errors, line);
		worsen(outcome, REFUSED, "%s", line);
		return;
	case 4:
		line_after(errors, "lg: killed by the Host: ", line);
		worsen(outcome, KILLED, "%s", line);
		return;
	case 5:
		last_word(errors, line);
		worsen(outcome, ESCAPE, "I4: %s", line);
		return;
	}
	last_word(errors, line);
	worsen(outcome, ERROR, "the Launcher ended with %d: %s", code, line);
}

void verify(struct outcome *outcome, int status, const char *printed, const char *errors)
{
	outcome->passes = count_lines(printed, "PASS");
	if (WIFSIGNALED(status))
		worsen(outcome, ERROR, "the Launcher died of signal %d", WTERMSIG(status));
	else
		classify_exit(outcome, WEXITSTATUS(status), printed, errors);
}
