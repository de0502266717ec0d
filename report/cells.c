/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Chooses cells; see cells.h. */
#include <stdlib.h>
#include <string.h>

#include "cells.h"
#include "util/message.h"

enum { OPTION_MARGIN = 512, OPTION_REPLICATES, OPTION_BENCH, OPTION_TWIN };

static const struct argp_option argp_options[] = {
	{ "bench", OPTION_BENCH, "LIST", 0, "Only these benchmarks", 0 },
	{ "variant", 'v', "LIST", 0, "Only these variants", 0 },
	{ "twin", OPTION_TWIN, "LIST", 0, "Only these twins", 0 },
	{ "margin", OPTION_MARGIN, "PERCENT", 0,
	  "Sampled: what is called equal (the plan's smallest effect)", 0 },
	{ "seed", 's', "N", 0, "Seed of the bootstrap (1)", 0 },
	{ "replicates", OPTION_REPLICATES, "N", 0, "Replicates of the bootstrap (20000)", 0 },
	{ NULL, 0, NULL, 0, NULL, 0 },
};

double cells_percent(const char *argument, struct argp_state *state)
{
	char *end;
	double value = strtod(argument, &end);

	if (end == argument || *end || !(value >= 0) || value > 1000)
		argp_error(state, "'%s' is not a percentage from 0 to 1000", argument);
	return value / 100;
}

static unsigned long count(const char *argument, unsigned long least, struct argp_state *state)
{
	char *end;
	unsigned long value = strtoul(argument, &end, 10);

	if (*argument < '0' || *argument > '9' || *end || value < least || value > 1000000)
		argp_error(state, "'%s' is not a number from %lu to 1000000", argument, least);
	return value;
}

static void list(struct words *words, const char *argument, struct argp_state *state)
{
	if (!words_set(words, argument))
		argp_error(state, "'%s' has an empty or a repeated member", argument);
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
	struct cells *cells = state->input;

	switch (key) {
	case OPTION_BENCH: list(&cells->benches, argument, state); return 0;
	case 'v': list(&cells->variants, argument, state); return 0;
	case OPTION_TWIN: list(&cells->twins, argument, state); return 0;
	case OPTION_MARGIN: cells->margin = cells_percent(argument, state); return 0;
	case 's': cells->seed = count(argument, 0, state); return 0;
	case OPTION_REPLICATES: cells->replicates = count(argument, 1000, state); return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

const struct argp cells_argp = { .options = argp_options, .parser = parse };

void cells_free(struct cells *cells)
{
	words_free(&cells->benches);
	words_free(&cells->variants);
	words_free(&cells->twins);
}

const char *cells_word(const json_t *result, const char *key)
{
	const char *value = json_string_value(json_object_get(result, key));

	return value ? value : "?";
}

const json_t *cells_results(const struct run_folder *run)
{
	return json_object_get(run->run, "results");
}

const json_t *cells_find(const json_t *results, const char *bench, const char *variant,
			 const char *twin)
{
	json_t *result;
	size_t i;

	json_array_foreach(results, i, result)
		if (!strcmp(cells_word(result, "bench"), bench) &&
		    !strcmp(cells_word(result, "variant"), variant) &&
		    !strcmp(cells_word(result, "twin"), twin))
			return result;
	return NULL;
}

bool cells_name_known(const char *key, const char *name, const struct run_folder *const *runs,
		      size_t n)
{
	struct words all = { NULL, 0 };
	json_t *result;
	size_t i;
	bool known;

	for (size_t run = 0; run < n; run++)
		json_array_foreach(json_object_get(runs[run]->run, "results"), i, result)
			words_add(&all, cells_word(result, key));
	known = !all.n || words_have(&all, name);
	if (!known)
		message_unknown(!strcmp(key, "bench") ? "benchmark" : key, name,
				(const char *const *)all.word, all.n);
	words_free(&all);
	return known;
}

bool cells_known(const struct cells *cells, const struct run_folder *const *runs, size_t n)
{
	const struct { const char *key; const struct words *names; } lists[] = {
		{ "bench", &cells->benches }, { "variant", &cells->variants },
		{ "twin", &cells->twins },
	};

	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
		for (size_t j = 0; j < lists[i].names->n; j++)
			if (!cells_name_known(lists[i].key, lists[i].names->word[j], runs, n))
				return false;
	return true;
}

static bool is_in(const struct words *words, const json_t *result, const char *key)
{
	return !words->n || words_have(words, cells_word(result, key));
}

bool cells_wanted(const struct cells *cells, const json_t *result)
{
	return is_in(&cells->benches, result, "bench") &&
	       is_in(&cells->variants, result, "variant") &&
	       is_in(&cells->twins, result, "twin");
}

/* The plan's smallest effect is in the tier's unit, the option's is relative. */
void cells_add(const struct cells *cells, struct pairs *pairs, const struct run_folder *run,
	       const json_t *a, const json_t *b)
{
	double planned = json_number_value(json_object_get(json_object_get(run->run, "plan"),
							   "smallest_effect"));
	bool given = cells->margin >= 0;

	pairs_add(pairs, a, b, given ? cells->margin : planned, given,
		  !strcmp(run->tier, "insns"));
}
