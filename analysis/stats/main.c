/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * switchyard-stats [FILE]: sampled comparisons, from a file or standard input; what
 * `switchyard compare` runs.  A line in for each boot of each side of each comparison:
 *
 *	comparison,group,margin,side,boot,median
 *
 * side is a or b; margin is that of stats_verdict().  A line out for each comparison,
 * and after them one named `geometric mean` for each group:
 *
 *	comparison,group,boots_a,boots_b,ratio,low,high,p,p_holm,verdict
 *
 * Missing numbers are empty fields.  Exit status: 0; 2 for invalid input.
 */
#include <argp.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compare.h"

#define HEADER_IN	"comparison,group,margin,side,boot,median"
#define HEADER_OUT	"comparison,group,boots_a,boots_b,ratio,low,high,p,p_holm,verdict"
#define GEOMETRIC_MEAN	"geometric mean"

struct boots {
	unsigned long *id;
	double *median;
	size_t n;
};

struct comparison {
	char *name, *group;
	double margin;
	struct boots side[2];
};

struct comparisons {
	struct comparison *one;
	size_t n;
};

__attribute__((noreturn))
static void refuse(unsigned long line, const char *why)
{
	fprintf(stderr, "switchyard-stats: line %lu: %s\n", line, why);
	exit(2);
}

static void *grown(void *array, size_t n, size_t size)
{
	array = reallocarray(array, n, size);
	if (!array)
		abort();
	return array;
}

static struct comparison *find(struct comparisons *all, const char *name, const char *group)
{
	for (size_t i = 0; i < all->n; i++)
		if (!strcmp(all->one[i].name, name) && !strcmp(all->one[i].group, group))
			return &all->one[i];
	return NULL;
}

static struct comparison *find_or_add(struct comparisons *all, const char *name,
				      const char *group, double margin)
{
	struct comparison *found = find(all, name, group);

	if (found)
		return found;
	all->one = grown(all->one, all->n + 1, sizeof(*all->one));
	all->one[all->n] = (struct comparison){ strdup(name), strdup(group), margin, { { 0 } } };
	return &all->one[all->n++];
}

static void add_boot(struct boots *boots, unsigned long id, double median)
{
	boots->id = grown(boots->id, boots->n + 1, sizeof(*boots->id));
	boots->median = grown(boots->median, boots->n + 1, sizeof(*boots->median));
	boots->id[boots->n] = id;
	boots->median[boots->n++] = median;
}

static double number(const char *text, unsigned long line)
{
	char *end;
	double value = strtod(text, &end);

	if (end == text || *end || !isfinite(value))
		refuse(line, "not a number");
	return value;
}

static void read_line(struct comparisons *all, char *text, unsigned long line)
{
	char *field[6], *rest = text;
	struct comparison *one;

	for (int i = 0; i < 6; i++) {
		field[i] = strsep(&rest, ",");
		if (!field[i] || !*field[i])
			refuse(line, "not the six fields " HEADER_IN);
	}
	if (rest || (strcmp(field[3], "a") && strcmp(field[3], "b")))
		refuse(line, "not the six fields " HEADER_IN);
	one = find_or_add(all, field[0], field[1], number(field[2], line));
	add_boot(&one->side[*field[3] == 'b'], strtoul(field[4], NULL, 10),
		 number(field[5], line));
}

static void read_all(struct comparisons *all, FILE *stream)
{
	unsigned long number = 0;
	char *line = NULL;
	size_t room = 0;

	while (getline(&line, &room, stream) > 0) {
		line[strcspn(line, "\r\n")] = '\0';
		if (number++)
			read_line(all, line, number);
		else if (strcmp(line, HEADER_IN))
			refuse(1, "not the header " HEADER_IN);
	}
	free(line);
}

/* Boot i of both sides is one boot only if both have the same boots. */
static bool same_boots(const struct boots *a, const struct boots *b)
{
	return a->n == b->n && !memcmp(a->id, b->id, a->n * sizeof(*a->id));
}

static struct effect compare(const struct comparison *one, const struct settings *settings)
{
	struct side a = { one->side[0].median, one->side[0].n };
	struct side b = { one->side[1].median, one->side[1].n };
	struct settings own = *settings;

	own.paired &= same_boots(&one->side[0], &one->side[1]);
	return stats_compare(&a, &b, &own);
}

static void print(const struct comparison *one, const struct effect *effect, size_t family)
{
	enum verdict verdict = stats_verdict(effect, one->margin, family);

	printf("%s,%s,%zu,%zu,", one->name, one->group, one->side[0].n, one->side[1].n);
	if (effect->known)
		printf("%.17g,%.17g,%.17g,%.6g,%.6g,", effect->ratio, effect->low, effect->high,
		       effect->p, effect->p_holm);
	else
		printf(",,,,,");
	puts(stats_verdict_name(verdict));
}

/*
 * The geometric mean of a group is itself a comparison: of each boot's geometric mean
 * over the group's members, if all of them have the same boots.
 */
static bool fold(const struct comparisons *all, const char *group, struct comparison *mean)
{
	size_t members = 0;

	for (size_t i = 0; i < all->n; i++) {
		const struct comparison *one = &all->one[i];

		if (strcmp(one->group, group))
			continue;
		for (int side = 0; side < 2; side++) {
			struct boots *to = &mean->side[side];
			const struct boots *from = &one->side[side];

			for (size_t j = 0; !members && j < from->n; j++)
				add_boot(to, from->id[j], 0);
			if (!same_boots(to, from))
				return false;
			for (size_t j = 0; j < from->n; j++)
				to->median[j] += log(from->median[j]);
		}
		members++;
	}
	for (int side = 0; side < 2; side++)
		for (size_t j = 0; j < mean->side[side].n; j++)
			mean->side[side].median[j] = exp(mean->side[side].median[j] /
							 (double)members);
	return true;
}

static void print_mean(const struct comparisons *all, const struct comparison *first,
		       const struct settings *settings)
{
	struct comparison mean = { (char *)GEOMETRIC_MEAN, first->group, -1, { { 0 } } };
	struct effect effect = { .known = false };

	if (fold(all, first->group, &mean))
		effect = compare(&mean, settings);
	effect.p_holm = effect.p;
	print(&mean, &effect, 1);
	for (int side = 0; side < 2; side++) {
		free(mean.side[side].id);
		free(mean.side[side].median);
	}
}

static bool is_first_of_group(const struct comparisons *all, size_t i)
{
	for (size_t j = 0; j < i; j++)
		if (!strcmp(all->one[j].group, all->one[i].group))
			return false;
	return true;
}

static void compare_all(const struct comparisons *all, const struct settings *settings)
{
	struct effect *effect = calloc(all->n ? all->n : 1, sizeof(*effect));
	size_t family;

	if (!effect)
		abort();
	for (size_t i = 0; i < all->n; i++)
		effect[i] = compare(&all->one[i], settings);
	family = stats_holm(effect, all->n);
	puts(HEADER_OUT);
	for (size_t i = 0; i < all->n; i++)
		print(&all->one[i], &effect[i], family);
	for (size_t i = 0; i < all->n; i++)
		if (is_first_of_group(all, i))
			print_mean(all, &all->one[i], settings);
	free(effect);
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
	struct settings *settings = state->input;
	char *end = NULL;

	switch (key) {
	case 's':
		settings->seed = strtoul(argument, &end, 10);
		break;
	case 'r':
		settings->replicates = strtoul(argument, &end, 10);
		break;
	case 'p':
		settings->paired = true;
		return 0;
	case ARGP_KEY_ARG:
		if (freopen(argument, "r", stdin))
			return 0;
		argp_failure(state, 2, errno, "cannot read '%s'", argument);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
	if (*end || settings->replicates < 100 || settings->replicates > 1000000)
		argp_error(state, "'%s': a seed is a number, replicates are 100 to 1000000",
			   argument);
	return 0;
}

int main(int argc, char **argv)
{
	static const struct argp_option options[] = {
		{ "seed", 's', "N", 0, "Seed of the bootstrap (1)", 0 },
		{ "replicates", 'r', "N", 0, "Replicates of the bootstrap (20000)", 0 },
		{ "paired", 'p', NULL, 0, "Boots of the same number are the same boot", 0 },
		{ NULL, 0, NULL, 0, NULL, 0 },
	};
	static const struct argp argp = {
		.options = options, .parser = parse, .args_doc = "[FILE]",
		.doc = "Sampled comparisons: CSV in (" HEADER_IN "), CSV out.",
	};
	struct settings settings = { .seed = 1, .replicates = 20000 };
	struct comparisons all = { NULL, 0 };

	argp_err_exit_status = 2;
	argp_parse(&argp, argc, argv, 0, NULL, &settings);
	read_all(&all, stdin);
	compare_all(&all, &settings);
	for (size_t i = 0; i < all.n; i++) {
		for (int side = 0; side < 2; side++) {
			free(all.one[i].side[side].id);
			free(all.one[i].side[side].median);
		}
		free(all.one[i].name);
		free(all.one[i].group);
	}
	free(all.one);
	return fflush(stdout) || ferror(stdout);
}
