/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Data of the figure `timeline`: the worlds of each CPU in a short stretch of a recording. */
#include <stdlib.h>
#include <string.h>

#include "figures.h"
#include "rows.h"
#include "util/file.h"
#include "util/message.h"

enum { SHOWN = 4, MOST_SWITCHES = 512 };

/* One switch, as far as it is drawn. */
struct span {
	uint32_t cpu, guest;
	uint16_t variant, twin, exit;		/* names */
	bool has_entry, has_trip, has_guest;
	/* the Host has the CPU before call and after back */
	uint64_t begin, call, back, end;
	uint64_t guest_from, guest_to;		/* after call */
	uint64_t overhead;			/* the cost of recording, as the trace reports it */
	uint32_t unreported;			/* events whose cost it does not report */
	bool packed, reports_overhead, claimed;
};

static struct figure_rows spans = { .bytes = sizeof(struct span) };

/* The Host has the CPU up to the next enter, if that is known. */
static uint64_t end_of(const struct lg_pair *pair)
{
	uint64_t back = pair->exit.exit.tsc_back;

	return pair->has_enter && pair->enter_tsc > back ? pair->enter_tsc : back;
}

static void keep_span(const struct lg_pair *pair, void *arg)
{
	const struct lg_event *exit = &pair->exit;
	struct span span = {
		.cpu = exit->cpu, .guest = exit->guest, .variant = exit->variant,
		.twin = exit->twin, .exit = exit->exit.exit,
		.has_entry = pair->has_entry, .has_trip = pair->has_trip,
		.begin = exit->exit.tsc_call - (pair->has_entry ? pair->entry : 0),
		.call = exit->exit.tsc_call, .back = exit->exit.tsc_back, .end = end_of(pair),
		.overhead = pair->overhead, .unreported = pair->reports_overhead ? 0 : pair->inner,
		.packed = exit->packed, .reports_overhead = pair->reports_overhead,
		.claimed = pair->breakdown.state == LG_BREAKDOWN_GOOD,
	};

	span.has_guest = lg_breakdown_guest(&pair->breakdown, &span.guest_from, &span.guest_to);
	figure_rows_add(arg, &span);
}

static void follow_timeline(struct run_folder *run)
{
	figure_rows_follow(&spans, run, keep_span, NULL);
}

/* The switches of a short stretch of the recording: so many of the CPU that comes first. */
struct window {
	uint64_t start;			/* it begins with the first switch from here on */
	uint64_t skipped;
	uint64_t from, to;		/* 0 until they are known */
	uint32_t cpu, shown;
	size_t n;
	struct span span[MOST_SWITCHES];
};

/* Switches of other CPUs are known when they end, which may be after the stretch. */
static void show_span(struct window *window, const struct span *span)
{
	if (!span->has_trip || span->end <= window->start) {
		window->skipped += !window->n;
		return;
	}
	if (!window->from && span->begin >= window->start) {
		window->from = span->begin;
		window->cpu = span->cpu;
	}
	if (window->n == MOST_SWITCHES || (window->to && span->begin >= window->to))
		return;
	window->span[window->n++] = *span;
	if (window->from && !window->to && span->cpu == window->cpu &&
	    ++window->shown == SHOWN)
		window->to = span->end;
}

/* In the middle of the time in which all CPUs ran Guests, or else of all. */
static uint64_t middle_of(const struct lg_pairing *pairing)
{
	uint64_t first = UINT64_MAX, last = 0, low = 0, high = UINT64_MAX;

	for (uint32_t i = 0; i < pairing->n_cpus; i++) {
		const struct lg_pair_cpu *cpu = pairing->cpus[i];

		if (!cpu || !cpu->first_tsc)
			continue;
		first = cpu->first_tsc < first ? cpu->first_tsc : first;
		last = cpu->last_tsc > last ? cpu->last_tsc : last;
		low = cpu->first_tsc > low ? cpu->first_tsc : low;
		high = cpu->last_tsc < high ? cpu->last_tsc : high;
	}
	if (low >= high) {
		low = first;
		high = last;
	}
	return low + (high - low) / 2;
}

struct lane {
	const struct run_folder *run;
	const struct window *window;
	const struct span *span;
	uint64_t cost;			/* of recording an event; 0: not known */
	FILE *out;
};

/* One interval of a world, as far as it lies in the window. */
static void interval(const struct lane *lane, const char *world, uint64_t from, uint64_t to)
{
	const struct window *window = lane->window;
	const struct lg_intern *names = &lane->run->tally.names;
	const struct span *span = lane->span;

	if (from < window->from)
		from = window->from;
	if (to > window->to)
		to = window->to;
	if (from >= to)
		return;
	fprintf(lane->out, "%u,%s,%u,%s,%s,%s,%llu,%llu,%s,%s\n", span->cpu, world, span->guest,
		lg_name_of(names, span->variant), lg_name_of(names, span->twin),
		lg_name_of(names, span->exit),
		(unsigned long long)(from - window->from), (unsigned long long)(to - window->from),
		lane->run->unit, lane->run->tier);
}

/* An interval of the Host opens with the event that is recorded at its beginning. */
static void host(const struct lane *lane, uint64_t from, uint64_t to, uint64_t recording)
{
	if (recording > to - from)
		recording = to - from;
	interval(lane, "recording", from, from + recording);
	interval(lane, "host", from + recording, to);
}

/* With stamps the trip is divided into Switcher, Guest, Switcher. */
static void trip(const struct lane *lane)
{
	const struct span *span = lane->span;

	if (!span->has_guest) {
		interval(lane, "switcher_or_guest", span->call, span->back);
		return;
	}
	interval(lane, "switcher", span->call, span->call + span->guest_from);
	interval(lane, "guest", span->call + span->guest_from, span->call + span->guest_to);
	interval(lane, "switcher", span->call + span->guest_to, span->back);
}

static void write_lane(const struct lane *lane)
{
	const struct span *span = lane->span;

	if (span->has_entry)
		host(lane, span->begin, span->call, span->packed ? 0 : lane->cost);
	trip(lane);
	host(lane, span->back, span->end, span->overhead + lane->cost * span->unreported);
}

static bool write_timeline(const struct run_folder *run, const struct window *window,
			   uint64_t cost, const char *path)
{
	struct whole_file file;

	if (!whole_open(&file, path))
		return false;
	fputs("cpu,world,guest,variant,twin,exit,from,to,unit,tier\n", file.stream);
	for (size_t i = 0; i < window->n; i++) {
		struct lane lane = { run, window, &window->span[i], cost, file.stream };

		if (lane.span->begin < window->to)
			write_lane(&lane);
	}
	return whole_commit(&file);
}

static char *describe_window(const struct run_folder *run, const struct window *window,
			     uint64_t cost)
{
	bool reported = window->n && window->span[window->n - 1].reports_overhead;
	char *pale = reported ? text("; pale: recording itself, as the trace reports it") :
		     cost ? text("; pale: recording itself, %llu an event, as calibrated",
				 (unsigned long long)cost) : text("%s", "");
	bool claimed = window->n && window->span[0].claimed;
	char *numbers = text("switches from number %llu of %llu on, 1 recording%s%s",
			     (unsigned long long)window->skipped + 1,
			     (unsigned long long)run->tally.exits, pale,
			     claimed ? "; where a Guest begins is claimed by itself" : "");

	free(pale);
	return numbers;
}

/* False, after an error message, if no switch can be shown. */
static bool choose_window(struct run_folder *run, struct window *window)
{
	struct span span;

	window->start = middle_of(&run->tally.pairing);
	figure_rows_rewind(&spans);
	while (figure_rows_next(&spans, &span))
		show_span(window, &span);
	if (!figure_rows_good(&spans))
		return false;
	if (!window->n) {
		message_error("the trace holds no switch whose times are known");
		return false;
	}
	if (!window->from)
		window->from = window->span[0].begin;
	if (!window->to)
		window->to = window->span[window->n - 1].end;
	return true;
}

static char *make_timeline(struct run_folder *run, const char *path)
{
	struct window *window = calloc(1, sizeof(*window));
	struct lg_summary cost = { .p50 = 0 };
	char *numbers = NULL;

	if (!window)
		abort();
	lg_event_cost(&run->tally, &cost);
	if (choose_window(run, window) && write_timeline(run, window, cost.p50, path))
		numbers = describe_window(run, window, cost.p50);
	free(window);
	return numbers;
}

static bool has_switches(struct run_folder *run)
{
	return run_folder_trace_good(run) && run->tally.exits > 1;
}

FIGURE(timeline) = {
	"timeline", make_timeline, has_switches, "a trace of switches: 'switchyard record'",
	follow_timeline,
};
