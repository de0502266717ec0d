/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Data of the figures of a recorded workload: `origins` and `operation_timeline`. */
#include <stdlib.h>
#include <string.h>

#include "figures.h"
#include "lg/grown.h"
#include "report/origins.h"
#include "util/file.h"

enum { FUNCTIONS = 14, CLASSES = 6 };

/* Exits of one function, or of one class. */
struct part {
	const char *name;
	uint64_t exits;
};

static bool has_origins(struct run_folder *run)
{
	return run_folder_trace_good(run) && origins_of(run);
}

/* Only the first variant of a recording is drawn: a bar is a function. */
static bool is_drawn(const struct origins *all, const struct origin_sum *sum)
{
	return sum->variant == all->sum[0].variant;
}

/* Functions or classes, and how many. */
struct parts {
	struct part *part;
	size_t n, room;
};

static void add_part(struct parts *parts, const char *name, uint64_t exits)
{
	size_t i = 0;

	while (i < parts->n && strcmp(parts->part[i].name, name))
		i++;
	if (i == parts->n) {
		parts->part = lg_grown(parts->part, &parts->room, i, sizeof(*parts->part));
		parts->part[parts->n++] = (struct part){ name, 0 };
	}
	parts->part[i].exits += exits;
}

static int by_exits(const void *a, const void *b)
{
	const struct part *x = a, *y = b;

	return (x->exits < y->exits) - (x->exits > y->exits);
}

static const char *class_name(const struct run_folder *run, const struct origin_sum *sum)
{
	return lg_name_of(&run->tally.names, sum->class);
}

static void sort_parts(struct parts *parts)
{
	if (parts->n)
		qsort(parts->part, parts->n, sizeof(*parts->part), by_exits);
}

/* Functions, or else classes, the largest first. */
static struct parts parts_of(const struct run_folder *run, const struct origins *all, bool classes)
{
	struct parts parts = { NULL, 0, 0 };

	for (size_t i = 0; i < all->n_sums; i++)
		if (is_drawn(all, &all->sum[i]))
			add_part(&parts, classes ? class_name(run, &all->sum[i]) :
				 all->sum[i].symbol, all->sum[i].exits);
	sort_parts(&parts);
	return parts;
}

static size_t find(const struct parts *parts, size_t n, const char *name)
{
	size_t i = 0;

	while (i < n && strcmp(parts->part[i].name, name))
		i++;
	return i;
}

/* exits[bar][place]: what has no bar or no box of its own is in the last. */
struct grid {
	uint64_t exits[FUNCTIONS + 1][CLASSES + 1];
	size_t bars, boxes;
};

static void fill(const struct run_folder *run, const struct origins *all, struct grid *grid,
		 const struct parts *functions, const struct parts *classes)
{
	for (size_t i = 0; i < all->n_sums; i++)
		if (is_drawn(all, &all->sum[i])) {
			size_t bar = find(functions, grid->bars, all->sum[i].symbol);
			size_t box = find(classes, grid->boxes, class_name(run, &all->sum[i]));

			grid->exits[bar][box] += all->sum[i].exits;
		}
}

static void write_bar(const struct run_folder *run, const struct origins *all,
		      const struct grid *grid, size_t bar, const char *function,
		      const struct parts *classes, FILE *out)
{
	double times = (double)(all->times ? all->times : 1), from = 0;

	for (size_t box = 0; box <= grid->boxes; box++) {
		double exits = (double)grid->exits[bar][box] / times;

		fprintf(out, "%zu,%s,%zu,%s,%.6g,%.6g,%.6g,exits,%s\n", bar, function, box,
			box < grid->boxes ? classes->part[box].name : "other", exits, from,
			from + exits, run->tier);
		from += exits;
	}
}

static char *caption(struct run_folder *run, const struct origins *all)
{
	const char *bench = run_folder_text(run, "bench");

	return all->times ? text("%s, variant %s, means of %llu operations", bench,
				 lg_name_of(&run->tally.names, all->sum[0].variant),
				 (unsigned long long)all->times) :
			    text("%s, variant %s, one life of a Guest", bench,
				 lg_name_of(&run->tally.names, all->sum[0].variant));
}

static char *make_origins(struct run_folder *run, const char *path)
{
	const struct origins *all = origins_of(run);
	struct parts functions = parts_of(run, all, false), classes = parts_of(run, all, true);
	struct grid grid = {
		.bars = functions.n < FUNCTIONS ? functions.n : FUNCTIONS,
		.boxes = classes.n < CLASSES ? classes.n : CLASSES,
	};
	struct whole_file file;
	char *numbers = NULL;

	fill(run, all, &grid, &functions, &classes);
	if (whole_open(&file, path)) {
		fputs("bar,function,place,class,exits,from,to,unit,tier\n", file.stream);
		for (size_t bar = 0; bar < grid.bars + (functions.n > grid.bars); bar++)
			write_bar(run, all, &grid, bar,
				  bar < grid.bars ? functions.part[bar].name : "all others",
				  &classes, file.stream);
		if (whole_commit(&file))
			numbers = caption(run, all);
	}
	free(functions.part);
	free(classes.part);
	return numbers;
}

/* ---- one operation by time ---- */

enum { LANES = 12 };

/* A comma would end the field: `mov cr3, eax` becomes `mov cr3 <- eax`. */
static void write_name(const char *name, FILE *out)
{
	const char *comma = strchr(name, ',');

	if (comma)
		fprintf(out, "%.*s <-%s", (int)(comma - name), name, comma + 1);
	else
		fputs(name, out);
}

/* An instruction's own exits have a lane by its name, others by their class. */
static const char *lane_of(const struct run_folder *run, const struct origin_sum *sum)
{
	return *sum->insn ? sum->insn : class_name(run, sum);
}

static struct parts lanes_of(const struct run_folder *run, const struct origins *all,
			     uint64_t from, uint64_t to)
{
	struct parts lanes = { NULL, 0, 0 };

	for (size_t i = 0; i < all->n && all->exit[i].guest == all->exit[0].guest; i++)
		if (all->exit[i].ts >= from && all->exit[i].ts < to)
			add_part(&lanes, lane_of(run, &all->sum[all->exit[i].place]), 1);
	sort_parts(&lanes);
	return lanes;
}

/* In the middle of the first Guest's, a stretch as long as an operation on average. */
static bool stretch(const struct origins *all, uint64_t *from, uint64_t *to)
{
	uint64_t times = all->times ? all->times : 1, length;
	size_t last = 0;

	while (last + 1 < all->n && all->exit[last + 1].guest == all->exit[0].guest)
		last++;
	length = (all->exit[last].ts - all->exit[0].ts) / times;
	*from = all->exit[0].ts + times / 2 * length;
	*to = *from + length;
	return length;
}

static char *make_operation(struct run_folder *run, const char *path)
{
	const struct origins *all = origins_of(run);
	struct whole_file file;
	struct parts lanes;
	uint64_t from, to, n = 0;
	char *numbers = NULL;
	size_t n_lanes;

	if (!stretch(all, &from, &to) || !whole_open(&file, path))
		return NULL;
	lanes = lanes_of(run, all, from, to);
	n_lanes = lanes.n < LANES ? lanes.n : LANES;
	fputs("lane,name,time,length,function,program,unit,tier\n", file.stream);
	for (size_t i = 0; i < all->n && all->exit[i].guest == all->exit[0].guest; i++) {
		const struct origin *exit = &all->exit[i];
		const struct origin_sum *sum = &all->sum[exit->place];
		size_t lane = find(&lanes, n_lanes, lane_of(run, sum));

		if (exit->ts < from || exit->ts >= to)
			continue;
		n++;
		fprintf(file.stream, "%zu,", lane);
		write_name(lane < n_lanes ? lane_of(run, sum) : "others", file.stream);
		fprintf(file.stream, ",%llu,%llu,%s,%d,%s,%s\n",
			(unsigned long long)(exit->ts - from), (unsigned long long)(to - from),
			sum->symbol, !strcmp(sum->symbol, "a program"), run->unit, run->tier);
	}
	free(lanes.part);
	if (whole_commit(&file))
		numbers = text("%llu exits in a stretch as long as one %s on average, with what "
			       "recording takes; variant %s",
			       (unsigned long long)n, run_folder_text(run, "bench"),
			       lg_name_of(&run->tally.names, all->exit[0].variant));
	return numbers;
}

#define NEEDS "a recorded workload: 'switchyard record --workload NAME'"

FIGURE(origins) = { "origins", make_origins, has_origins, NEEDS, origins_follow };
FIGURE(operation_timeline) = {
	"operation_timeline", make_operation, has_origins, NEEDS, origins_follow
};
