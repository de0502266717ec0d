/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Assigns blocks of code to functions; see functions.h. */
#include <stdlib.h>
#include <string.h>

#include "util/file.h"
#include "functions.h"
#include "lg/grown.h"

/* Rows of a window are consecutive, so its cell is looked up once. */
struct reader {
	struct ops *ops;
	struct symbols *symbols;
	unsigned int boot;
	char window[200];
	struct ops_cell *cell;		/* the window's cell; NULL: none */
	bool noop;			/* the window is the no-op twin's, to be subtracted */
};

static bool is_window(const struct ops_cell *cell, const char *suffix, const char *window)
{
	char *bench = text("%s%s", cell->bench, suffix);
	char *name = ops_window(bench, cell->variant, cell->twin, cell->run);
	bool is = !strcmp(name, window);

	free(name);
	free(bench);
	return is;
}

static void find_cell(struct reader *reader, const char *window)
{
	if (!strcmp(reader->window, window))
		return;
	snprintf(reader->window, sizeof(reader->window), "%s", window);
	reader->cell = NULL;
	for (size_t i = 0; !reader->cell && i < reader->ops->n; i++) {
		struct ops_cell *cell = &reader->ops->cell[i];

		reader->noop = is_window(cell, ".noop", window);
		if (cell->boot == reader->boot && (reader->noop || is_window(cell, "", window)))
			reader->cell = cell;
	}
}

static struct ops_function *function_of(struct ops_cell *cell, uint8_t where, const char *name)
{
	for (size_t i = 0; i < cell->functions; i++)
		if (cell->function[i].where == where && !strcmp(cell->function[i].name, name))
			return &cell->function[i];
	cell->function = lg_grown(cell->function, &cell->room, cell->functions,
				  sizeof(*cell->function));
	cell->function[cell->functions] = (struct ops_function){ where, strdup(name), 0 };
	return &cell->function[cell->functions++];
}

static int where_of(const char *word)
{
	for (unsigned int i = 0; i < LG_NR_WHERES; i++)
		if (!strcmp(word, ops_where(i)))
			return (int)i;
	return -1;
}

/* window,pattern,samples,where,address,times,insns */
static bool take_row(void *to, const char *line)
{
	struct reader *reader = to;
	char window[200], word[20];
	unsigned long long insns;
	struct ops_cell *cell;
	unsigned int va;
	const char *name;
	int where, pattern;

	if (sscanf(line, "%199[^,],%d,%*u,%19[^,],%x,%*u,%llu", window, &pattern, word, &va,
		   &insns) != 5 || (where = where_of(word)) < 0)
		return false;
	find_cell(reader, window);
	cell = reader->cell;
	if (!cell || pattern != (reader->noop ? cell->noop : cell->pattern))
		return true;
	name = symbols_name(reader->symbols, (enum lg_where)where, cell->bench, va);
	function_of(cell, (uint8_t)where, name)->insns +=
		reader->noop ? -(int64_t)insns : (int64_t)insns;
	return true;
}

static int most_first(const void *a, const void *b)
{
	const struct ops_function *x = a, *y = b;

	if (x->where != y->where)
		return (int)x->where - (int)y->where;
	if (x->insns != y->insns)
		return x->insns > y->insns ? -1 : 1;
	return strcmp(x->name, y->name);
}

/* Drop functions that the operation and its no-op twin execute equally. */
static void drop_zeroes(struct ops_cell *cell)
{
	size_t kept = 0;

	for (size_t i = 0; i < cell->functions; i++) {
		if (cell->function[i].insns)
			cell->function[kept++] = cell->function[i];
		else
			free(cell->function[i].name);
	}
	cell->functions = kept;
	qsort(cell->function, kept, sizeof(*cell->function), most_first);
}

static bool adds_up(const struct ops_cell *cell, char why[OPS_WHY_BYTES])
{
	for (unsigned int where = 0; where < LG_NR_WHERES; where++) {
		int64_t sum = 0, insns = cell->net.count[where][OPS_INSNS];

		for (size_t i = 0; i < cell->functions; i++)
			sum += cell->function[i].where == where ? cell->function[i].insns : 0;
		if (sum == insns)
			continue;
		snprintf(why, OPS_WHY_BYTES,
			 "%s %s %s: the functions of the %s come to %lld insns, not %lld",
			 cell->bench, cell->variant, cell->twin, ops_where(where),
			 (long long)sum, (long long)insns);
		return false;
	}
	return true;
}

bool functions_read(struct ops *ops, const char *folder, struct symbols *symbols,
		    unsigned int boot, char why[OPS_WHY_BYTES])
{
	char *path = text("%s/blocks.csv", folder);
	struct reader reader = { .ops = ops, .symbols = symbols, .boot = boot };
	bool good = rows_read(path, take_row, &reader, why);

	for (size_t i = 0; good && i < ops->n; i++)
		if (ops->cell[i].boot == boot) {
			drop_zeroes(&ops->cell[i]);
			good = adds_up(&ops->cell[i], why);
		}
	free(path);
	return good;
}

void functions_write(const struct ops *ops, FILE *stream)
{
	fputs(FUNCTIONS_HEADER "\n", stream);
	for (size_t i = 0; i < ops->n; i++) {
		const struct ops_cell *cell = &ops->cell[i];
		int64_t all = ops_total(&cell->net, OPS_INSNS);

		for (size_t j = 0; j < cell->functions; j++)
			fprintf(stream, "%s,%s,%s,%u,%u,%s,%s,%lld,%.6f\n", cell->bench,
				cell->variant, cell->twin, cell->boot, cell->run,
				ops_where(cell->function[j].where), cell->function[j].name,
				(long long)cell->function[j].insns,
				all ? (double)cell->function[j].insns / (double)all : 0);
	}
}
