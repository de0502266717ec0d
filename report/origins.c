/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where the exits of a workload come from, see origins.h. */
#include <stdlib.h>
#include <string.h>
#include <Zydis/Zydis.h>

#include "origins.h"
#include "lg/grown.h"
#include "report/figures/rows.h"
#include "util/file.h"
#include "util/message.h"
#include "util/symbol_table.h"

#define KERNEL_BASE	0xc0000000u	/* CONFIG_PAGE_OFFSET of a kernel with VMSPLIT_3G */
#define INSN_BYTES	15
#define MOST_CPUS	256

static struct figure_rows rows = { .bytes = sizeof(struct origin) };
static struct origins origins;
static bool made;

/* The Guest's kernel: its names, and its code. */
static struct kernel {
	struct symbol_table symbols;
	char *file;
	size_t bytes;
} kernel;

static char *kernel_path(const struct run_folder *run)
{
	return text("%s/vmlinux", run->path);
}

bool origins_wanted(const struct run_folder *run)
{
	const char *guest = run_folder_text(run, "guest");
	char *path;
	bool there;

	if (!run->path || !guest || strcmp(guest, "linux"))
		return false;
	path = kernel_path(run);
	there = exists(path);
	free(path);
	return there;
}

/* The trap tells where the Guest goes on, the exit before it on that CPU where it was. */
static void keep(const struct lg_event *event, void *arg)
{
	static struct { uint32_t guest, eip; } left[MOST_CPUS];
	struct origin exit = {
		.ts = event->ts, .guest = event->guest, .eip = event->trap.eip,
		.variant = event->variant, .class = event->trap.class,
	};
	uint32_t cpu = event->cpu % MOST_CPUS;

	if (event->kind == LG_EXIT) {
		left[cpu].guest = event->guest;
		left[cpu].eip = event->exit.eip;
	}
	if (event->kind != LG_TRAP)
		return;
	if (left[cpu].guest == event->guest)
		exit.eip = left[cpu].eip;
	figure_rows_add(arg, &exit);
}

void origins_follow(struct run_folder *run)
{
	if (!rows.file && origins_wanted(run))
		figure_rows_follow(&rows, run, NULL, keep);
}

/* ---- the kernel ---- */

static bool read_kernel(const struct run_folder *run)
{
	char *path = kernel_path(run);
	bool good = symbol_table_read(&kernel.symbols, path);
	FILE *file = good ? fopen(path, "rb") : NULL;

	if (file) {
		fseek(file, 0, SEEK_END);
		kernel.bytes = (size_t)ftell(file);
		rewind(file);
		kernel.file = malloc(kernel.bytes + 1);
		good = kernel.file && fread(kernel.file, 1, kernel.bytes, file) == kernel.bytes;
		fclose(file);
	}
	if (!good || !file)
		message_error("'%s' cannot be read, or has no symbols", path);
	free(path);
	return good && file;
}

/* The bytes at a virtual address, which lie in one segment; answers how many there are. */
static size_t code_at(uint32_t va, const uint8_t **code)
{
	const Elf32_Ehdr *header = (const void *)kernel.file;
	const Elf32_Phdr *segment;

	if (kernel.bytes < sizeof(*header) || header->e_ident[EI_CLASS] != ELFCLASS32 ||
	    header->e_phoff > kernel.bytes || header->e_phoff % 4 ||
	    header->e_phnum * sizeof(*segment) > kernel.bytes - header->e_phoff)
		return 0;
	segment = (const void *)(kernel.file + header->e_phoff);
	for (unsigned int i = 0; i < header->e_phnum; i++, segment++) {
		uint32_t from = va - segment->p_vaddr;

		if (segment->p_type == PT_LOAD && va >= segment->p_vaddr &&
		    from < segment->p_filesz && segment->p_offset <= kernel.bytes &&
		    segment->p_filesz <= kernel.bytes - segment->p_offset) {
			*code = (const void *)(kernel.file + segment->p_offset + from);
			return segment->p_filesz - from;
		}
	}
	return 0;
}

/* In the Guest's kernel `ud2; "lg"` stands before an instruction that would not trap by itself
 * (guests/linux/sensitive.S). */
static const uint8_t marker[] = { 0x0f, 0x0b, 'l', 'g' };

static void disassemble(uint32_t va, char text[], size_t room)
{
	ZydisDisassembledInstruction insn;
	const uint8_t *code = NULL;
	size_t n = code_at(va, &code);

	if (n > sizeof(marker) && !memcmp(code, marker, sizeof(marker))) {
		code += sizeof(marker);
		n -= sizeof(marker);
	}
	n = n < INSN_BYTES ? n : INSN_BYTES;
	if (n && ZYAN_SUCCESS(ZydisDisassembleIntel(ZYDIS_MACHINE_MODE_LEGACY_32, va, code, n,
						    &insn)))
		snprintf(text, room, "%.*s", (int)room - 1, insn.text);
}

/* ---- the workload's part of a Guest's exits ---- */

static int by_guest(const void *a, const void *b)
{
	const struct origin *x = a, *y = b;

	if (x->guest != y->guest)
		return x->guest < y->guest ? -1 : 1;
	return (x->ts > y->ts) - (x->ts < y->ts);
}

static bool is_reading(const struct origin *exit)
{
	return exit->eip >= KERNEL_BASE &&
	       strstr(symbol_table_find(&kernel.symbols, exit->eip), "_resource_io");
}

/* A reading begins with an OUT, and goes on with INs. */
static bool begins_reading(const struct origin *exit)
{
	char text[40] = "";

	disassemble(exit->eip, text, sizeof(text));
	return !strncmp(text, "out", 3);
}

/* Of the exits [from, to) of one Guest those between its last two readings, or all; answers how
 * many, which are moved to `kept`. */
static size_t workload_of(const struct origin *exit, size_t from, size_t to, struct origin *kept)
{
	size_t first = from, last = to, n = 0;

	for (size_t i = to; i > from && last == to; i--)
		if (is_reading(&exit[i - 1]) && begins_reading(&exit[i - 1]))
			last = i - 1;
	for (size_t i = last; last != to && i > from && first == from; i--)
		if (is_reading(&exit[i - 1]))
			first = i;
	for (size_t i = first; i < last; i++)
		kept[n++] = exit[i];
	return n;
}

/* Sorted by Guest, and cut to the workloads. */
static void read_exits(void)
{
	struct origin exit, *all = NULL;
	size_t n = 0, room = 0;

	figure_rows_rewind(&rows);
	while (figure_rows_next(&rows, &exit)) {
		all = lg_grown(all, &room, n, sizeof(*all));
		all[n++] = exit;
	}
	if (n)
		qsort(all, n, sizeof(*all), by_guest);
	for (size_t from = 0, to; from < n; from = to) {
		for (to = from; to < n && all[to].guest == all[from].guest; to++)
			;
		origins.n += workload_of(all, from, to, all + origins.n);
		origins.guests++;
	}
	origins.exit = all;
}

/* ---- sums ---- */

/* Exits that are about their instruction, whose name tells more than the class. */
static bool is_about_insn(const char *class)
{
	return !strcmp(class, "privileged") || !strncmp(class, "io_", 3) ||
	       !strncmp(class, "gp_", 3);
}

static void describe(const struct run_folder *run, const struct origin *exit,
		     struct origin_sum *sum)
{
	bool in_kernel = exit->eip >= KERNEL_BASE;

	*sum = (struct origin_sum){
		.variant = exit->variant, .class = exit->class,
		.symbol = in_kernel ? symbol_table_find(&kernel.symbols, exit->eip) : "a program",
	};
	if (in_kernel && is_about_insn(lg_name_of(&run->tally.names, exit->class)))
		disassemble(exit->eip, sum->insn, sizeof(sum->insn));
}

static bool is_same(const struct origin_sum *a, const struct origin_sum *b)
{
	return a->variant == b->variant && a->class == b->class && a->symbol == b->symbol &&
	       !strcmp(a->insn, b->insn);
}

static uint32_t place_of(const struct origin_sum *like)
{
	static size_t room;
	size_t i = 0;

	while (i < origins.n_sums && !is_same(&origins.sum[i], like))
		i++;
	if (i == origins.n_sums) {
		origins.sum = lg_grown(origins.sum, &room, i, sizeof(*origins.sum));
		origins.sum[origins.n_sums++] = *like;
	}
	return (uint32_t)i;
}

static int by_exits(const void *a, const void *b)
{
	const struct origin_sum *x = a, *y = b;

	if (x->variant != y->variant)
		return x->variant < y->variant ? -1 : 1;
	return (x->exits < y->exits) - (x->exits > y->exits);
}

static void find_places(const struct run_folder *run)
{
	for (size_t i = 0; i < origins.n; i++) {
		struct origin_sum sum;

		describe(run, &origins.exit[i], &sum);
		origins.exit[i].place = place_of(&sum);
	}
}

/* Places are found once more when the sums are in their order. */
static void add_up(const struct run_folder *run)
{
	find_places(run);
	for (size_t i = 0; i < origins.n; i++)
		origins.sum[origins.exit[i].place].exits++;
	if (origins.n_sums)
		qsort(origins.sum, origins.n_sums, sizeof(*origins.sum), by_exits);
	find_places(run);
}

const struct origins *origins_of(struct run_folder *run)
{
	if (!rows.file || !run_folder_trace_good(run))
		return NULL;
	if (!made) {
		made = true;
		if (read_kernel(run))
			read_exits();
		add_up(run);
		origins.times = (uint64_t)json_integer_value(
			json_object_get(run->record, "operations"));
	}
	return figure_rows_good(&rows) && origins.n ? &origins : NULL;
}

/* ---- the table ---- */

enum { OR_VARIANT, OR_CLASS, OR_INSN, OR_SYMBOL, OR_EXITS, OR_EACH, OR_SHARE, OR_COLUMNS };

static const struct lg_column columns[] = {
	[OR_VARIANT] = { "variant", "variant", true },
	[OR_CLASS] = { "class", "exit", true },
	[OR_INSN] = { "instruction", "instruction", true },
	[OR_SYMBOL] = { "function", "function of the Guest", true },
	[OR_EXITS] = { "exits", NULL, false },
	[OR_EACH] = { "exits_each", "exits", false },
	[OR_SHARE] = { "share", "share %", false },
};

enum { SHOWN_ROWS = 24 };

static uint64_t exits_of_variant(const struct origins *all, uint16_t variant)
{
	uint64_t n = 0;

	for (size_t i = 0; i < all->n_sums; i++)
		if (all->sum[i].variant == variant)
			n += all->sum[i].exits;
	return n;
}

static void add_row(const struct run_folder *run, const struct origins *all, size_t i,
		    struct lg_table *table)
{
	const struct origin_sum *sum = &all->sum[i];

	lg_table_row(table);
	lg_table_set(table, OR_VARIANT, "%s", lg_name_of(&run->tally.names, sum->variant));
	lg_table_set(table, OR_CLASS, "%s", lg_name_of(&run->tally.names, sum->class));
	lg_table_set(table, OR_INSN, "%s", sum->insn);
	lg_table_set(table, OR_SYMBOL, "%s", sum->symbol);
	lg_table_count(table, OR_EXITS, sum->exits);
	lg_table_real(table, OR_EACH, "%.2f", (double)sum->exits / (double)(all->times ?: 1));
	lg_table_real(table, OR_SHARE, "%.1f", 100.0 * (double)sum->exits /
		      (double)exits_of_variant(all, sum->variant));
}

void origins_table(struct run_folder *run, struct lg_table *table)
{
	const struct origins *all = origins_of(run);
	uint32_t shown = 0;

	lg_table_init(table, "origins", columns, OR_COLUMNS);
	lg_table_title(table, "Where in the Guest the exits of %s come from",
		       run_folder_text(run, "bench") ?: "a workload");
	for (size_t i = 0; all && i < all->n_sums; i++) {
		shown = i && all->sum[i].variant == all->sum[i - 1].variant ? shown + 1 : 0;
		add_row(run, all, i, table);
		if (shown >= SHOWN_ROWS)
			lg_table_quiet(table);
	}
	if (all && all->times)
		lg_table_note(table,
			      "Exits of one operation, means of %llu; the largest %d of each "
			      "variant, CSV and JSON have all.",
			      (unsigned long long)all->times, SHOWN_ROWS);
	else
		lg_table_note(table, "Exits of the whole life of a Guest.");
}
