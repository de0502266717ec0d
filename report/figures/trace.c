/* SPDX-License-Identifier: GPL-2.0-or-later */
/*T:272 Data of the figures that are drawn from a trace, see figures.h. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/decode/graph.h"
#include "analysis/table/trace_tables.h"
#include "figures.h"
#include "util/file.h"
#include "util/message.h"
#include "util/process.h"
#include "util/status.h"

static bool analysed(struct rundir *run)
{
	static const struct lg_options options = { 0 };

	if (run->trace && !run->analysed)
		rundir_analyse(run, &options);
	return run->trace && run->status == STATUS_GOOD;
}

static bool write_sheet(const struct lg_sheet *sheet, const char *path)
{
	struct whole_file file;

	if (!whole_open(&file, path))
		return false;
	lg_sheet_write(sheet, LG_CSV, file.stream);
	return whole_commit(&file);
}

bool has_ledger(struct rundir *run)
{
	for (uint32_t i = 0; analysed(run) && i < run->tally.n_rows; i++)
		if (run->tally.rows[i]->ledger.state[LG_LEDGER_GOOD])
			return true;
	return false;
}

/* Good ledgers of more than one variant. */
bool has_ledgers(struct rundir *run)
{
	const struct lg_row *first = NULL;

	for (uint32_t i = 0; analysed(run) && i < run->tally.n_rows; i++) {
		const struct lg_row *row = run->tally.rows[i];

		if (!row->ledger.state[LG_LEDGER_GOOD])
			continue;
		if (first && row->key.variant != first->key.variant)
			return true;
		first = row;
	}
	return false;
}

static unsigned long long samples_of(const struct lg_sheet *sheet, uint32_t row)
{
	return strtoull(lg_sheet_at(sheet, row, "samples"), NULL, 10);
}

/* The name in column `id` whose bars stand for the most switches; classic, if it is one of several. */
static const char *commonest(const struct lg_sheet *sheet, const char *id)
{
	unsigned long long most = 0;
	const char *name = "";

	for (uint32_t row = 0; row < sheet->n_rows; row++) {
		const char *here = lg_sheet_at(sheet, row, id);
		unsigned long long n = 0;

		for (uint32_t i = 0; i < sheet->n_rows; i++)
			if (!strcmp(lg_sheet_at(sheet, i, "kind"), "sum") &&
			    *lg_sheet_at(sheet, i, "bar") && !strcmp(lg_sheet_at(sheet, i, id), here))
				n += samples_of(sheet, i);
		if (n > most || (n == most && !strcmp(here, "classic"))) {
			most = n;
			name = here;
		}
	}
	return name;
}

static void copy_row(const struct lg_sheet *from, uint32_t row, int bar, struct lg_sheet *to)
{
	lg_sheet_row(to);
	for (uint32_t i = 0; i < from->n_columns; i++)
		lg_sheet_set(to, i, "%s", lg_sheet_cell(from, row, i));
	if (*lg_sheet_at(from, row, "bar"))
		lg_sheet_set(to, lg_sheet_column(from, "bar"), "%d", bar);
}

/* The rows of one name in column `id`, their bars counted anew; answers how many bars. */
static int select_rows(const struct lg_sheet *from, const char *id, const char *name,
		       struct lg_sheet *to)
{
	int bar = -1;
	const char *last = "";

	lg_sheet_init(to, from->id, from->columns, from->n_columns);
	for (uint32_t row = 0; row < from->n_rows; row++) {
		const char *here = lg_sheet_at(from, row, "bar");

		if (strcmp(lg_sheet_at(from, row, id), name))
			continue;
		if (*here && strcmp(here, last)) {
			bar++;
			last = here;
		}
		copy_row(from, row, bar, to);
	}
	return bar + 1;
}

/* What the boxes of `kind` are, and by how much their medians miss that of the whole at most. */
static char *describe_boxes(const struct lg_sheet *sheet, const char *kind, unsigned long long *n)
{
	bool medians = false;
	double miss = 0;

	*n = 0;
	for (uint32_t row = 0; row < sheet->n_rows; row++) {
		const char *stat = lg_sheet_at(sheet, row, "bar_of");
		double whole = strtod(lg_sheet_at(sheet, row, "p50"), NULL);

		if (!*stat || strcmp(lg_sheet_at(sheet, row, "kind"), kind))
			continue;
		medians = !strcmp(stat, "median");
		miss = fmax(miss, fabs(strtod(lg_sheet_at(sheet, row, "to"), NULL) / whole - 1));
		*n += samples_of(sheet, row);
	}
	if (!medians)
		return text("means with 95 %% intervals");
	return miss == 0 ? text("medians, which add up exactly") :
			   text("medians, which add up to within %.2g %%", 100 * miss);
}

/* What recording took of an interval in C, as the trace tells; on average. */
static double looking_of(const struct lg_tally *tally)
{
	double looking = 0, timed = 0;

	for (uint32_t i = 0; i < tally->n_rows; i++) {
		looking += (double)tally->rows[i]->looking;
		timed += (double)tally->rows[i]->handling.n;
	}
	return timed > 0 ? looking / timed : 0;
}

/* What the bars are made of, from the rows of the table that have one. */
static char *describe_bars(const struct lg_tally *tally, const char *unit,
			   const struct lg_sheet *sheet, const char *also)
{
	unsigned long long n, in_c;
	char *trip = describe_boxes(sheet, "sum", &n);
	char *handling = describe_boxes(sheet, "sum_in_c", &in_c);
	bool differ = in_c && strcmp(trip, handling);
	double looking = in_c ? looking_of(tally) : 0;
	char *cost = looking > 0 ? text("; in C recording itself took %.4g %s a switch",
					looking, unit) :
				   text("%s", "");
	char *numbers = text("n = %llu switches of %s, 1 recording, bars are %s%s%s%s", n, also, trip,
			     differ ? ", in C " : "", differ ? handling : "", cost);

	free(cost);
	free(trip);
	free(handling);
	return numbers;
}

/* The ledger of the commonest name in column `id`. */
static char *make_ledger(struct rundir *run, const char *path, const char *id)
{
	struct lg_sheet all, some;
	char *numbers = NULL;

	lg_table_phases(&run->tally, run->unit, &all);
	select_rows(&all, id, commonest(&all, id), &some);
	lg_sheet_constant(&some, "unit", run->unit);
	lg_sheet_constant(&some, "tier", run->tier);
	if (write_sheet(&some, path))
		numbers = describe_bars(&run->tally, run->unit, &some, commonest(&some, id));
	lg_sheet_free(&all);
	lg_sheet_free(&some);
	return numbers;
}

char *make_phases(struct rundir *run, const char *path)
{
	return make_ledger(run, path, "variant");
}

char *make_phases_variants(struct rundir *run, const char *path)
{
	return make_ledger(run, path, "exit");
}

/* Read the trace again, with a function for each switch or each event. */
static bool again(struct rundir *run, lg_pair_fn each, lg_event_fn each_event,
		  struct lg_tally *tally, void *arg)
{
	static const struct lg_options options = { 0 };
	char why[400];

	lg_tally_init(tally, &options);
	tally->each = each;
	tally->each_event = each_event;
	tally->each_arg = arg;
	if (lg_graph_run(run->trace, tally, &interrupted, why, sizeof(why)) == LG_GRAPH_GOOD)
		return true;
	message_error("%s", why);
	return false;
}

enum { SHOWN = 4, MOST_PAIRS = 512 };

/* The switches of a short stretch of the recording: so many of the CPU that comes first. */
struct window {
	uint64_t start;			/* it begins with the first switch from here on */
	uint64_t skipped;
	uint64_t from, to;		/* 0 until they are known */
	uint32_t cpu, shown;
	size_t n;
	struct lg_pair pair[MOST_PAIRS];
};

static uint64_t begin_of(const struct lg_pair *pair)
{
	return pair->exit.exit.tsc_call - (pair->has_entry ? pair->entry : 0);
}

/* The Host has the CPU up to the next enter, if that is known. */
static uint64_t end_of(const struct lg_pair *pair)
{
	uint64_t back = pair->exit.exit.tsc_back;

	return pair->has_enter && pair->enter_tsc > back ? pair->enter_tsc : back;
}

/* Switches of other CPUs are known when they end, which may be behind the stretch. */
static void keep_pair(const struct lg_pair *pair, void *arg)
{
	struct window *window = arg;

	if (!pair->has_trip || end_of(pair) <= window->start) {
		window->skipped += !window->n;
		return;
	}
	if (!window->from && begin_of(pair) >= window->start) {
		window->from = begin_of(pair);
		window->cpu = pair->exit.cpu;
	}
	if (window->n == MOST_PAIRS || (window->to && begin_of(pair) >= window->to))
		return;
	window->pair[window->n++] = *pair;
	if (window->from && !window->to && pair->exit.cpu == window->cpu &&
	    ++window->shown == SHOWN)
		window->to = end_of(pair);
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
	const struct rundir *run;
	const struct lg_names *names;
	const struct window *window;
	const struct lg_pair *pair;
	uint64_t cost;			/* of recording an event; 0: not known */
	FILE *out;
};

/* One interval of a world, as far as it lies in the window. */
static void interval(const struct lane *lane, const char *world, uint64_t from, uint64_t to)
{
	const struct window *window = lane->window;
	const struct lg_event *exit = &lane->pair->exit;

	if (from < window->from)
		from = window->from;
	if (to > window->to)
		to = window->to;
	if (from >= to)
		return;
	fprintf(lane->out, "%u,%s,%u,%s,%s,%s,%llu,%llu,%s,%s\n", exit->cpu, world, exit->guest,
		lg_name_of(lane->names, exit->variant), lg_name_of(lane->names, exit->twin),
		lg_name_of(lane->names, exit->exit.exit),
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

/* With stamps the trip falls into Switcher, Guest, Switcher. */
static void trip(const struct lane *lane)
{
	const struct lg_ledger *ledger = &lane->pair->ledger;
	uint64_t call = lane->pair->exit.exit.tsc_call, back = lane->pair->exit.exit.tsc_back;
	uint64_t from, to;

	if (!lg_ledger_guest(ledger, &from, &to)) {
		interval(lane, "switcher_or_guest", call, back);
		return;
	}
	interval(lane, "switcher", call, call + from);
	interval(lane, "guest", call + from, call + to);
	interval(lane, "switcher", call + to, back);
}

static void write_lane(const struct lane *lane)
{
	const struct lg_pair *pair = lane->pair;
	bool packed = pair->exit.packed;

	if (pair->has_entry)
		host(lane, begin_of(pair), pair->exit.exit.tsc_call, packed ? 0 : lane->cost);
	trip(lane);
	host(lane, pair->exit.exit.tsc_back, end_of(pair),
	     pair->looking + (pair->tells_looking ? 0 : lane->cost * pair->inner));
}

static bool write_timeline(const struct rundir *run, const struct lg_tally *tally,
			   const struct window *window, uint64_t cost, const char *path)
{
	struct whole_file file;

	if (!whole_open(&file, path))
		return false;
	fputs("cpu,world,guest,variant,twin,exit,from,to,unit,tier\n", file.stream);
	for (size_t i = 0; i < window->n; i++) {
		struct lane lane = {
			run, &tally->names, window, &window->pair[i], cost, file.stream,
		};

		if (begin_of(lane.pair) < window->to)
			write_lane(&lane);
	}
	return whole_commit(&file);
}

static char *describe_window(const struct rundir *run, const struct window *window, uint64_t cost)
{
	bool told = window->n && window->pair[window->n - 1].tells_looking;
	char *pale = told ? text("; pale: recording itself, as the trace tells") :
		     cost ? text("; pale: recording itself, %llu an event, as calibrated",
				 (unsigned long long)cost) : text("%s", "");
	char *numbers = text("switches from number %llu of %llu on, 1 recording%s",
			     (unsigned long long)window->skipped + 1,
			     (unsigned long long)run->tally.exits, pale);

	free(pale);
	return numbers;
}

char *make_timeline(struct rundir *run, const char *path)
{
	struct window *window = calloc(1, sizeof(*window));
	struct lg_summary cost = { .p50 = 0 };
	struct lg_tally tally;
	char *numbers = NULL;

	if (!window)
		abort();
	lg_event_cost(&run->tally, &cost);
	window->start = middle_of(&run->tally.pairing);
	if (again(run, keep_pair, NULL, &tally, window) && window->n) {
		if (!window->from)
			window->from = begin_of(&window->pair[0]);
		if (!window->to)
			window->to = end_of(&window->pair[window->n - 1]);
		if (write_timeline(run, &tally, window, cost.p50, path))
			numbers = describe_window(run, window, cost.p50);
	} else if (!window->n) {
		message_error("the trace holds no switch whose times are known");
	}
	lg_tally_free(&tally);
	free(window);
	return numbers;
}

bool has_switches(struct rundir *run)
{
	return analysed(run) && run->tally.exits > 1;
}

enum { BINS = 60, MOST_REASONS = 8 };

/* Copy-ins by time and reason. */
struct bins {
	uint64_t first, width;
	uint16_t reason[MOST_REASONS];
	uint32_t n_reasons;
	uint64_t count[BINS][MOST_REASONS], bytes[BINS][MOST_REASONS], all;
};

static void keep_copy_in(const struct lg_event *event, void *arg)
{
	struct bins *bins = arg;
	uint64_t bin = (event->ts - bins->first) / bins->width;
	uint32_t i = 0;

	if (event->kind != LG_COPY_IN || bin >= BINS)
		return;
	while (i < bins->n_reasons && bins->reason[i] != event->copy_in.reason)
		i++;
	if (i == MOST_REASONS)
		return;
	if (i == bins->n_reasons)
		bins->reason[bins->n_reasons++] = event->copy_in.reason;
	bins->count[bin][i]++;
	bins->bytes[bin][i] += event->copy_in.bytes;
	bins->all++;
}

static uint64_t in_bin(const struct bins *bins, int bin)
{
	uint64_t n = 0;

	for (uint32_t i = 0; i < bins->n_reasons; i++)
		n += bins->count[bin][i];
	return n;
}

/* Misses lie one on the other, as shares of all copy-ins of their time. */
static void write_bin(const struct rundir *run, const struct lg_names *names,
		      const struct bins *bins, int bin, FILE *out)
{
	uint64_t all = in_bin(bins, bin);
	double from = 0, to;

	for (uint32_t i = 0; all && i < bins->n_reasons; i++) {
		const char *reason = lg_name_of(names, bins->reason[i]);
		bool hit = !strcmp(reason, "hit");

		to = from + 100.0 * (double)bins->count[bin][i] / (double)all;
		fprintf(out, "%d,%llu,%llu,%s,%llu,%llu,%llu,", bin,
			(unsigned long long)(bins->width * (uint64_t)bin),
			(unsigned long long)(bins->width * ((uint64_t)bin + 1)), reason,
			(unsigned long long)bins->count[bin][i],
			(unsigned long long)bins->bytes[bin][i], (unsigned long long)all);
		if (hit)
			fprintf(out, ",,%s,%s\n", run->unit, run->tier);
		else
			fprintf(out, "%.4f,%.4f,%s,%s\n", from, to, run->unit, run->tier);
		from = hit ? from : to;
	}
}

static bool write_misses(const struct rundir *run, const struct lg_tally *tally,
			 const struct bins *bins, const char *path)
{
	struct whole_file file;

	if (!whole_open(&file, path))
		return false;
	fputs("bin,from,to,reason,count,bytes,entries,low_percent,high_percent,unit,tier\n",
	      file.stream);
	for (int bin = 0; bin < BINS; bin++)
		write_bin(run, &tally->names, bins, bin, file.stream);
	return whole_commit(&file);
}

/* First and last copy-in: the axis leaves out what came before and after. */
static void keep_ends(const struct lg_event *event, void *arg)
{
	uint64_t *ends = arg;

	if (event->kind != LG_COPY_IN)
		return;
	if (!ends[0])
		ends[0] = event->ts;
	ends[1] = event->ts;
}

static char *bin_copy_ins(struct rundir *run, uint64_t first, uint64_t last, const char *path)
{
	struct bins *bins = calloc(1, sizeof(*bins));
	struct lg_tally tally;
	char *numbers = NULL;

	if (!bins)
		abort();
	bins->first = first;
	bins->width = (last - first) / BINS + 1;
	if (again(run, NULL, keep_copy_in, &tally, bins) &&
	    write_misses(run, &tally, bins, path))
		numbers = text("n = %llu entries in %d stretches of time, 1 recording",
			       (unsigned long long)bins->all, BINS);
	lg_tally_free(&tally);
	free(bins);
	return numbers;
}

char *make_misses(struct rundir *run, const char *path)
{
	uint64_t ends[2] = { 0, 0 };
	struct lg_tally tally;
	bool good;

	good = again(run, NULL, keep_ends, &tally, ends);
	lg_tally_free(&tally);
	return good ? bin_copy_ins(run, ends[0], ends[1], path) : NULL;
}

bool has_copy_in(struct rundir *run)
{
	return analysed(run) && run->tally.n_reasons;
}
