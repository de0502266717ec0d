/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tables of workloads. */
#include <string.h>

#include "workload_rows.h"
#include "workload_tables.h"

enum { WL_BENCH, WL_VARIANT, WL_TWIN, WL_NATIVE, WL_GUEST, WL_RATIO, WL_EXITS, WL_FILL, WL_PF,
       WL_INSN, WL_PORT, WL_IRQ, WL_OTHER, WL_COLUMNS };

static const struct lg_column columns[] = {
	[WL_BENCH] = { "bench", "workload", true },
	[WL_VARIANT] = { "variant", "variant", true },
	[WL_TWIN] = { "twin", "twin", true },
	[WL_NATIVE] = { "native", "native", false },
	[WL_GUEST] = { "guest", "Guest", false },
	[WL_RATIO] = { "ratio", "ratio", false },
	[WL_EXITS] = { "exits", "exits", false },
	[WL_FILL] = { "demand_fill", "fills", false },
	[WL_PF] = { "pf_reflected", "own faults", false },
	[WL_INSN] = { "privileged", "instructions", false },
	[WL_PORT] = { "io_launcher", "ports", false },
	[WL_IRQ] = { "host_irq", "Host irqs", false },
	[WL_OTHER] = { "other", "other", false },
};

static void set_exits(struct lg_table *table, const struct workload_row *row)
{
	double rest = workload_exits(row, "all");

	if (!json_is_object(row->exits))
		return;
	lg_table_real(table, WL_EXITS, "%.2f", rest);
	for (uint32_t i = WL_FILL; i < WL_OTHER; i++) {
		double exits = workload_exits(row, columns[i].id);

		lg_table_real(table, i, "%.2f", exits);
		rest -= exits;
	}
	lg_table_real(table, WL_OTHER, "%.2f", rest > 0.005 ? rest : 0);
}

static void add_row(struct lg_table *table, const struct workload_row *row)
{
	lg_table_row(table);
	lg_table_set(table, WL_BENCH, "%s", row->bench);
	lg_table_set(table, WL_VARIANT, "%s", row->variant);
	lg_table_set(table, WL_TWIN, "%s", row->twin);
	lg_table_real(table, WL_GUEST, "%.0f", row->median);
	if (row->native > 0) {
		lg_table_real(table, WL_NATIVE, "%.0f", row->native);
		lg_table_real(table, WL_RATIO, "%.2f", row->median / row->native);
	}
	set_exits(table, row);
}

void workloads_table(const struct run_folder *run, struct lg_table *table)
{
	struct workload_rows rows;

	workload_rows_make(&rows, run);
	lg_table_init(table, "linux", columns, WL_COLUMNS);
	lg_table_title(table, "Linux workloads: one operation, in %s and in exits", run->unit);
	for (size_t i = 0; i < rows.n; i++)
		if (!workload_row_is_native(&rows.row[i]))
			add_row(table, &rows.row[i]);
	lg_table_note(table,
		      "Native: the same program as a process of the lab machine's own kernel, "
		      "Debian's for a 686. Medians; exits are means, and the ticks of both kernels "
		      "are among them.");
	workload_rows_free(&rows);
}

enum { EX_BENCH, EX_VARIANT, EX_TWIN, EX_CLASS, EX_EXITS, EX_SHARE, EX_COLUMNS };

static const struct lg_column exit_columns[] = {
	[EX_BENCH] = { "bench", "workload", true },
	[EX_VARIANT] = { "variant", "variant", true },
	[EX_TWIN] = { "twin", "twin", true },
	[EX_CLASS] = { "class", "exit", true },
	[EX_EXITS] = { "exits", "exits", false },
	[EX_SHARE] = { "share", "share %", false },
};

static void add_exits(struct lg_table *table, const struct workload_row *row, bool shown)
{
	double all = workload_exits(row, "all");
	const json_t *value;
	const char *class;

	json_object_foreach((json_t *)row->exits, class, value) {
		double exits = json_number_value(value);

		if (!workload_class_is_part(row->exits, class))
			continue;
		lg_table_row(table);
		lg_table_set(table, EX_BENCH, "%s", row->bench);
		lg_table_set(table, EX_VARIANT, "%s", row->variant);
		lg_table_set(table, EX_TWIN, "%s", row->twin);
		lg_table_set(table, EX_CLASS, "%s", class);
		lg_table_real(table, EX_EXITS, "%.2f", exits);
		if (all > 0)
			lg_table_real(table, EX_SHARE, "%.1f", 100 * exits / all);
		if (!shown)
			lg_table_quiet(table);
	}
}

void workload_exits_table(const struct run_folder *run, struct lg_table *table)
{
	struct workload_rows rows;
	const char *shown;

	workload_rows_make(&rows, run);
	shown = workload_shown(&rows);
	lg_table_init(table, "linux_exits", exit_columns, EX_COLUMNS);
	lg_table_title(table, "Where the exits of %s come from", shown ? shown : "a workload");
	for (size_t i = 0; i < rows.n; i++)
		if (json_is_object(rows.row[i].exits))
			add_exits(table, &rows.row[i], !strcmp(rows.row[i].bench, shown));
	lg_table_note(table,
		      "By class, and those of instructions by instruction; means of one operation. "
		      "CSV and JSON have all workloads.");
	workload_rows_free(&rows);
}
