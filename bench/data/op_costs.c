/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Costs of operations, see op_costs.h. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "op_costs.h"
#include "summary.h"
#include "lg/grown.h"

#define LINES_HEADER "op,from,to,copies,divisor,block,ticks\n"

void op_costs_free(struct op_costs *costs)
{
	free(costs->cost);
	memset(costs, 0, sizeof(*costs));
}

static struct op_cost *add(struct op_costs *costs, const struct op_cost *cost)
{
	costs->cost = lg_grown(costs->cost, &costs->room, costs->n, sizeof(*costs->cost));
	costs->cost[costs->n] = *cost;
	return &costs->cost[costs->n++];
}

const struct op_cost *op_costs_find(const struct op_costs *costs, const char *op,
				    unsigned int from, unsigned int to)
{
	for (size_t i = 0; i < costs->n; i++)
		if (!strcmp(costs->cost[i].op, op) && costs->cost[i].from == from &&
		    costs->cost[i].to == to)
			return &costs->cost[i];
	return NULL;
}

/* The samples of one op: its blocks and their twins. */
struct blocks {
	struct op_cost cost;
	unsigned int divisor;
	struct ticks {
		double *tick;
		size_t n, room;
	} full, twin;
};

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void sort(struct ticks *ticks)
{
	qsort(ticks->tick, ticks->n, sizeof(*ticks->tick), by_size);
}

/* Sum up one op and forget its samples; false if it has none. */
static bool finish(struct op_costs *costs, struct blocks *blocks)
{
	struct ticks *full = &blocks->full, *twin = &blocks->twin;
	bool good = full->n && twin->n;
	double scale, empty;

	if (good) {
		sort(full);
		sort(twin);
		scale = (double)blocks->cost.copies * blocks->divisor;
		empty = quantile(twin->tick, twin->n, 0.5);
		blocks->cost.n = full->n;
		blocks->cost.min = (full->tick[0] - empty) / scale;
		blocks->cost.p25 = (quantile(full->tick, full->n, 0.25) - empty) / scale;
		blocks->cost.median = (quantile(full->tick, full->n, 0.5) - empty) / scale;
		blocks->cost.p75 = (quantile(full->tick, full->n, 0.75) - empty) / scale;
		blocks->cost.max = (full->tick[full->n - 1] - empty) / scale;
		add(costs, &blocks->cost);
	}
	free(full->tick);
	free(twin->tick);
	memset(blocks, 0, sizeof(*blocks));
	return good;
}

/* The samples of an op stand together. */
static bool read_line(struct op_costs *costs, struct blocks *blocks, const char *line)
{
	struct op_cost cost = { .n = 0 };
	unsigned int divisor, tick;
	char which[8];
	struct ticks *ticks;
	int end = -1;

	if (sscanf(line, "%31[a-z0-9_],%u,%u,%u,%u,%7[a-z],%u\n%n", cost.op, &cost.from, &cost.to,
		   &cost.copies, &divisor, which, &tick, &end) != 7 || end < 0 || line[end] ||
	    !cost.copies || !divisor || cost.from > 3 || cost.to > 3 ||
	    (strcmp(which, "full") && strcmp(which, "twin")))
		return false;
	if (strcmp(cost.op, blocks->cost.op) || cost.from != blocks->cost.from ||
	    cost.to != blocks->cost.to) {
		if (*blocks->cost.op && !finish(costs, blocks))
			return false;
		if (op_costs_find(costs, cost.op, cost.from, cost.to))
			return false;
		blocks->cost = cost;
		blocks->divisor = divisor;
	}
	ticks = *which == 'f' ? &blocks->full : &blocks->twin;
	ticks->tick = lg_grown(ticks->tick, &ticks->room, ticks->n, sizeof(*ticks->tick));
	ticks->tick[ticks->n++] = tick;
	return true;
}

bool op_costs_sum_up(struct op_costs *costs, FILE *lines, char why[OP_COSTS_WHY])
{
	struct blocks blocks = { .divisor = 0 };
	size_t room = 0, number = 0;
	char *line = NULL;
	bool good = true;

	while (good && getline(&line, &room, lines) > 0)
		good = number++ ? read_line(costs, &blocks, line) : !strcmp(line, LINES_HEADER);
	if (!finish(costs, &blocks) && number > 1)
		good = false;
	if (ferror(lines)) {
		snprintf(why, OP_COSTS_WHY, "cannot be read to its end");
		good = false;
	} else if (good && number < 2) {
		snprintf(why, OP_COSTS_WHY, "there are no samples");
	} else if (!good) {
		snprintf(why, OP_COSTS_WHY, "line %zu of the samples makes no sense", number);
	}
	free(line);
	return good && number > 1;
}

json_t *op_costs_json(const struct op_costs *costs)
{
	json_t *list = json_array();

	for (size_t i = 0; i < costs->n; i++) {
		const struct op_cost *cost = &costs->cost[i];

		json_array_append_new(list, json_pack(
			"{s:s, s:i, s:i, s:i, s:I, s:f, s:f, s:f, s:f, s:f}", "op", cost->op,
			"from", (int)cost->from, "to", (int)cost->to, "copies", (int)cost->copies,
			"n", (json_int_t)cost->n, "min", cost->min, "p25", cost->p25,
			"median", cost->median, "p75", cost->p75, "max", cost->max));
	}
	return list;
}

static bool read_cost(struct op_costs *costs, json_t *record)
{
	struct op_cost cost = { .n = 0 };
	json_int_t n;
	const char *op;

	if (json_unpack(record, "{s:s, s:i, s:i, s:i, s:I, s:F, s:F, s:F, s:F, s:F}", "op", &op,
			"from", &cost.from, "to", &cost.to, "copies", &cost.copies, "n", &n,
			"min", &cost.min, "p25", &cost.p25, "median", &cost.median,
			"p75", &cost.p75, "max", &cost.max) < 0 ||
	    strlen(op) >= sizeof(cost.op) || cost.from > 3 || cost.to > 3 || n < 1 ||
	    !isfinite(cost.median))
		return false;
	strcpy(cost.op, op);
	cost.n = (size_t)n;
	add(costs, &cost);
	return true;
}

bool op_costs_read(struct op_costs *costs, const json_t *file, char why[OP_COSTS_WHY])
{
	const char *schema = json_string_value(json_object_get(file, "schema"));
	json_t *list = json_object_get(file, "costs"), *one;
	size_t i;

	if (!schema || strcmp(schema, OP_COSTS_SCHEMA)) {
		snprintf(why, OP_COSTS_WHY, "schema %.40s, not " OP_COSTS_SCHEMA
			 ": name a file that 'switchyard ops' wrote",
			 schema ? schema : "is missing");
		return false;
	}
	if (!json_is_string(json_object_get(file, "unit")) ||
	    !json_is_string(json_object_get(file, "tier"))) {
		snprintf(why, OP_COSTS_WHY, "unit or tier is missing");
		return false;
	}
	json_array_foreach(list, i, one)
		if (!read_cost(costs, one)) {
			snprintf(why, OP_COSTS_WHY, "cost %zu makes no sense", i);
			return false;
		}
	if (costs->n)
		return true;
	snprintf(why, OP_COSTS_WHY, "it holds no costs");
	return false;
}
