/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names of addresses: a table by address, and the symbols of an ELF file. */
#ifndef UTIL_SYMBOL_TABLE_H
#define UTIL_SYMBOL_TABLE_H

#include <gelf.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct symbol_table {
	struct symbol {
		uint32_t va;
		char *name;
	} *symbol;		/* by address, one at each, once it is sorted */
	size_t n, room;
};

void symbol_table_add(struct symbol_table *table, uint32_t va, const char *name);

/* After the last one: of several names for one address the simplest stays, which is the one with
 * the fewest underscores, or the first in the alphabet. */
void symbol_table_sort(struct symbol_table *table);
void symbol_table_free(struct symbol_table *table);

/* The symbol before an address or at it; "?" if none is within 64 KiB. */
const char *symbol_table_find(const struct symbol_table *table, uint32_t va);

/* Add those of code in an ELF file, which runs where it is linked, and sort; false: it has none. */
bool symbol_table_read(struct symbol_table *table, const char *path);

/* The symbols of an ELF file, one by one. */
struct elf_symbols {
	int file;
	Elf *elf;
	Elf_Data *data;
	size_t n, names;	/* names: the section that holds them */
};

/* False: it has no table of symbols. */
bool elf_symbols_open(struct elf_symbols *from, const char *path);
void elf_symbols_close(struct elf_symbols *from);

/* Symbol number i; NULL if it has no name. */
const char *elf_symbols_at(const struct elf_symbols *from, size_t i, GElf_Sym *symbol);

#endif
