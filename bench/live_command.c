/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * live: exits a second, by class and by variant, from the Host's always-on counters.
 *
 * At a terminal each interval replaces the one before it.  The terminal's mode and cursor are not
 * changed for that, and an interval is written in one piece: however the program ends, nothing
 * must be restored.
 */
#include <argp.h>
#include <errno.h>
#include <linux/magic.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/vfs.h>
#include <time.h>
#include <unistd.h>

#include "live_command.h"
#include "machine.h"
#include "rates.h"
#include "util/file.h"
#include "util/message.h"
#include "util/process.h"
#include "util/status.h"

#define DEBUGFS "/sys/kernel/debug"
#define VARIANTS DEBUGFS "/switchyard/variants"

struct options {
	double interval;		/* seconds */
	unsigned long count;		/* intervals; 0: without end */
	bool json;
};

enum { OPTION_JSON = 256, OPTION_NATIVE };

static const struct argp_option argp_options[] = {
	{ "interval", 'i', "SECONDS", 0, "Between two lines (1)", 0 },
	{ "count", 'n', "N", 0, "End after N intervals (at an interrupt)", 0 },
	{ "json", OPTION_JSON, NULL, 0, "Print a line of JSON for each interval", 0 },
	{ "native", OPTION_NATIVE, NULL, 0, "Act on this kernel, as it always does", 0 },
	{ NULL, 0, NULL, 0, NULL, 0 },
};

static double interval(const char *argument, struct argp_state *state)
{
	char *end;
	double value = strtod(argument, &end);

	if (end == argument || *end || !(value >= 0.01) || value > 86400)
		argp_error(state, "'%s' is not a time from 0.01 to 86400 seconds", argument);
	return value;
}

static unsigned long count(const char *argument, struct argp_state *state)
{
	char *end;
	unsigned long value = strtoul(argument, &end, 10);

	if (*argument < '0' || *argument > '9' || *end || !value || value > 1000000000)
		argp_error(state, "'%s' is not a number of intervals from 1 to 1000000000",
			   argument);
	return value;
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
	struct options *options = state->input;

	switch (key) {
	case 'i': options->interval = interval(argument, state); return 0;
	case 'n': options->count = count(argument, state); return 0;
	case OPTION_JSON: options->json = true; return 0;
	case OPTION_NATIVE: return 0;
	case ARGP_KEY_ARG:
		argp_error(state, "live takes options only, not '%s'", argument);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

/* ---- reading ---- */

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

static bool debugfs_is_mounted(void)
{
	struct statfs status;

	return statfs(DEBUGFS, &status) == 0 && status.f_type == DEBUGFS_MAGIC;
}

/* Why the counters cannot be opened.  A module that is on its way out still has its folder in
 * /sys, but none in debugfs, or one whose files are ENXIO. */
static void print_reason(int error)
{
	if (!exists("/sys/module/switchyard") ||
	    ((error == ENOENT || error == ENXIO) && debugfs_is_mounted()))
		message_error("the module is not loaded in this kernel: load it, or run 'vm/lab -- "
			      "switchyard live' beside a Guest of the lab machine");
	else if (error == EACCES || error == EPERM)
		message_error("must be root, to read the counters in " DEBUGFS);
	else if (!debugfs_is_mounted())
		message_error("debugfs is not there: mount -t debugfs debugfs " DEBUGFS);
	else
		message_error("cannot read '" VARIANTS "': %s", strerror(error));
}

/* False after an error message. */
static bool read_counters(struct rates *rates)
{
	FILE *file = fopen(VARIANTS, "r");
	char why[RATES_WHY];
	bool good;

	if (!file) {
		print_reason(errno);
		return false;
	}
	good = rates_read(rates, file, why);
	rates->seconds = now();
	fclose(file);
	if (!good)
		message_error("'" VARIANTS "': %s", why);
	return good;
}

/* Wait until a moment, or an interrupt. */
static void wait_until(double moment)
{
	struct timespec time = {
		.tv_sec = (time_t)moment,
		.tv_nsec = (long)(1e9 * (moment - floor(moment))),
	};

	while (!interrupted &&
	       clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, NULL) == EINTR)
		;
}

/* ---- printing ---- */

static double rate_of(const struct rates *more, uint64_t exits)
{
	return (double)exits / more->seconds;
}

static uint64_t all_exits(const struct rates *more)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < more->n; i++)
		sum += rates_exits(&more->blob[i]);
	return sum;
}

static void print_json(const struct rates *more, const char *time)
{
	json_t *record = rates_json(more, time);

	json_dumpf(record, stdout, JSON_COMPACT | JSON_REAL_PRECISION(9));
	putchar('\n');
	json_decref(record);
}

/* "; NAME COUNT", then ", NAME COUNT"; nothing for none. */
static void print_count(const char **comma, const char *name, const struct rates *more,
			uint64_t count)
{
	if (!count)
		return;
	printf("%s%s %.0f", *comma, name, rate_of(more, count));
	*comma = ", ";
}

/* One line, for a file or a pipe. */
static void print_line(const struct rates *more, const char *time)
{
	char name[2 * LG_NAME_BYTES];
	const char *comma = ": ";

	printf("%s %.0f exits/s", time, rate_of(more, all_exits(more)));
	for (size_t i = 0; i < more->n; i++) {
		snprintf(name, sizeof(name), "%s %s", more->blob[i].variant, more->blob[i].twin);
		print_count(&comma, name, more, rates_exits(&more->blob[i]));
	}
	comma = "; ";
	for (unsigned int i = 0; i < LG_CLASSES; i++)
		print_count(&comma, rates_class(i), more, rates_of_class(more, i));
	comma = "; stayed: ";
	for (unsigned int i = 0; i < LG_STAYS; i++)
		print_count(&comma, rates_stay(i), more, rates_of_stay(more, i));
	putchar('\n');
}

/* A screen that is written over the one before it, as far as the terminal has room. */
struct screen {
	char *text;
	size_t bytes;
	FILE *to;
	int rows, columns;
	int used, before;		/* lines of this interval, and of the last */
};

static void screen_begin(struct screen *screen)
{
	struct winsize size;

	screen->rows = 24;
	screen->columns = 80;
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 1 && size.ws_col > 1) {
		screen->rows = size.ws_row;
		screen->columns = size.ws_col;
	}
	screen->used = 0;
	screen->to = open_memstream(&screen->text, &screen->bytes);
	if (!screen->to)
		abort();
	if (screen->before)
		fprintf(screen->to, "\r\033[%dA", screen->before);
}

static void screen_line(struct screen *screen, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
static void screen_line(struct screen *screen, const char *format, ...)
{
	char line[256];
	va_list arguments;

	if (screen->used >= screen->rows - 1)
		return;
	va_start(arguments, format);
	vsnprintf(line, sizeof(line), format, arguments);
	va_end(arguments);
	fprintf(screen->to, "%.*s\033[K\n", screen->columns - 1, line);
	screen->used++;
}

static void screen_end(struct screen *screen)
{
	fputs("\033[J", screen->to);
	fclose(screen->to);
	fwrite(screen->text, 1, screen->bytes, stdout);
	free(screen->text);
	screen->before = screen->used;
}

/* The rows of what stayed in the Switcher, if any did. */
static void print_stays(struct screen *screen, const struct rates *more)
{
	uint64_t all = 0;

	for (size_t i = 0; i < more->n; i++)
		all += rates_stays(&more->blob[i]);
	if (!all)
		return;
	screen_line(screen, "%-24s %-7s %7s %13s", "stayed in the Switcher", "", "share",
		    "stayed/s");
	for (unsigned int i = 0; i < LG_STAYS; i++) {
		uint64_t stays = rates_of_stay(more, i);

		if (stays)
			screen_line(screen, "%-24s %-7s %5.1f %% %13.0f", rates_stay(i), "",
				    100 * (double)stays / (double)all, rate_of(more, stays));
	}
}

static void print_screen(struct screen *screen, const struct rates *more, const char *time)
{
	uint64_t all = all_exits(more);

	screen_begin(screen);
	screen_line(screen, "%s, %.2f s: %.0f exits/s", time, more->seconds, rate_of(more, all));
	screen_line(screen, "%-24s %-7s %7s %13s %13s", "variant", "twin", "guests", "exits/s",
		    "stayed/s");
	for (size_t i = 0; i < more->n; i++)
		screen_line(screen, "%-24s %-7s %7llu %13.0f %13.0f", more->blob[i].variant,
			    more->blob[i].twin, (unsigned long long)more->blob[i].guests,
			    rate_of(more, rates_exits(&more->blob[i])),
			    rate_of(more, rates_stays(&more->blob[i])));
	screen_line(screen, "%-24s %-7s %7s %13s", "class", "", "share", "exits/s");
	for (unsigned int i = 0; i < LG_CLASSES; i++) {
		uint64_t exits = rates_of_class(more, i);

		if (exits)
			screen_line(screen, "%-24s %-7s %5.1f %% %13.0f", rates_class(i), "",
				    all ? 100 * (double)exits / (double)all : 0,
				    rate_of(more, exits));
	}
	print_stays(screen, more);
	screen_end(screen);
}

static bool print(const struct options *options, struct screen *screen, const struct rates *more)
{
	char *time = time_text();

	if (options->json)
		print_json(more, time);
	else if (isatty(STDOUT_FILENO))
		print_screen(screen, more, time);
	else
		print_line(more, time);
	free(time);
	return fflush(stdout) == 0;
}

/* ---- watching ---- */

/* One interval; what was read at its end becomes `last`. */
static int watch_once(const struct options *options, struct screen *screen, struct rates *last)
{
	struct rates read, more;
	int status = STATUS_GOOD;

	if (!read_counters(&read))
		return STATUS_REFUSED;
	if (!rates_between(&more, last, &read))
		message_warning("the counters were reset: the module was loaded again");
	else if (!print(options, screen, &more))
		status = STATUS_REFUSED;	/* command_main says why */
	rates_free(&more);
	rates_free(last);
	*last = read;
	return status;
}

static int watch(const struct options *options)
{
	struct screen screen = { .before = 0 };
	struct rates last;
	int status = STATUS_GOOD;
	double next;

	if (!read_counters(&last))
		return STATUS_REFUSED;
	next = last.seconds;
	for (unsigned long n = 0; status == STATUS_GOOD && (!options->count || n < options->count);
	     n++) {
		next += options->interval;
		wait_until(next);
		status = interrupted ? STATUS_INTERRUPTED : watch_once(options, &screen, &last);
	}
	rates_free(&last);
	return status;
}

int live_command(int argc, char **argv)
{
	static const struct argp argp = {
		.options = argp_options, .parser = parse,
		.doc = "Watch exits a second, by variant and by class, of the Guests of this "
		       "kernel."
		       "\vAt a terminal each interval replaces the last; else each is a line. Exit"
		       " status 3: the module is not loaded, or the caller is not root.",
	};
	struct options options = { .interval = 1 };

	argp_parse(&argp, argc, argv, 0, NULL, &options);
	catch_interrupts();
	return watch(&options);
}
