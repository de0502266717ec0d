/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a page opens with, see answers.h. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/table/phases.h"
#include "answers.h"
#include "cells.h"
#include "medians.h"
#include "util/file.h"
#include "workload_rows.h"

/* A number as a reader wants it in a sentence: whole if it is, and else with its first digits. */
static char *number(double value)
{
	return value == floor(value) || fabs(value) >= 1000 ? text("%.0f", value) :
	       text("%.3g", value);
}

static const char *unit_of(const struct run_folder *run)
{
	return !strcmp(run->unit, "insns") ? "instructions" : run->unit;
}

/* Append a sentence, and free it. */
static void say(char **all, char *sentence)
{
	char *longer = text("%s%s%s", *all ? *all : "", *all ? " " : "", sentence);

	free(*all);
	free(sentence);
	*all = longer;
}

static void say_exit(struct run_folder *run, char **all)
{
	const json_t *results = cells_results(run);
	const char *base = baseline_variant(results), *best;
	double cost = base ? median_of_cell(results, "null_hypercall", base, "plain") : NAN;
	char *first, *least;

	if (isnan(cost))
		return;
	first = number(cost);
	say(all, text("A null hypercall, the shortest exit that reaches the Host, costs %s %s "
		      "through %s, from the Guest's instruction to the one behind it.", first,
		      unit_of(run), base));
	free(first);
	best = cheapest_variant(results, "null_hypercall");
	if (best && strcmp(best, base)) {
		least = number(median_of_cell(results, "null_hypercall", best, "plain"));
		say(all, text("Through %s, the cheapest here, it costs %s.", best, least));
		free(least);
	}
}

/* The class of exits that was recorded most often. */
static const struct lg_row *commonest(const struct lg_phase_rows *rows)
{
	const struct lg_row *most = NULL;

	for (uint32_t i = 0; i < rows->n; i++)
		if (rows->one[i].class->breakdown.n &&
		    (!most || rows->one[i].class->exits > most->exits))
			most = rows->one[i].class;
	return most;
}

static const struct lg_phase_row *find_row(const struct lg_phase_rows *rows,
					   const struct lg_row *class, enum lg_interval kind)
{
	for (uint32_t i = 0; i < rows->n; i++)
		if (rows->one[i].class == class && rows->one[i].kind == kind)
			return &rows->one[i];
	return NULL;
}

/* The phase of the recording itself, and that inside of the Guest, are no part of the price. */
static bool is_price(const struct lg_phase_row *row)
{
	return (row->kind == LG_PHASE || row->kind == LG_PHASE_IN_C) &&
	       strncmp(row->phase, "way out recorded", 16) &&
	       strncmp(row->phase, "in the Guest", 12);
}

static const struct lg_phase_row *next_largest(const struct lg_phase_rows *rows,
					       const struct lg_row *class,
					       const struct lg_phase_row *last)
{
	const struct lg_phase_row *largest = NULL;

	for (uint32_t i = 0; i < rows->n; i++) {
		const struct lg_phase_row *row = &rows->one[i];
		bool is_below = !last || row->summary.p50 < last->summary.p50 ||
				(row->summary.p50 == last->summary.p50 && row > last);

		if (row->class == class && is_price(row) && is_below &&
		    (!largest || row->summary.p50 > largest->summary.p50))
			largest = row;
	}
	return largest;
}

static void say_largest(const struct lg_phase_rows *rows, const struct lg_row *class, char **all)
{
	const struct lg_phase_row *row = NULL;
	char *list = text("%s", "");
	enum { SHOWN = 4 };

	for (int i = 0; i < SHOWN && (row = next_largest(rows, class, row)); i++) {
		char *longer = text("%s%s%s (%llu)", list, i ? ", " : "", row->phase,
				    (unsigned long long)row->summary.p50);

		free(list);
		list = longer;
	}
	if (*list)
		say(all, text("The largest parts are %s.", list));
	free(list);
}

/* What one switch is made of, in medians of the recording. */
static void say_parts(struct run_folder *run, char **all)
{
	const struct lg_phase_row *trip, *in_c;
	struct lg_phase_rows rows;
	const struct lg_row *class;

	lg_phase_rows(&run->tally, &rows);
	class = commonest(&rows);
	trip = class ? find_row(&rows, class, LG_SUM) : NULL;
	in_c = class ? find_row(&rows, class, LG_SUM_IN_C) : NULL;
	if (trip) {
		say(all, text("In the recording (%s, %s twin) the median %s takes %llu %s from "
			      "the far call into the Switcher to the return from it, the Guest's "
			      "own instructions among them.", trip->variant, trip->twin,
			      trip->exit, (unsigned long long)trip->summary.p50, unit_of(run)));
		if (in_c)
			say(all, text("%llu more pass in C until the next entry.",
				      (unsigned long long)in_c->summary.p50));
		say_largest(&rows, class, all);
	}
	lg_phase_rows_free(&rows);
}

static char *answer_exit(struct run_folder *run)
{
	char *all = NULL;

	say_exit(run, &all);
	if (run_folder_trace_good(run))
		say_parts(run, &all);
	return all;
}

struct mean {
	const char *variant;
	double ratio;
};

static int by_ratio(const void *a, const void *b)
{
	const struct mean *x = a, *y = b;

	return (x->ratio > y->ratio) - (x->ratio < y->ratio);
}

static char *answer_variants(struct run_folder *run)
{
	const json_t *results = cells_results(run);
	const char *base = baseline_variant(results);
	struct words variants = { NULL, 0 };
	struct mean *means;
	char *all = NULL;
	size_t n = 0, in_it = 0, count;

	if (!base)
		return NULL;
	list_variants(results, &variants);
	means = calloc(variants.n + 1, sizeof(*means));
	for (size_t i = 0; means && i < variants.n; i++) {
		double ratio = mean_ratio(results, variants.word[i], &count);

		if (!strcmp(variants.word[i], base) || isnan(ratio))
			continue;
		in_it = count > in_it ? count : in_it;
		means[n++] = (struct mean){ variants.word[i], ratio };
	}
	if (n) {
		qsort(means, n, sizeof(*means), by_ratio);
		say(&all, text("Over the benchmarks that both have (%zu at most), the geometric "
			       "mean of a variant's cost to that of %s is:", in_it, base));
		for (size_t i = 0; i < n; i++)
			say(&all, text("%s %.2f%s", means[i].variant, means[i].ratio,
				       i + 1 < n ? "," : "."));
		say(&all, text("%s", "The table of the cheapest variants tells each operation's."));
	}
	free(means);
	words_free(&variants);
	return all;
}

enum { BY_BYTES = 32 };

/* A line of sysenter.csv (bench/experiments/sweep). */
struct sweep_point {
	char variant[BY_BYTES], by[BY_BYTES];
	double per_out, saved, wrmsr, break_even;
};

static bool read_point(char *line, struct sweep_point *point)
{
	enum {
		VARIANT, BY, ASKED, PER_OUT, INSNS, SAVED, WRMSR_PER_OUT, WRMSR, BREAK_EVEN,
		FIELDS,
	};
	char *field[FIELDS];

	for (int i = 0; i < FIELDS; i++)
		if (!(field[i] = strsep(&line, ",")))
			return false;
	snprintf(point->variant, BY_BYTES, "%s", field[VARIANT]);
	snprintf(point->by, BY_BYTES, "%s", field[BY]);
	point->per_out = strtod(field[PER_OUT], NULL);
	point->saved = strtod(field[SAVED], NULL);
	point->wrmsr = strtod(field[WRMSR], NULL);
	point->break_even = *field[BREAK_EVEN] ? strtod(field[BREAK_EVEN], NULL) : NAN;
	return point->per_out > 0;
}

static void say_point(const struct run_folder *run, const struct sweep_point *point, char **all)
{
	char *often = number(point->per_out), *saved = number(point->saved);

	say(all, text("%s writes it %.3f times a switch if the CPU returns to user space after "
		      "each %s switches, and saves %s %s a switch then;", point->variant,
		      point->wrmsr, often, saved, unit_of(run)));
	if (isnan(point->break_even))
		say(all, text("%s", "it saves at no rate of returns."));
	else
		say(all, text("it saves from %.1f switches to a return on.", point->break_even));
	free(often);
	free(saved);
}

/* The last point of each variant is the one that leaves the CPU least often. */
static char *answer_sysenter(struct run_folder *run)
{
	char *path = text("%s/sysenter.csv", run->path), *line = NULL, *all = NULL;
	struct sweep_point point, last = { "", "", 0, 0, 0, NAN };
	FILE *file = fopen(path, "r");
	size_t room = 0;

	while (file && getline(&line, &room, file) > 0) {
		if (!read_point(line, &point) || strcmp(point.by, "user_return") ||
		    !strcmp(point.variant, "classic"))
			continue;
		if (!all)
			say(&all, text("%s", "classic writes the MSR SYSENTER_CS twice a switch, "
				       "once off and once on."));
		if (*last.variant && strcmp(last.variant, point.variant))
			say_point(run, &last, &all);
		last = point;
	}
	if (*last.variant)
		say_point(run, &last, &all);
	if (file)
		fclose(file);
	free(line);
	free(path);
	return all;
}

static void say_hits(struct run_folder *run, char **all)
{
	uint64_t entries = 0, hits = 0;

	for (uint32_t i = 0; i < run->tally.n_reasons; i++) {
		const struct lg_reason *reason = &run->tally.reasons[i];

		entries += reason->n;
		if (!strcmp(lg_name_of(&run->tally.names, reason->reason), "hit"))
			hits += reason->n;
	}
	if (entries)
		say(all, text("In the recording %.2f %% of %llu entries found the state of this "
			      "Guest on their CPU and copied nothing.",
			      100 * (double)hits / (double)entries, (unsigned long long)entries));
}

static char *answer_cache(struct run_folder *run)
{
	const json_t *results = cells_results(run);
	double with = median_of_cell(results, "null_hypercall", "classic", "plain");
	double without = median_of_cell(results, "null_hypercall", "always_copy", "plain");
	char *all = NULL, *saved;

	if (!isnan(with) && !isnan(without)) {
		saved = number(without - with);
		say(&all, text("Remembering which Guest ran last on a CPU, and what of its state "
			       "has changed since, saves %s %s at each entry: always_copy, which "
			       "copies all of it, costs %.0f for %.0f.", saved, unit_of(run),
			       without, with));
		free(saved);
	}
	if (run_folder_trace_good(run))
		say_hits(run, &all);
	return all;
}

/* Of a variant's workloads: the geometric mean to native, and the extremes. */
struct paid {
	double logs;
	size_t n;
	const struct workload_row *least, *most;
};

static double to_native(const struct workload_row *row)
{
	return row->median / row->native;
}

static void pay(struct paid *paid, const struct workload_row *row)
{
	if (!(row->native > 0) || !(row->median > 0) || workload_row_is_native(row))
		return;
	paid->logs += log(to_native(row));
	paid->n++;
	if (!paid->least || to_native(row) < to_native(paid->least))
		paid->least = row;
	if (!paid->most || to_native(row) > to_native(paid->most))
		paid->most = row;
}

static void say_paid(const struct workload_rows *rows, size_t series, char **all)
{
	struct paid paid = { .n = 0 };

	for (size_t i = 0; i < rows->n; i++)
		if (rows->row[i].series == series)
			pay(&paid, &rows->row[i]);
	if (!paid.n)
		return;
	say(all, text("Through %s, %s twin, %zu workloads cost %.2f times as much as the same "
		      "program without a Guest (geometric mean): from %.2f (%s) to %.2f (%s).",
		      paid.least->variant, paid.least->twin, paid.n,
		      exp(paid.logs / (double)paid.n), to_native(paid.least), paid.least->bench,
		      to_native(paid.most), paid.most->bench));
}

static char *answer_workloads(struct run_folder *run)
{
	struct workload_rows rows;
	char *all = NULL;

	workload_rows_make(&rows, run);
	for (size_t series = 0; series < rows.series; series++)
		say_paid(&rows, series, &all);
	if (all)
		say(&all, text("%s", "A ratio below 1 is the kernel's and not the hypervisor's: "
			       "the Guest's is a small one, the lab machine's own is Debian's, "
			       "with its mitigations."));
	workload_rows_free(&rows);
	return all;
}

static const struct {
	const char *question;
	char *(*answer)(struct run_folder *run);
	const char *shown[ANSWER_FIGURES];
} questions[] = {
	{ "What does one exit cost, and of what is it made?", answer_exit,
	  { "phases", "phases_variants" } },
	{ "Which variant saves how much on what?", answer_variants, { "matrix" } },
	{ "What does leaving SYSENTER alone save?", answer_sysenter, { "sysenter" } },
	{ "What is it worth to know what has changed?", answer_cache, { "misses" } },
	{ "What do the workloads of a Linux Guest pay?", answer_workloads,
	  { "workloads", "workloads_exits" } },
};

void answers_make(struct answers *answers, struct run_folder *run)
{
	memset(answers, 0, sizeof(*answers));
	for (size_t i = 0; i < sizeof(questions) / sizeof(questions[0]); i++) {
		char *said = questions[i].answer(run);

		if (!said)
			continue;
		answers->one[answers->n].question = questions[i].question;
		answers->one[answers->n].text = said;
		memcpy(answers->one[answers->n].shown, questions[i].shown,
		       sizeof(questions[i].shown));
		answers->n++;
	}
}

void answers_free(struct answers *answers)
{
	while (answers->n)
		free(answers->one[--answers->n].text);
}
