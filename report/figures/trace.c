/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Data of the figures that are drawn from a trace, see figures.h. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/decode/graph.h"
#include "figures.h"
#include "report/phase_table.h"
#include "util/file.h"
#include "util/message.h"
#include "util/process.h"
#include "util/status.h"

static bool analysed(struct run_folder *run)
{
	static const struct lg_options options = { 0 };

	if (run->trace && !run->analysed)
		run_folder_analyse(run, &options);
	return run->trace && run->status == STATUS_GOOD;
}

static bool write_table(const struct lg_table *table, const char *path)
{
	struct whole_file file;

	if (!whole_open(&file, path))
		return false;
	lg_table_write(table, LG_CSV, file.stream);
	return whole_commit(&file);
}

bool has_breakdown(struct run_folder *run)
{
	for (uint32_t i = 0; analysed(run) && i < run->tally.n_rows; i++)
		if (run->tally.rows[i]->breakdown.state[LG_BREAKDOWN_GOOD])
			return true;
	return false;
}

/* Good breakdowns of more than one variant. */
bool has_breakdowns(struct run_folder *run)
{
	const struct lg_row *first = NULL;

	for (uint32_t i = 0; analysed(run) && i < run->tally.n_rows; i++) {
		const struct lg_row *row = run->tally.rows[i];

		if (!row->breakdown.state[LG_BREAKDOWN_GOOD])
			continue;
		if (first && row->key.variant != first->key.variant)
			return true;
		first = row;
	}
	return false;
}

/* A row's name in a figure whose bars are classes of exits of one variant, or variants. */
typedef const char *name_fn(const struct lg_phase_row *row);

static const char *variant_of(const struct lg_phase_row *row)
{
	return row->variant;
}

static const char *exit_of(const struct lg_phase_row *row)
{
	return row->exit;
}

static uint64_t switches_of(const struct lg_phase_rows *rows, const struct bar *bars,
			    name_fn *name_of, const char *name)
{
	uint64_t n = 0;

	for (uint32_t i = 0; i < rows->n; i++)
		if (rows->one[i].kind == LG_SUM && bars[i].number >= 0 &&
		    !strcmp(name_of(&rows->one[i]), name))
			n += rows->one[i].summary.n;
	return n;
}

/* The name whose bars stand for the most switches; classic, if it is one of several. */
static const char *commonest(const struct lg_phase_rows *rows, const struct bar *bars,
			     name_fn *name_of)
{
	const char *name = "";
	uint64_t most = 0;

	for (uint32_t i = 0; i < rows->n; i++) {
		const char *here = name_of(&rows->one[i]);
		uint64_t n = switches_of(rows, bars, name_of, here);

		if (n > most || (n == most && !strcmp(here, "classic"))) {
			most = n;
			name = here;
		}
	}
	return name;
}

/* Leave only the rows of one name, their bars counted anew.  The name must not be that of a row,
 * since rows move. */
static void select_rows(struct lg_phase_rows *rows, struct bar *bars, name_fn *name_of,
			const char *name)
{
	int last = -1, number = -1;
	uint32_t kept = 0;

	for (uint32_t i = 0; i < rows->n; i++) {
		if (strcmp(name_of(&rows->one[i]), name))
			continue;
		rows->one[kept] = rows->one[i];
		bars[kept] = bars[i];
		if (bars[i].number >= 0 && bars[i].number != last) {
			last = bars[i].number;
			number++;
		}
		if (bars[i].number >= 0)
			bars[kept].number = number;
		kept++;
	}
	rows->n = kept;
}

/* What the boxes of a panel are, whose sums are of @kind, and by how much their medians miss that
 * of the whole at most. */
static char *describe_boxes(const struct lg_phase_rows *rows, const struct bar *bars,
			    enum lg_interval kind, uint64_t *n)
{
	bool medians = false;
	double miss = 0;

	*n = 0;
	for (uint32_t i = 0; i < rows->n; i++) {
		const struct lg_summary *summary = &rows->one[i].summary;

		if (bars[i].number < 0 || rows->one[i].kind != kind)
			continue;
		medians = bars[i].medians;
		miss = fmax(miss, fabs(bars[i].to / (double)summary->p50 - 1));
		*n += summary->n;
	}
	if (!medians)
		return text("means with 95 %% intervals");
	return miss == 0 ? text("medians, which add up exactly") :
			   text("medians, which add up to within %.2g %%", 100 * miss);
}

/* What recording took of an interval in C, as the trace tells; on average. */
static double overhead_of(const struct lg_tally *tally)
{
	double overhead = 0, timed = 0;

	for (uint32_t i = 0; i < tally->n_rows; i++) {
		overhead += (double)tally->rows[i]->overhead;
		timed += (double)tally->rows[i]->handling.n;
	}
	return timed > 0 ? overhead / timed : 0;
}

/* What the bars are made of, from the rows of the table that have one. */
static char *describe_bars(const struct run_folder *run, const struct lg_phase_rows *rows,
			   const struct bar *bars, const char *also)
{
	uint64_t n, in_c;
	char *trip = describe_boxes(rows, bars, LG_SUM, &n);
	char *handling = describe_boxes(rows, bars, LG_SUM_IN_C, &in_c);
	bool differ = in_c && strcmp(trip, handling);
	double overhead = in_c ? overhead_of(&run->tally) : 0;
	char *cost = overhead > 0 ? text("; in C recording itself took %.4g %s a switch",
					overhead, run->unit) :
				   text("%s", "");
	char *numbers = text("n = %llu switches of %s, 1 recording, bars are %s%s%s%s; claimed: "
			     "by the Guest's own word, their sum is the Host's",
			     (unsigned long long)n, also, trip,
			     differ ? ", in C " : "", differ ? handling : "", cost);

	free(cost);
	free(trip);
	free(handling);
	return numbers;
}

/* The breakdown of the commonest name. */
static char *make_breakdown(struct run_folder *run, const char *path, name_fn *name_of)
{
	struct lg_phase_rows rows;
	struct lg_table table;
	struct bar *bars;
	char *name, *numbers = NULL;

	lg_phase_rows(&run->tally, &rows);
	bars = bars_make(&rows);
	name = text("%s", commonest(&rows, bars, name_of));
	select_rows(&rows, bars, name_of, name);
	phase_table_rows(&rows, bars, &table);
	lg_table_constant(&table, "unit", run->unit);
	lg_table_constant(&table, "tier", run->tier);
	if (write_table(&table, path))
		numbers = describe_bars(run, &rows, bars, name);
	lg_table_free(&table);
	lg_phase_rows_free(&rows);
	free(bars);
	free(name);
	return numbers;
}

char *make_phases(struct run_folder *run, const char *path)
{
	return make_breakdown(run, path, variant_of);
}

char *make_phases_variants(struct run_folder *run, const char *path)
{
	return make_breakdown(run, path, exit_of);
}

/* Read the trace again, with a function for each switch or each event. */
static bool again(struct run_folder *run, lg_pair_fn each, lg_event_fn each_event,
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
	const struct run_folder *run;
	const struct lg_intern *names;
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
	const struct lg_breakdown *breakdown = &lane->pair->breakdown;
	uint64_t call = lane->pair->exit.exit.tsc_call, back = lane->pair->exit.exit.tsc_back;
	uint64_t from, to;

	if (!lg_breakdown_guest(breakdown, &from, &to)) {
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
	     pair->overhead + (pair->tells_overhead ? 0 : lane->cost * pair->inner));
}

static bool write_timeline(const struct run_folder *run, const struct lg_tally *tally,
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

static char *describe_window(const struct run_folder *run, const struct window *window, uint64_t cost)
{
	bool reported = window->n && window->pair[window->n - 1].tells_overhead;
	char *pale = reported ? text("; pale: recording itself, as the trace tells") :
		     cost ? text("; pale: recording itself, %llu an event, as calibrated",
				 (unsigned long long)cost) : text("%s", "");
	bool claimed = window->n && window->pair[0].breakdown.state == LG_BREAKDOWN_GOOD;
	char *numbers = text("switches from number %llu of %llu on, 1 recording%s%s",
			     (unsigned long long)window->skipped + 1,
			     (unsigned long long)run->tally.exits, pale,
			     claimed ? "; where a Guest begins is claimed by itself" : "");

	free(pale);
	return numbers;
}

char *make_timeline(struct run_folder *run, const char *path)
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

bool has_switches(struct run_folder *run)
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
static void write_bin(const struct run_folder *run, const struct lg_intern *names,
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

static bool write_misses(const struct run_folder *run, const struct lg_tally *tally,
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

static char *bin_copy_ins(struct run_folder *run, uint64_t first, uint64_t last, const char *path)
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

char *make_misses(struct run_folder *run, const char *path)
{
	uint64_t ends[2] = { 0, 0 };
	struct lg_tally tally;
	bool good;

	good = again(run, NULL, keep_ends, &tally, ends);
	lg_tally_free(&tally);
	return good ? bin_copy_ins(run, ends[0], ends[1], path) : NULL;
}

bool has_copy_in(struct run_folder *run)
{
	return analysed(run) && run->tally.n_reasons;
}
