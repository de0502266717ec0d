/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tables of symbols; see symbols.h. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/file.h"
#include "symbols.h"

/* ---- the Switcher ---- */

struct blob {
	char *name;		/* VARIANT_TWIN */
	uint32_t at;		/* of its header, which lie in the order of the texts */
	uint32_t stubs;		/* in the region, in that boot; 0: not known */
};

struct blobs {
	struct blob *blob;
	size_t n;
};

#define BLOB_PREFIX "lg_blob_"

static int by_place(const void *a, const void *b)
{
	const struct blob *x = a, *y = b;

	return (x->at > y->at) - (x->at < y->at);
}

static void find_blobs(const struct elf_symbols *from, struct blobs *blobs)
{
	GElf_Sym symbol;
	const char *name;

	for (size_t i = 0; i < from->n; i++) {
		name = elf_symbols_at(from, i, &symbol);
		if (!name || strncmp(name, BLOB_PREFIX, strlen(BLOB_PREFIX)))
			continue;
		blobs->blob = reallocarray(blobs->blob, blobs->n + 1, sizeof(*blobs->blob));
		if (!blobs->blob)
			abort();
		blobs->blob[blobs->n++] = (struct blob){ strdup(name + strlen(BLOB_PREFIX)),
							 (uint32_t)symbol.st_value, 0 };
	}
	if (blobs->n)
		qsort(blobs->blob, blobs->n, sizeof(*blobs->blob), by_place);
}

/* A row of the module's layout: where the stubs of a blob lie in that boot. */
static bool stubs_row(struct blobs *blobs, const char *line)
{
	char variant[64], twin[16];
	unsigned int va;

	if (sscanf(line, "stubs %x %63s %15s", &va, variant, twin) != 3)
		return false;
	for (size_t i = 0; i < blobs->n; i++) {
		char *name = text("%s_%s", variant, twin);

		if (!strcmp(blobs->blob[i].name, name))
			blobs->blob[i].stubs = va;
		free(name);
	}
	return true;
}

/* From `text` to `text_end`: the labels of one blob, of which the stubs' place is known. */
static void add_blob(struct symbol_table *table, const struct elf_symbols *from, size_t first,
		     const struct blob *blob)
{
	uint32_t stubs = 0;
	GElf_Sym symbol;
	const char *name;

	for (size_t i = first; i < from->n && (name = elf_symbols_at(from, i, &symbol)) &&
			       strcmp(name, "text_end"); i++)
		if (!strcmp(name, "stubs"))
			stubs = (uint32_t)symbol.st_value;
	for (size_t i = first + 1; i < from->n && (name = elf_symbols_at(from, i, &symbol)) &&
				   strcmp(name, "text_end"); i++)
		if (symbol.st_shndx != SHN_ABS)
			symbol_table_add(table,
					 blob->stubs - stubs + (uint32_t)symbol.st_value, name);
}

static void add_blobs(struct symbol_table *table, const struct elf_symbols *from,
		      const struct blobs *blobs)
{
	size_t next = 0;
	GElf_Sym symbol;
	const char *name;

	for (size_t i = 0; i < from->n && next < blobs->n; i++)
		if ((name = elf_symbols_at(from, i, &symbol)) && !strcmp(name, "text"))
			if (blobs->blob[next++].stubs)
				add_blob(table, from, i, &blobs->blob[next - 1]);
}

/* ---- a boot ---- */

/* Lines `ADDRESS NAME` and `ADDRESS NAME [MODULE]`, and those of the module's layout.  Functions
 * of switchyard.ko are recognised by their addresses. */
static bool read_boot(struct symbols *symbols, FILE *file, struct blobs *blobs)
{
	char *line = NULL, *end;
	size_t room = 0;
	bool reported = false;

	while (getline(&line, &room, file) > 0) {
		unsigned long va = strtoul(line, &end, 16);
		char *ours = strstr(line, " [switchyard]");

		line[strcspn(line, "\n")] = '\0';
		if (ours)
			*ours = '\0';
		if (end == line + 8 && *end == ' ' && va)
			symbol_table_add(&symbols->host, (uint32_t)va, end + 1);
		else
			reported |= stubs_row(blobs, line);
	}
	free(line);
	return reported && symbols->host.n;
}

bool symbols_open(struct symbols *symbols, const char *path, const char *payload,
		  char why[SYMBOLS_WHY])
{
	char *module = text("%s/switchyard.ko", payload);
	FILE *file = fopen(path, "r");
	struct blobs blobs = { NULL, 0 };
	struct elf_symbols from;
	bool good = false;

	*symbols = (struct symbols){ .payload = payload };
	if (!file) {
		snprintf(why, SYMBOLS_WHY, "%.120s: %s", path, strerror(errno));
	} else if (!elf_symbols_open(&from, module)) {
		snprintf(why, SYMBOLS_WHY, "%.120s has no symbols", module);
	} else {
		find_blobs(&from, &blobs);
		good = read_boot(symbols, file, &blobs);
		if (!good)
			snprintf(why, SYMBOLS_WHY, "%.120s names no symbol", path);
		add_blobs(&symbols->host, &from, &blobs);
		symbol_table_sort(&symbols->host);
		elf_symbols_close(&from);
	}
	if (file)
		fclose(file);
	while (blobs.n)
		free(blobs.blob[--blobs.n].name);
	free(blobs.blob);
	free(module);
	return good;
}

void symbols_free(struct symbols *symbols)
{
	symbol_table_free(&symbols->host);
	while (symbols->guests) {
		struct guest_symbols *guest = &symbols->guest[--symbols->guests];

		free(guest->bench);
		symbol_table_free(&guest->table);
	}
	free(symbols->guest);
	memset(symbols, 0, sizeof(*symbols));
}

static const struct symbol_table *guest_table(struct symbols *symbols, const char *bench)
{
	struct guest_symbols *guest;
	char *path;

	for (size_t i = 0; i < symbols->guests; i++)
		if (!strcmp(symbols->guest[i].bench, bench))
			return &symbols->guest[i].table;
	symbols->guest = reallocarray(symbols->guest, symbols->guests + 1, sizeof(*symbols->guest));
	if (!symbols->guest)
		abort();
	guest = &symbols->guest[symbols->guests++];
	*guest = (struct guest_symbols){ .bench = strdup(bench) };
	path = text("%s/guests/bench/%s", symbols->payload, bench);
	symbol_table_read(&guest->table, path);
	free(path);
	return &guest->table;
}

const char *symbols_name(struct symbols *symbols, enum lg_where where, const char *bench,
			 uint32_t va)
{
	const struct symbol_table *table;

	if (where == LG_WHERE_USER)
		return "(user space)";
	if (where != LG_WHERE_GUEST)
		return symbol_table_find(&symbols->host, va);
	table = guest_table(symbols, bench);
	return table->n ? symbol_table_find(table, va) : "(the Guest)";
}
