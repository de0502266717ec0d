/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tables of symbols; see symbol_table.h. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lg/grown.h"
#include "symbol_table.h"

#define FARTHEST 0x10000	/* an address this far after a symbol is not in that function */

void symbol_table_add(struct symbol_table *table, uint32_t va, const char *name)
{
	table->symbol = lg_grown(table->symbol, &table->room, table->n, sizeof(*table->symbol));
	table->symbol[table->n++] = (struct symbol){ va, strdup(name) };
}

void symbol_table_free(struct symbol_table *table)
{
	while (table->n)
		free(table->symbol[--table->n].name);
	free(table->symbol);
}

/* Of several names for one address the simplest comes first. */
static int by_address(const void *a, const void *b)
{
	const struct symbol *x = a, *y = b;
	size_t p = strspn(x->name, "_"), q = strspn(y->name, "_");

	if (x->va != y->va)
		return x->va < y->va ? -1 : 1;
	return p != q ? (p < q ? -1 : 1) : strcmp(x->name, y->name);
}

void symbol_table_sort(struct symbol_table *table)
{
	size_t kept = 0;

	qsort(table->symbol, table->n, sizeof(*table->symbol), by_address);
	for (size_t i = 0; i < table->n; i++) {
		if (kept && table->symbol[kept - 1].va == table->symbol[i].va)
			free(table->symbol[i].name);
		else
			table->symbol[kept++] = table->symbol[i];
	}
	table->n = kept;
}

const char *symbol_table_find(const struct symbol_table *table, uint32_t va)
{
	size_t low = 0, high = table->n;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (table->symbol[middle].va <= va)
			low = middle + 1;
		else
			high = middle;
	}
	return low && va - table->symbol[low - 1].va < FARTHEST ? table->symbol[low - 1].name : "?";
}

void elf_symbols_close(struct elf_symbols *from)
{
	elf_end(from->elf);
	if (from->file >= 0)
		close(from->file);
}

bool elf_symbols_open(struct elf_symbols *from, const char *path)
{
	Elf_Scn *section = NULL;
	GElf_Shdr header;

	elf_version(EV_CURRENT);
	*from = (struct elf_symbols){ .file = open(path, O_RDONLY | O_CLOEXEC) };
	if (from->file >= 0)
		from->elf = elf_begin(from->file, ELF_C_READ, NULL);
	while (from->elf && (section = elf_nextscn(from->elf, section)))
		if (gelf_getshdr(section, &header) && header.sh_type == SHT_SYMTAB &&
		    header.sh_entsize) {
			from->data = elf_getdata(section, NULL);
			from->n = header.sh_size / header.sh_entsize;
			from->names = header.sh_link;
		}
	if (from->data)
		return true;
	elf_symbols_close(from);
	return false;
}

const char *elf_symbols_at(const struct elf_symbols *from, size_t i, GElf_Sym *symbol)
{
	const char *name = gelf_getsym(from->data, (int)i, symbol) ?
			   elf_strptr(from->elf, from->names, symbol->st_name) : NULL;

	return name && *name ? name : NULL;
}

static bool is_text(const struct elf_symbols *from, const GElf_Sym *symbol)
{
	int type = GELF_ST_TYPE(symbol->st_info);
	Elf_Scn *section = elf_getscn(from->elf, symbol->st_shndx);
	GElf_Shdr header;

	return (type == STT_FUNC || type == STT_NOTYPE) && section &&
	       gelf_getshdr(section, &header) && header.sh_flags & SHF_EXECINSTR;
}

bool symbol_table_read(struct symbol_table *table, const char *path)
{
	struct elf_symbols from;
	GElf_Sym symbol;
	const char *name;

	if (!elf_symbols_open(&from, path))
		return false;
	for (size_t i = 0; i < from.n; i++)
		if ((name = elf_symbols_at(&from, i, &symbol)) && is_text(&from, &symbol))
			symbol_table_add(table, (uint32_t)symbol.st_value, name);
	elf_symbols_close(&from);
	symbol_table_sort(table);
	return table->n;
}
