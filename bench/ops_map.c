/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ops_map.c - the addresses that the plugin needs, from debugfs, /proc/modules and
 * /proc/kallsyms.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lg/ops.h"
#include "ops_map.h"

#define LAYOUT	"/sys/kernel/debug/switchyard/layout"

/* The Host's exception entries by the kernel's names; the others are aborts, or irrelevant. */
static const struct {
	const char *name;
	int vector;
} exceptions[] = {
	{ "asm_exc_divide_error", 0 }, { "asm_exc_debug", 1 }, { "asm_exc_nmi", 2 },
	{ "asm_exc_int3", 3 }, { "asm_exc_overflow", 4 }, { "asm_exc_bounds", 5 },
	{ "asm_exc_invalid_op", 6 }, { "asm_exc_device_not_available", 7 },
	{ "asm_exc_invalid_tss", 10 }, { "asm_exc_segment_not_present", 11 },
	{ "asm_exc_stack_segment", 12 }, { "asm_exc_general_protection", 13 },
	{ "asm_exc_page_fault", 14 }, { "asm_exc_coprocessor_error", 16 },
	{ "asm_exc_alignment_check", 17 }, { "asm_exc_machine_check", 18 },
	{ "asm_exc_simd_coprocessor_error", 19 },
};

static bool each_line(const char *path, void (*look)(const char *line, void *to), void *to,
		      char why[OPS_WHY])
{
	FILE *file = fopen(path, "r");
	char *line = NULL;
	size_t room = 0;

	if (!file) {
		snprintf(why, OPS_WHY, "cannot read %s: is the module loaded, and are we root?",
			 path);
		return false;
	}
	while (getline(&line, &room, file) > 0) {
		line[strcspn(line, "\n")] = '\0';
		look(line, to);
	}
	free(line);
	fclose(file);
	return true;
}

static void tell_range(const char *what, unsigned long from, unsigned long to)
{
	char line[LG_MAIL_LINE];

	snprintf(line, sizeof(line), "range %s %lx %lx", what, from, to);
	lg_tell(line);
}

struct layout {
	FILE *symbols;
	bool found;
};

static void layout_line(const char *line, void *arg)
{
	struct layout *layout = arg;
	unsigned long from, to;
	char message[LG_MAIL_LINE];

	if (layout->symbols)
		fprintf(layout->symbols, "%s\n", line);
	if (sscanf(line, "switcher %lx %lx", &from, &to) == 2) {
		tell_range("switcher", from, to);
		layout->found = true;
	} else if (sscanf(line, "stubs %lx", &from) == 1) {
		snprintf(message, sizeof(message), "stubs %lx", from);
		lg_tell(message);
	}
}

static void module_line(const char *line, void *found)
{
	unsigned long bytes, at;

	if (sscanf(line, "switchyard %lu %*s %*s %*s %lx", &bytes, &at) == 2) {
		tell_range("module", at, at + bytes);
		*(bool *)found = at != 0;
	}
}

static void tell_entry(unsigned long at, int vector)
{
	char line[LG_MAIL_LINE];

	snprintf(line, sizeof(line), "exception %lx %d", at, vector);
	lg_tell(line);
}

struct entries {
	FILE *symbols;
	unsigned long first, end;	/* of the table of device interrupts */
	unsigned int found;
};

/* A function of the kernel's or of a module's, for readers of blocks.csv. */
static void keep_symbol(FILE *symbols, const char *line)
{
	char type, name[128], module[64] = "";
	unsigned long at;

	if (sscanf(line, "%lx %c %127s %63s", &at, &type, name, module) >= 3 &&
	    strchr("tTwW", type))
		fprintf(symbols, "%08lx %s%s%s\n", at, name, *module ? " " : "", module);
}

/* Device interrupts enter through a table; those of the APIC itself through asm_sysvec_*. */
static void symbol_line(const char *line, void *to)
{
	struct entries *entries = to;
	unsigned long at;
	char name[64];

	if (entries->symbols)
		keep_symbol(entries->symbols, line);
	if (sscanf(line, "%lx %*c %63s", &at, name) != 2)
		return;
	if (!strcmp(name, "irq_entries_start"))
		entries->first = at;
	else if (!strcmp(name, "spurious_entries_start"))
		entries->end = at;
	else if (!strncmp(name, "asm_sysvec_", 11))
		tell_entry(at, 32);
	for (size_t i = 0; i < sizeof(exceptions) / sizeof(exceptions[0]); i++)
		if (!strcmp(name, exceptions[i].name)) {
			tell_entry(at, exceptions[i].vector);
			entries->found++;
		}
}

bool ops_map(FILE *symbols, char why[OPS_WHY])
{
	struct entries entries = { .symbols = symbols };
	struct layout layout = { .symbols = symbols };
	bool module = false;

	lg_tell("forget");
	if (!each_line("/proc/kallsyms", symbol_line, &entries, why))
		return false;
	if (entries.first < entries.end)
		tell_range("interrupts", entries.first, entries.end);
	if (!each_line("/proc/modules", module_line, &module, why) ||
	    !each_line(LAYOUT, layout_line, &layout, why))
		return false;
	if (layout.found && module && entries.first < entries.end && entries.found >= 15)
		return true;
	snprintf(why, OPS_WHY,
		 "this kernel does not tell where its entries or the module's text lie "
		 "(kptr_restrict?)");
	return false;
}
