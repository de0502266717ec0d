/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Costs of operations as a table. */
#include <string.h>

#include "op_costs_table.h"
#include "util/message.h"

json_t *op_costs_load(const char *path)
{
	struct op_costs costs = { .n = 0 };
	char why[OP_COSTS_WHY];
	json_error_t error;
	json_t *record = json_load_file(path, 0, &error);

	if (!record) {
		message_error("cannot read '%s': %s", path, error.text);
	} else if (!op_costs_read(&costs, record, why)) {
		message_error("'%s': %s", path, why);
		json_decref(record);
		record = NULL;
	}
	op_costs_free(&costs);
	return record;
}

enum { OT_OP, OT_FROM, OT_TO, OT_MEDIAN, OT_MIN, OT_P25, OT_P75, OT_MAX, OT_N, OT_COLUMNS };

static const struct lg_column columns[] = {
	[OT_OP] = { "op", "operation", true },
	[OT_FROM] = { "from", "from ring", false },
	[OT_TO] = { "to", "to ring", false },
	[OT_MEDIAN] = { "median", "median", false },
	[OT_MIN] = { "min", "min", false },
	[OT_P25] = { "p25", "p25", false },
	[OT_P75] = { "p75", "p75", false },
	[OT_MAX] = { "max", "max", false },
	[OT_N] = { "n", "n", false },
};

static void cost_row(const struct op_cost *cost, struct lg_table *table)
{
	lg_table_row(table);
	lg_table_set(table, OT_OP, "%s", cost->op);
	lg_table_integer(table, OT_FROM, "%lld", cost->from);
	lg_table_integer(table, OT_TO, "%lld", cost->to);
	lg_table_real(table, OT_MEDIAN, "%.2f", cost->median);
	lg_table_real(table, OT_MIN, "%.2f", cost->min);
	lg_table_real(table, OT_P25, "%.2f", cost->p25);
	lg_table_real(table, OT_P75, "%.2f", cost->p75);
	lg_table_real(table, OT_MAX, "%.2f", cost->max);
	lg_table_count(table, OT_N, cost->n);
}

/* The string at record.a.b, or "unknown". */
static const char *word(const json_t *record, const char *a, const char *b)
{
	const json_t *at = b ? json_object_get(json_object_get(record, a), b) :
			       json_object_get(record, a);

	return json_string_value(at) ? json_string_value(at) : "unknown";
}

static void environment(const json_t *record, struct lg_table *table)
{
	const json_t *machine = json_object_get(record, "machine");
	const json_t *lab = json_object_get(record, "lab");

	lg_table_note(table, "CPU %s; kernel %s; %s; commit %s; %s.",
		      word(machine, "cpu", "model"), word(machine, "kernel", NULL),
		      json_is_object(lab) ? word(lab, "qemu", NULL) : "no lab machine",
		      word(record, "tool", "commit"), word(machine, "date", NULL));
	if (!strcmp(word(record, "tier", NULL), "insns"))
		lg_table_note(table, "The counter counts instructions: each operation is one, and "
			      "a byte of movs_bytes a quarter of one.");
	if (!strcmp(word(record, "tier", NULL), "rehearsal"))
		lg_table_warn(table, "rehearsal: neither instructions nor cycles; what an emulator "
			      "takes says nothing about a CPU");
}

bool op_costs_table(const json_t *record, struct lg_table *table, char why[OP_COSTS_WHY])
{
	struct op_costs costs = { .n = 0 };
	bool good = op_costs_read(&costs, record, why);

	if (good) {
		lg_table_init(table, "ops", columns, OT_COLUMNS);
		lg_table_title(table, "What one operation takes, in %s",
			       word(record, "unit", NULL));
		lg_table_constant(table, "tier", word(record, "tier", NULL));
		for (size_t i = 0; i < costs.n; i++)
			cost_row(&costs.cost[i], table);
		environment(record, table);
	}
	op_costs_free(&costs);
	return good;
}
