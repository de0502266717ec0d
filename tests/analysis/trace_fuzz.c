/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Mutated traces through the whole analysis: files on disk, Babeltrace, decoder, core, tables.
 *
 * trace_fuzz TRACE FOLDER ROUNDS [SEED]: each round copies the trace's files into FOLDER,
 * overwrites, cuts or doubles parts of one, and analyses that. Any result except a crash is
 * accepted: our objects are built with sanitizers. A child does each round, since Babeltrace
 * itself may abort on metadata that make no sense; that is counted and is no fault of ours, but a
 * sanitizer's report is, and ends with status 1.
 */
#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "analysis/decode/graph.h"
#include "analysis/table/trace_tables.h"
#include "report/phase_table.h"

#define MOST_FILES	16
#define SANITIZER	99

/* Read by the sanitizers' runtime: it distinguishes their reports from Babeltrace's own aborts. */
const char *__asan_default_options(void);
const char *__ubsan_default_options(void);

const char *__asan_default_options(void)
{
	return "exitcode=99:detect_leaks=0:handle_abort=0:allocator_may_return_null=1";
}

const char *__ubsan_default_options(void)
{
	return "exitcode=99:print_stacktrace=1";
}

static struct file {
	char name[256];
	unsigned char *bytes;
	size_t n;
} files[MOST_FILES];
static size_t n_files;

static uint64_t random_state;

static uint64_t draw(uint64_t below)
{
	random_state = random_state * 6364136223846793005ULL + 1442695040888963407ULL;
	return below ? (random_state >> 24) % below : 0;
}

static bool read_file(const char *folder, const char *name)
{
	struct file *file = &files[n_files];
	char path[4096];
	FILE *in;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	snprintf(file->name, sizeof(file->name), "%s", name);
	in = fopen(path, "r");
	if (!in || fseek(in, 0, SEEK_END))
		return false;
	file->n = ftell(in);
	rewind(in);
	file->bytes = malloc(file->n + 1);
	n_files++;
	return file->bytes && fread(file->bytes, 1, file->n, in) == file->n && !fclose(in);
}

static bool read_trace(const char *folder)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;
	bool good = dir;

	while (good && (entry = readdir(dir)) && n_files < MOST_FILES)
		if (entry->d_type == DT_REG)
			good = read_file(folder, entry->d_name);
	if (dir)
		closedir(dir);
	return good && n_files;
}

/* Bytes, whole words of extremes, or a run copied from elsewhere. */
static void overwrite(unsigned char *bytes, size_t n)
{
	static const uint32_t extremes[] = { 0, 1, 0x7fffffff, 0x80000000, 0xffffffff, 0xfffffffe };
	size_t at = draw(n), from = draw(n), length = 1 + draw(64);

	switch (draw(3)) {
	case 0:
		bytes[at] ^= 1 << draw(8);
		break;
	case 1:
		if (at + 4 <= n)
			memcpy(bytes + at, &extremes[draw(6)], 4);
		break;
	default:
		if (at + length <= n && from + length <= n)
			memmove(bytes + at, bytes + from, length);
	}
}

/* Streams are hit more often than metadata, where nearly all hits are refused at once. */
static size_t choose(void)
{
	size_t i = draw(n_files);

	return strcmp(files[i].name, "metadata") || !draw(4) ? i : draw(n_files);
}

static bool write_mutated(const char *folder)
{
	size_t victim = choose(), i;
	char path[4096];

	for (i = 0; i < n_files; i++) {
		size_t n = files[i].n, hits = 1 + draw(8);
		unsigned char *bytes = malloc(n + 1);
		FILE *out;

		memcpy(bytes, files[i].bytes, n);
		if (i == victim && n && !draw(6))
			n = draw(n);
		while (i == victim && n && hits--)
			overwrite(bytes, n);
		snprintf(path, sizeof(path), "%s/%s", folder, files[i].name);
		out = fopen(path, "w");
		if (!out || fwrite(bytes, 1, n, out) != n || fclose(out))
			return false;
		free(bytes);
	}
	return true;
}

static void write_tables(struct lg_tally *tally)
{
	FILE *out = fopen("/dev/null", "w");
	struct lg_table table;

	lg_exits_table(tally, "insns", &table);
	lg_table_write(&table, LG_TEXT, out);
	lg_table_free(&table);
	phase_table(tally, "insns", &table);
	lg_table_write(&table, LG_CSV, out);
	lg_table_free(&table);
	lg_histogram_table(tally, "insns", &table);
	lg_table_write(&table, LG_LATEX, out);
	lg_table_free(&table);
	lg_copy_in_table(tally, &table);
	lg_table_write(&table, LG_HTML, out);
	lg_table_free(&table);
	lg_check_table(tally, &table);
	lg_table_write(&table, LG_TEXT, out);
	lg_table_free(&table);
	lg_print_faults(tally, "", out);
	fclose(out);
}

/* In a child: 0 analysed, 1 refused. */
static int analyse(const char *folder)
{
	struct lg_options options = { .by = draw(32) };
	struct rlimit cpu = { 20, 20 };
	struct lg_tally tally;
	char why[400];
	int status;

	setrlimit(RLIMIT_CPU, &cpu);
	freopen("/dev/null", "w", stdout);
	lg_tally_init(&tally, &options);
	status = lg_graph_run(folder, &tally, NULL, why, sizeof(why)) != LG_GRAPH_GOOD;
	lg_tally_verdict(&tally);
	write_tables(&tally);
	lg_tally_free(&tally);
	return status;
}

enum outcome { ANALYSED, REFUSED, FOREIGN, OURS };

static enum outcome one_round(const char *folder)
{
	int status;
	pid_t child;

	if (!write_mutated(folder))
		exit(3);
	child = fork();
	if (!child)
		_exit(analyse(folder));
	waitpid(child, &status, 0);
	if (WIFEXITED(status) && WEXITSTATUS(status) == SANITIZER)
		return OURS;
	if (WIFSIGNALED(status))
		return WTERMSIG(status) == SIGABRT ? FOREIGN : OURS;
	return WEXITSTATUS(status) ? REFUSED : ANALYSED;
}

int main(int argc, char **argv)
{
	unsigned long rounds = argc > 3 ? strtoul(argv[3], NULL, 10) : 0, i, n[4] = { 0 };
	uint64_t before;

	if (!rounds || !read_trace(argv[1])) {
		fprintf(stderr, "usage: trace_fuzz TRACE FOLDER ROUNDS [SEED]\n");
		return 2;
	}
	random_state = argc > 4 ? strtoull(argv[4], NULL, 10) : 1;
	for (i = 0; i < rounds; i++) {
		enum outcome outcome;

		before = random_state;
		outcome = one_round(argv[2]);
		n[outcome]++;
		if (outcome == OURS)
			fprintf(stderr, "round %lu: seed %" PRIu64 "\n", i, before);
	}
	printf("%lu rounds: %lu analysed, %lu refused, %lu aborted in Babeltrace, %lu crashed\n",
	       rounds, n[ANALYSED], n[REFUSED], n[FOREIGN], n[OURS]);
	/* If no mutated trace is accepted the fuzzer tests nothing. */
	return n[OURS] || n[ANALYSED] * 20 < rounds;
}
