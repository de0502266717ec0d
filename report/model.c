/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The model of a switch, see model.h. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cells.h"
#include "medians.h"
#include "model.h"
#include "op_costs_table.h"
#include "util/words.h"

/*
 * Which measured op stands for a counted one.  CR4 is written in a switch to flush global
 * entries; INVLPG is followed by a walk; what the plugin calls read_cr and write_cr is any
 * control register but those with a name of their own.  The rings are those of an op that stays
 * where it is, unless `crosses` says otherwise.
 */
static const struct price {
	const char *counted, *measured;
	enum { STAYS, ENTERS_HOST, LEAVES_HOST } crosses;
	bool event;		/* no instruction of its own */
} prices[] = {
	{ "wrmsr", "wrmsr_sysenter_cs", STAYS, false },
	{ "rdmsr", "rdmsr_sysenter_cs", STAYS, false },
	{ "write_cr0", "write_cr0_ts", STAYS, false },
	{ "write_cr3", "write_cr3", STAYS, false },
	{ "write_cr4", "write_cr4_pge", STAYS, false },
	{ "write_cr", "write_cr2", STAYS, false },
	{ "read_cr", "read_cr0", STAYS, false },
	{ "clts", "clts", STAYS, false },
	{ "mov_dr", "write_dr7", STAYS, false },
	{ "lgdt", "lgdt", STAYS, false },
	{ "lidt", "lidt", STAYS, false },
	{ "lldt", "lldt", STAYS, false },
	{ "ltr", "ltr", STAYS, false },
	{ "sgdt", "sgdt", STAYS, false },
	{ "sidt", "sidt", STAYS, false },
	{ "sldt", "sldt", STAYS, false },
	{ "str", "str", STAYS, false },
	{ "invlpg", "invlpg_refill", STAYS, false },
	{ "int", "int", ENTERS_HOST, false },
	{ "iret", "iret", LEAVES_HOST, false },
	{ "far_call", "far_call", STAYS, false },
	{ "far_jmp", "far_jmp", STAYS, false },
	{ "far_ret", "far_ret", STAYS, false },
	{ "load_seg", "load_ds", STAYS, false },
	{ "in", "in", STAYS, false },
	{ "out", "out", STAYS, false },
	{ "cli", "cli", STAYS, false },
	{ "sti", "sti", STAYS, false },
	{ "pushf", "pushf", STAYS, false },
	{ "popf", "popf", STAYS, false },
	{ "pause", "pause", STAYS, false },
	{ "cpuid", "cpuid", STAYS, false },
	{ "rdtsc", "rdtsc", STAYS, false },
	{ "fpu_save", "fpu_save", STAYS, false },
	{ "fpu_load", "fpu_load", STAYS, false },
	{ "locked", "locked", STAYS, false },
	{ "movs_bytes", "movs_bytes", STAYS, true },
	{ "exception", "exception", ENTERS_HOST, true },
	{ "interrupt", "int", ENTERS_HOST, true },
};
enum { PRICES = sizeof(prices) / sizeof(prices[0]) };

/* Counted, and no op: instructions, and what the plugin says about its own count. */
static bool is_no_op(const char *what)
{
	static const char *const names[] = {
		"insns", "abandoned", "unsure", "overcounted", "switch", "stay",
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (!strcmp(what, names[i]))
			return true;
	return false;
}

static const struct price *price_of(const char *what)
{
	for (size_t i = 0; i < PRICES; i++)
		if (!strcmp(prices[i].counted, what))
			return &prices[i];
	return NULL;
}

/* The cost in the rings that the op is used in; some were measured at ring 0 alone. */
static const struct op_cost *cost_of(const struct op_costs *costs, const struct price *price,
				     bool guest)
{
	const struct op_cost *cost = NULL;

	if (price->crosses == ENTERS_HOST && guest)
		cost = op_costs_find(costs, price->measured, 1, 0);
	else if (price->crosses == LEAVES_HOST && !guest)
		cost = op_costs_find(costs, price->measured, 0, 1);
	else if (guest)
		cost = op_costs_find(costs, price->measured, 1, 1);
	return cost ? cost : op_costs_find(costs, price->measured, 0, 0);
}

/* What a cell comes to. */
struct sum {
	double insns;		/* all instructions */
	double ops;		/* those of them that have a cost of their own */
	double op_cost, plain_cost;
	struct words *without;	/* names of ops that no cost is known for */
};

static void add_op(struct sum *sum, const struct op_costs *costs, const char *where,
		   const char *what, double count)
{
	const struct price *price = price_of(what);
	const struct op_cost *cost =
		price ? cost_of(costs, price, !strcmp(where, "guest")) : NULL;

	if (!cost) {
		if (!words_have(sum->without, what))
			words_add(sum->without, what);
		return;
	}
	sum->op_cost += count * cost->median;
	/* One step of a string instruction is an instruction of the count, and moves four bytes;
	 * and one that faults counts. */
	if (!price->event || !strcmp(what, "exception"))
		sum->ops += count;
	else if (!strcmp(what, "movs_bytes"))
		sum->ops += count / 4;
}

/* False if the cell's ops were not counted. */
static bool sum_up(const json_t *result, const struct op_costs *costs, struct sum *sum)
{
	json_t *ops = json_object_get(result, "ops"), *counts, *count;
	const struct op_cost *add = op_costs_find(costs, "add", 0, 0);
	const char *where, *what;

	if (!json_object_size(ops) || !add)
		return false;
	json_object_foreach(ops, where, counts)
		json_object_foreach(counts, what, count) {
			if (!strcmp(what, "insns"))
				sum->insns += json_number_value(count);
			else if (!is_no_op(what))
				add_op(sum, costs, where, what, json_number_value(count));
		}
	sum->plain_cost = (sum->insns - sum->ops) * add->median;
	return true;
}

enum { MT_BENCH, MT_VARIANT, MT_TWIN, MT_INSNS, MT_OPS, MT_OP_COST, MT_MODEL, MT_MEASURED,
       MT_ERROR, MT_COLUMNS };

static const struct lg_column columns[] = {
	[MT_BENCH] = { "bench", "benchmark", true },
	[MT_VARIANT] = { "variant", "variant", true },
	[MT_TWIN] = { "twin", "twin", true },
	[MT_INSNS] = { "insns", "instructions", false },
	[MT_OPS] = { "ops", "ops of them", false },
	[MT_OP_COST] = { "ops_model", "ops (model)", false },
	[MT_MODEL] = { "model", "all (model)", false },
	[MT_MEASURED] = { "measured", "measured", false },
	[MT_ERROR] = { "model_error_percent", "model off by %", false },
};

static void model_row(const json_t *result, const struct sum *sum, const json_t *measured,
		      struct lg_table *table)
{
	double model = sum->op_cost + sum->plain_cost;
	double median = measured ?
		median_of_cell(measured, cells_word(result, "bench"),
			       cells_word(result, "variant"), cells_word(result, "twin")) : NAN;

	lg_table_row(table);
	lg_table_set(table, MT_BENCH, "%s", cells_word(result, "bench"));
	lg_table_set(table, MT_VARIANT, "%s", cells_word(result, "variant"));
	lg_table_set(table, MT_TWIN, "%s", cells_word(result, "twin"));
	lg_table_real(table, MT_INSNS, "%.0f", sum->insns);
	lg_table_real(table, MT_OPS, "%.0f", sum->ops);
	lg_table_real(table, MT_OP_COST, "%.1f", sum->op_cost);
	lg_table_real(table, MT_MODEL, "%.1f", model);
	if (isnan(median))
		return;
	lg_table_real(table, MT_MEASURED, "%.1f", median);
	if (median > 0)
		lg_table_real(table, MT_ERROR, "%.1f", 100 * (model - median) / median);
}

static const char *cpu_of(const json_t *costs)
{
	const json_t *cpu = json_object_get(json_object_get(costs, "machine"), "cpu");
	const char *model = json_string_value(json_object_get(cpu, "model"));

	return model ? model : "an unknown CPU";
}

static void notes(const json_t *costs, const struct words *without, struct lg_table *table)
{
	char *list;

	lg_table_note(table, "A model: latencies of single operations, added up. What a flushed "
		      "TLB costs later and what waits for memory are not in it.");
	lg_table_note(table, "Costs of %s.", cpu_of(costs));
	if (!without->n)
		return;
	list = words_text(without);
	lg_table_note(table, "No cost is known of %s: each counts as an addition.", list);
	free(list);
}

void model_table(const struct run_folder *run, const struct model *model, struct lg_table *table)
{
	const char *unit = json_string_value(json_object_get(model->costs, "unit"));
	const json_t *results = cells_results(run), *measured = model->measured, *result;
	struct words without = { NULL, 0 };
	struct op_costs costs = { .n = 0 };
	char why[OP_COSTS_WHY];
	size_t i;

	lg_table_init(table, "model", columns, MT_COLUMNS);
	lg_table_title(table, "Model of one operation, in %s", unit ? unit : "ticks");
	if (!measured && unit && !strcmp(unit, run->unit))
		measured = results;
	if (op_costs_read(&costs, model->costs, why))
		json_array_foreach(results, i, result) {
			struct sum sum = { .without = &without };

			if (sum_up(result, &costs, &sum))
				model_row(result, &sum, measured, table);
		}
	notes(model->costs, &without, table);
	words_free(&without);
	op_costs_free(&costs);
}
