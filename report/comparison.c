/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Pairs, exact and sampled; see comparison.h. */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "comparison.h"
#include "util/file.h"
#include "util/message.h"
#include "util/paths.h"
#include "util/process.h"
#include "util/status.h"

#define STATS_IN	"comparison,group,margin,side,boot,median"
#define STATS_OUT	"comparison,group,boots_a,boots_b,ratio,low,high,p,p_holm,verdict"
#define GEOMETRIC_MEAN	"geometric mean"

static double median_of(const json_t *summarised)
{
	return json_number_value(json_object_get(json_object_get(summarised, "summary"),
						 "median"));
}

static const char *word(const json_t *result, const char *key)
{
	const char *value = json_string_value(json_object_get(result, key));

	return value ? value : "?";
}

/* Do all boots have the same median, and do at least half of all samples equal it? */
static bool is_unanimous(const json_t *result)
{
	const json_t *boots = json_object_get(result, "boots"), *boot;
	double whole = median_of(result), share;
	size_t i;

	json_array_foreach(boots, i, boot)
		if (median_of(boot) != whole)
			return false;
	share = json_number_value(json_object_get(json_object_get(result, "summary"),
						  "share_at_median"));
	return share >= 0.5;
}

/* The geometric mean; NAN if there is none, as where a boot's median is no more than the loop's. */
static double mean_over_boots(const json_t *result)
{
	const json_t *boots = json_object_get(result, "boots"), *boot;
	double sum = 0;
	size_t i;

	json_array_foreach(boots, i, boot)
		sum += median_of(boot) > 0 ? log(median_of(boot)) : NAN;
	return exp(sum / (double)json_array_size(boots));
}

static void compare_exact(struct pair *pair)
{
	double more = pair->median_b - pair->median_a;

	pair->known = pair->median_a > 0 && pair->median_b > 0;
	pair->ratio = pair->median_b / pair->median_a;
	pair->low = pair->high = pair->p = pair->p_holm = NAN;
	if (more == 0)
		snprintf(pair->verdict, sizeof(pair->verdict), "equal");
	else
		snprintf(pair->verdict, sizeof(pair->verdict), "%.10g %s", fabs(more),
			 more > 0 ? "more" : "fewer");
}

void pairs_add(struct pairs *pairs, const json_t *a, const json_t *b, double margin,
	       bool relative, bool counted)
{
	struct pair *pair;

	pairs->one = reallocarray(pairs->one, pairs->n + 1, sizeof(*pairs->one));
	if (!pairs->one)
		abort();
	pair = &pairs->one[pairs->n++];
	memset(pair, 0, sizeof(*pair));
	pair->a = a;
	pair->b = b;
	pair->name = text("%s", word(a, "bench"));
	pair->group = text("%s %s", word(b, "variant"), word(b, "twin"));
	pair->exact = counted && is_unanimous(a) && is_unanimous(b);
	pair->median_a = pair->exact ? median_of(a) : mean_over_boots(a);
	pair->median_b = pair->exact ? median_of(b) : mean_over_boots(b);
	pair->margin = margin > 0 && (relative || pair->median_a > 0) ?
		       margin / (relative ? 1 : pair->median_a) : -1;
	if (pair->exact)
		compare_exact(pair);
	else
		strcpy(pair->verdict, "~");
}

void pairs_free(struct pairs *pairs)
{
	for (size_t i = 0; i < pairs->n; i++) {
		free(pairs->one[i].name);
		free(pairs->one[i].group);
	}
	for (size_t i = 0; i < pairs->means; i++) {
		free(pairs->mean[i].name);
		free(pairs->mean[i].group);
	}
	free(pairs->one);
	free(pairs->mean);
	memset(pairs, 0, sizeof(*pairs));
}

static struct pair *find(struct pair *list, size_t n, const char *name, const char *group)
{
	for (size_t i = 0; i < n; i++)
		if (!strcmp(list[i].name, name) && !strcmp(list[i].group, group))
			return &list[i];
	return NULL;
}

/* A group's geometric mean, of all its members whose ratio is known. */
static void add_mean(struct pairs *pairs, const char *group)
{
	struct pair mean = { .margin = -1, .exact = true, .known = true };
	double sum = 0;
	size_t n = 0;

	for (size_t i = 0; i < pairs->n; i++) {
		const struct pair *pair = &pairs->one[i];

		if (strcmp(pair->group, group))
			continue;
		mean.exact &= pair->exact;
		if (!pair->known)
			continue;
		sum += log(pair->ratio);
		n++;
	}
	mean.name = text(GEOMETRIC_MEAN);
	mean.group = text("%s", group);
	mean.known = n;
	mean.ratio = n ? exp(sum / (double)n) : NAN;
	mean.low = mean.high = mean.p = mean.p_holm = NAN;
	pairs->mean = reallocarray(pairs->mean, pairs->means + 1, sizeof(*pairs->mean));
	if (!pairs->mean)
		abort();
	pairs->mean[pairs->means++] = mean;
}

static void add_means(struct pairs *pairs)
{
	for (size_t i = 0; i < pairs->n; i++)
		if (!find(pairs->mean, pairs->means, GEOMETRIC_MEAN, pairs->one[i].group))
			add_mean(pairs, pairs->one[i].group);
}

/* ---- the input of switchyard-stats, and its output ---- */

static void write_side(FILE *stream, const struct pair *pair, const json_t *result, char side)
{
	const json_t *boot;
	size_t i;

	json_array_foreach(json_object_get(result, "boots"), i, boot)
		fprintf(stream, "%s,%s,%.17g,%c,%lld,%.17g\n", pair->name, pair->group,
			pair->margin, side,
			(long long)json_integer_value(json_object_get(boot, "id")),
			median_of(boot));
}

/* False if no pair needs it. */
static bool write_question(const struct pairs *pairs, const char *path)
{
	FILE *stream = fopen(path, "w");
	size_t n = 0;

	if (!stream)
		return false;
	fputs(STATS_IN "\n", stream);
	for (size_t i = 0; i < pairs->n; i++) {
		const struct pair *pair = &pairs->one[i];

		if (pair->exact)
			continue;
		write_side(stream, pair, pair->a, 'a');
		write_side(stream, pair, pair->b, 'b');
		n++;
	}
	return fclose(stream) == 0 && n;
}

static void take_answer(struct pairs *pairs, char *line)
{
	char *field[10], *rest = line;
	struct pair *pair;

	line[strcspn(line, "\n")] = '\0';
	for (int i = 0; i < 10; i++) {
		field[i] = strsep(&rest, ",");
		if (!field[i])
			return;
	}
	pair = find(pairs->one, pairs->n, field[0], field[1]);
	if (!pair)
		pair = find(pairs->mean, pairs->means, field[0], field[1]);
	if (!pair || pair->exact)
		return;
	pair->known = *field[4];
	pair->ratio = strtod(field[4], NULL);
	pair->low = strtod(field[5], NULL);
	pair->high = strtod(field[6], NULL);
	pair->p = strtod(field[7], NULL);
	pair->p_holm = strtod(field[8], NULL);
	snprintf(pair->verdict, sizeof(pair->verdict), "%s", field[9]);
}

static bool read_answer(struct pairs *pairs, const char *path)
{
	FILE *stream = fopen(path, "r");
	char *line = NULL;
	size_t room = 0;
	bool good = stream && getline(&line, &room, stream) > 0 &&
		    !strncmp(line, STATS_OUT, strlen(STATS_OUT));

	while (good && getline(&line, &room, stream) > 0)
		take_answer(pairs, line);
	if (stream)
		fclose(stream);
	free(line);
	return good;
}

static int run_stats(const struct pairs *pairs, const char *question, const char *answer,
		     unsigned long seed, unsigned long replicates)
{
	char *program = text("%s/switchyard-stats", tools_dir());
	char *seeds = text("--seed=%lu", seed), *number = text("--replicates=%lu", replicates);
	char *argv[] = { program, seeds, number, (char *)question,
			 (char *)(pairs->paired ? "--paired" : NULL), NULL };
	int ended = run_program(argv, answer), status = STATUS_GOOD;
	char *said = ended ? first_line(answer) : NULL;

	if (interrupted)
		status = STATUS_INTERRUPTED;
	else if (ended) {
		message_error("'%s' failed: %s", program, said ? said : "no message; run 'make'");
		status = STATUS_REFUSED;
	}
	free(said);
	free(number);
	free(seeds);
	free(program);
	return status;
}

/* The lowest median of a boot, or with sign -1 the negative of the highest. */
static double extreme(const json_t *result, int sign)
{
	double least = INFINITY;
	json_t *boot;
	size_t i;

	json_array_foreach(json_object_get(result, "boots"), i, boot)
		least = fmin(least, sign * median_of(boot));
	return least;
}

static bool has_boots(const json_t *result)
{
	enum { FEWEST = 6 };

	return json_array_size(json_object_get(result, "boots")) >= FEWEST;
}

/*
 * If a side is not above 0 there is no ratio, but the boots have an order: with six boots on each
 * side, every boot of one side is above every boot of the other by chance in one of 462 cases.
 */
static void compare_by_order(struct pair *pair)
{
	if (pair->known || pair->exact || !has_boots(pair->a) || !has_boots(pair->b))
		return;
	if (extreme(pair->b, 1) > -extreme(pair->a, -1))
		strcpy(pair->verdict, "more");
	else if (extreme(pair->a, 1) > -extreme(pair->b, -1))
		strcpy(pair->verdict, "less");
}

int pairs_compare(struct pairs *pairs, unsigned long seed, unsigned long replicates)
{
	char *folder, *question, *answer;
	int status = STATUS_GOOD;

	add_means(pairs);
	folder = scratch_folder();
	if (!folder)
		return STATUS_REFUSED;
	question = text("%s/question.csv", folder);
	answer = text("%s/answer.csv", folder);
	if (write_question(pairs, question)) {
		status = run_stats(pairs, question, answer, seed, replicates);
		if (status == STATUS_GOOD && !read_answer(pairs, answer)) {
			message_error("switchyard-stats gave no answer: run 'make'");
			status = STATUS_REFUSED;
		}
	}
	for (size_t i = 0; i < pairs->n; i++)
		compare_by_order(&pairs->one[i]);
	remove_tree(folder);
	free(folder);
	free(question);
	free(answer);
	return status;
}

bool pair_is_worse(const struct pair *pair, double threshold)
{
	if (!pair->known)
		return pair->exact ? pair->median_b > pair->median_a :
				     !strcmp(pair->verdict, "more");
	if (pair->ratio <= 1 + threshold)
		return false;
	return pair->exact || !strcmp(pair->verdict, "more");
}
