/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Unit tests of the front end and of bench/: what needs no lab machine. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "util/file.h"
#include "bench/functions.h"
#include "bench/prepare.h"
#include "bench/schedule.h"
#include "bench/data/exits.h"
#include "bench/data/pmu.h"
#include "bench/data/op_costs.h"
#include "bench/data/plan.h"
#include "bench/data/samples.h"
#include "bench/data/shadow.h"
#include "util/message.h"
#include "bench/job.h"
#include "tracepoints/session/event_size.h"
#include "tracepoints/session/streams.h"
#include "bench/data/summary.h"

static FILE *reading(const char *data)
{
	FILE *stream = fmemopen((void *)data, strlen(data), "r");

	assert_non_null(stream);
	return stream;
}

static void nearest_names(void **state)
{
	static const char *const names[] = { "check", "list", "bench", "record", "report", "plot" };

	(void)state;
	assert_string_equal(nearest("bnch", names, 6), "bench");
	assert_string_equal(nearest("reports", names, 6), "report");
	assert_string_equal(nearest("plit", names, 6), "plot");
	assert_null(nearest("frobnicate", names, 6));
	assert_null(nearest("bench", names, 0));
	assert_null(nearest("a-word-that-is-very-much-longer-than-any-name-of-ours-could-be-here",
			    names, 6));
}

static void plan_is_read(void **state)
{
	FILE *stream = reading("# a plan\n\nquestion = why = because # really\n"
			       "benches=a, b ,c\n twins = plain, probed\nboots = 3\nruns=0x10\n"
			       "seed = 18\nsmallest_effect = 0.5\n");
	char why[PLAN_WHY] = "";
	struct plan plan;

	(void)state;
	plan_init(&plan);
	assert_true(plan_read(&plan, stream, why));
	assert_true(plan_check(&plan, why));
	assert_string_equal(plan.question, "why = because");
	assert_int_equal(plan.benches.n, 3);
	assert_string_equal(plan.benches.word[1], "b");
	assert_string_equal(plan.variants.word[0], "classic");
	assert_int_equal(plan.boots, 3);
	assert_int_equal(plan.runs, 16);
	assert_int_equal(plan.seed, 18);
	assert_true(plan.smallest_effect == 0.5);
	fclose(stream);
	plan_free(&plan);
}

/* Every bad line is refused with its number and a reason. */
static void bad_plans(void **state)
{
	static const struct { const char *text, *why; } bad[] = {
		{ "boots = 3\nrun = 2\n", "line 2: unknown key 'run' (did you mean 'runs'?)" },
		{ "zzzzzzzz = 2\n", "line 1: unknown key 'zzzzzzzz'" },
		{ "boots\n", "line 1: not a line of 'key = value'" },
		{ "boots =\n", "line 1: not a line of 'key = value'" },
		{ "= 3\n", "line 1: not a line of 'key = value'" },
		{ "boots = 0\n", "line 1: boots: '0' is not a count from 1 to 1000" },
		{ "boots = 1001\n", "line 1: boots: '1001' is not a count from 1 to 1000" },
		{ "boots = -1\n", "line 1: boots: '-1' is not a count from 1 to 1000" },
		{ "boots = 3x\n", "line 1: boots: '3x' is not a count from 1 to 1000" },
		{ "seed = 99999999999999999999\n",
		  "line 1: seed: '99999999999999999999' is not a whole number" },
		{ "smallest_effect = nan\n",
		  "line 1: smallest_effect: 'nan' is not a number from 0 up" },
		{ "twins = plain,,probed\n",
		  "line 1: twins: 'plain,,probed' has an empty or a repeated member" },
		{ "twins = plain,plain\n",
		  "line 1: twins: 'plain,plain' has an empty or a repeated member" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		FILE *stream = reading(bad[i].text);
		char why[PLAN_WHY] = "";
		struct plan plan;

		plan_init(&plan);
		assert_false(plan_read(&plan, stream, why));
		assert_string_equal(why, bad[i].why);
		plan_free(&plan);
		fclose(stream);
	}
}

static void plan_must_ask(void **state)
{
	char why[PLAN_WHY];
	struct plan plan;

	(void)state;
	plan_init(&plan);
	assert_false(plan_check(&plan, why));
	assert_true(plan_set(&plan, "benches", "a", why));
	assert_true(plan_check(&plan, why));
	assert_true(plan_set(&plan, "layout", "same_page", why));
	assert_true(plan_check(&plan, why));
	assert_true(plan_set(&plan, "layout", "random", why));
	assert_false(plan_check(&plan, why));
	assert_string_equal(why, "layout 'random': seeded, fixed or same_page");
	assert_true(plan_set(&plan, "layout", "fixed", why));
	assert_true(plan_set(&plan, "metric", "mode", why));
	assert_false(plan_check(&plan, why));
	plan_free(&plan);
}

/* Seed and boot decide where things lie, and no boot is as built unless the plan says so. */
static void layout_is_seeded(void **state)
{
	char why[PLAN_WHY];
	struct plan plan;

	(void)state;
	plan_init(&plan);
	for (unsigned int boot = 1; boot < 200; boot++) {
		struct layout one = layout_of_boot(&plan, boot), again =
			layout_of_boot(&plan, boot);
		struct layout next = layout_of_boot(&plan, boot + 1);

		assert_memory_equal(&one, &again, sizeof(one));
		assert_true(one.region && one.region != next.region);
		assert_true(one.stack < 4096 && one.stack % 16 == 0);
	}
	assert_true(plan_set(&plan, "layout", "fixed", why));
	assert_true(!layout_of_boot(&plan, 1).region && !layout_of_boot(&plan, 1).stack);
	plan_free(&plan);
}

static bool same_step(const struct step *a, const struct step *b)
{
	return !strcmp(a->cell.bench, b->cell.bench) && !strcmp(a->cell.variant, b->cell.variant) &&
	       !strcmp(a->cell.twin, b->cell.twin);
}

/* Each block holds each cell once; seed and boot alone decide the order. */
static void order_is_blocked_and_seeded(void **state)
{
	struct schedule one, again, other;
	char why[PLAN_WHY];
	struct plan plan;
	size_t differ = 0;

	(void)state;
	plan_init(&plan);
	assert_true(plan_set(&plan, "benches", "a,b,c", why));
	assert_true(plan_set(&plan, "twins", "plain,probed", why));
	assert_true(plan_set(&plan, "runs", "4", why));
	schedule_of_boot(&one, &plan, 1);
	schedule_of_boot(&again, &plan, 1);
	schedule_of_boot(&other, &plan, 2);
	assert_int_equal(one.n, 24);
	for (size_t i = 0; i < one.n; i++) {
		assert_int_equal(one.step[i].run, i / 6 + 1);
		assert_true(same_step(&one.step[i], &again.step[i]));
		differ += !same_step(&one.step[i], &other.step[i]);
		for (size_t j = i - i % 6; j < i; j++)
			assert_false(same_step(&one.step[i], &one.step[j]));
	}
	assert_true(differ > 0);
	schedule_free(&one);
	schedule_free(&again);
	schedule_free(&other);
	plan_free(&plan);
}

static void samples_round_trip(void **state)
{
	const char *data = SAMPLES_HEADER "\nb,classic,plain,1,1,insns,300\n"
			   "b,classic,plain,1,1,insns,301\nb.noop,classic,plain,1,1,insns,4\n"
			   "b,classic,plain,1,2,insns,0.5\n";
	struct samples samples = { .n = 0 };
	char why[SAMPLES_WHY], *written = NULL;
	FILE *stream = reading(data), *out;
	size_t size;

	(void)state;
	assert_true(samples_read(&samples, stream, why));
	assert_int_equal(samples.n, 3);
	assert_int_equal(samples.series[0].n, 2);
	out = open_memstream(&written, &size);
	samples_write(&samples, out);
	fclose(out);
	assert_string_equal(written, data);
	free(written);
	fclose(stream);
	samples_free(&samples);
}

static void bad_samples(void **state)
{
	static const char *const bad[] = {
		"", "bench,variant\n", SAMPLES_HEADER "\na,b,c,1,1,insns\n",
		SAMPLES_HEADER "\na,b,c,1,1,insns,1,2\n", SAMPLES_HEADER "\na,b,c,x,1,insns,1\n",
		SAMPLES_HEADER "\na,b,c,1,-1,insns,1\n", SAMPLES_HEADER "\n,b,c,1,1,insns,1\n",
		SAMPLES_HEADER "\na,b,c,1,1,insns,nan\n", SAMPLES_HEADER "\na,b,c,1,1,insns,\n",
		SAMPLES_HEADER "\na b,b,c,1,1,insns,1\n",
		SAMPLES_HEADER "\na,b,c,1,1,insns,12",		/* cut short: 12 of 123? */
		SAMPLES_HEADER "\na,b,c,99999999999,1,insns,1\n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct samples samples = { .n = 0 };
		char why[SAMPLES_WHY] = "";
		FILE *stream = *bad[i] ? reading(bad[i]) : fopen("/dev/null", "r");

		assert_false(samples_read(&samples, stream, why));
		assert_true(*why);
		fclose(stream);
		samples_free(&samples);
	}
}

static void launcher_samples(void **state)
{
	struct series like = { .variant = (char *)"classic", .twin = (char *)"plain", .boot = 1,
			       .run = 1, .unit = (char *)"insns" };
	struct samples samples = { .n = 0 };
	char why[SAMPLES_WHY];
	FILE *good = reading("b,0,10\nb.noop,0,4\nb,1,11\n");
	FILE *gap = reading("c,0,10\nc,2,11\n");
	FILE *junk = reading("d;0;10\n");

	(void)state;
	assert_true(samples_read_launcher(&samples, good, &like, why));
	assert_int_equal(samples.n, 2);
	assert_int_equal(samples.series[0].n, 2);
	assert_string_equal(samples.series[1].bench, "b.noop");
	assert_false(samples_read_launcher(&samples, gap, &like, why));
	assert_false(samples_read_launcher(&samples, junk, &like, why));
	fclose(good);
	fclose(gap);
	fclose(junk);
	samples_free(&samples);
}

/* Warm-up dropped, the no-op twin's median taken off, quantiles by rank. */
static void summary_is_net(void **state)
{
	struct samples samples = { .n = 0 };
	struct series *series = samples_series(&samples, "b", "v", "t", 1, 1, "insns");
	struct summary summary;

	(void)state;
	series_add(series, 999999);
	for (int i = 1; i <= 100; i++)
		series_add(series, 100 + i);
	series = samples_series(&samples, "b.noop", "v", "t", 1, 1, "insns");
	series_add(series, 50);
	for (int i = 0; i < 3; i++)
		series_add(series, 4);
	assert_true(summarise(&summary, &samples, "b", "v", "t", 0, 1));
	assert_int_equal(summary.n, 100);
	assert_true(summary.overhead_known);
	assert_true(summary.overhead == 4);
	assert_true(summary.raw_median == 150);
	assert_true(summary.median == 146);
	assert_true(summary.min == 97);
	assert_true(summary.p95 == 191);
	assert_true(summary.p99 == 195);
	assert_true(summary.max == 196);
	assert_true(summary.same == 0.01);
	assert_false(summarise(&summary, &samples, "b", "v", "t", 2, 1));
	assert_false(summarise(&summary, &samples, "b", "v", "t", 1, 101));
	assert_true(is_noop("b.noop"));
	assert_false(is_noop("b"));
	assert_false(is_noop(".noop"));
	samples_free(&samples);
}

static void quantiles(void **state)
{
	static const double v[] = { 1, 2, 3, 4 };

	(void)state;
	assert_true(quantile(v, 4, 0) == 1);
	assert_true(quantile(v, 4, 0.25) == 1);
	assert_true(quantile(v, 4, 0.5) == 2);
	assert_true(quantile(v, 4, 0.51) == 3);
	assert_true(quantile(v, 4, 1) == 4);
	assert_true(quantile(v, 1, 0.5) == 1);
}

static char *temporary_folder(void)
{
	char *folder = strdup("/tmp/switchyard-test.XXXXXX");

	assert_non_null(mkdtemp(folder));
	return folder;
}

/* A packet of a 32-bit kernel: 80 bytes of header, then content, then padding. */
static void write_packet(FILE *file, uint32_t cpu, uint32_t discarded, uint32_t content,
			 uint32_t size)
{
	uint8_t packet[256] = { 0xc1, 0x1f, 0xfc, 0xc1 };
	uint64_t content_bits = content * 8, packet_bits = size * 8;

	memcpy(packet + 48, &content_bits, 8);
	memcpy(packet + 56, &packet_bits, 8);
	memcpy(packet + 72, &discarded, 4);
	memcpy(packet + 76, &cpu, 4);
	fwrite(packet, 1, size, file);
}

static void stream_loss(void **state)
{
	char *folder = temporary_folder(), *path = text("%s/lg_1", folder);
	struct stream_loss loss;
	FILE *file = fopen(path, "w");

	(void)state;
	write_packet(file, 1, 2, 100, 128);
	write_packet(file, 1, 7, 90, 256);
	fclose(file);
	assert_true(streams_loss(folder, "lg", &loss));
	assert_int_equal(loss.cpus, 1);
	assert_int_equal(loss.bytes, 190);
	assert_int_equal(loss.discarded[1], 7);
	assert_int_equal(loss.discarded[0], 0);
	file = fopen(path, "w");
	fputs("this is not a stream, and it is longer than the header of a packet would be, "
	      "so that it is looked at", file);
	fclose(file);
	assert_false(streams_loss(folder, "lg", &loss));
	assert_true(remove_tree(folder));
	free(path);
	free(folder);
}

#define OP_COSTS_HEAD "op,from,to,copies,divisor,block,ticks\n"

static bool sum_up(struct op_costs *costs, const char *lines, char why[OP_COSTS_WHY])
{
	FILE *stream = reading(lines);
	bool good = op_costs_sum_up(costs, stream, why);

	fclose(stream);
	return good;
}

/* Net of the twin's median, by copy and byte, and the same again from its JSON. */
static void op_costs_are_net(void **state)
{
	struct op_costs costs = { .n = 0 }, back = { .n = 0 };
	const struct op_cost *cost;
	char why[OP_COSTS_WHY] = "";
	json_t *file;

	(void)state;
	assert_true(sum_up(&costs, OP_COSTS_HEAD
			   "lgdt,0,0,16,1,full,340\nlgdt,0,0,16,1,full,180\n"
			   "lgdt,0,0,16,1,full,9999\nlgdt,0,0,16,1,twin,30\n"
			   "lgdt,0,0,16,1,twin,20\nlgdt,0,0,16,1,twin,900\n"
			   "iret,0,1,1,1,full,90\niret,0,1,1,1,twin,20\n"
			   "movs_bytes,1,1,2,4096,full,8202\nmovs_bytes,1,1,2,4096,twin,10\n",
			   why));
	assert_int_equal(costs.n, 3);
	file = json_pack("{s:s, s:s, s:s, s:o}", "schema", OP_COSTS_SCHEMA, "unit", "insns",
			 "tier", "insns", "costs", op_costs_json(&costs));
	assert_true(op_costs_read(&back, file, why));
	json_decref(file);
	cost = op_costs_find(&back, "lgdt", 0, 0);
	assert_non_null(cost);
	assert_int_equal(cost->n, 3);
	assert_float_equal(cost->min, 150.0F / 16, 1e-4F);
	assert_float_equal(cost->median, 310.0 / 16, 1e-4F);
	assert_float_equal(cost->max, 9969.0 / 16, 1e-4F);
	assert_float_equal(op_costs_find(&back, "iret", 0, 1)->median, 70, 1e-4F);
	assert_float_equal(op_costs_find(&back, "movs_bytes", 1, 1)->median, 1, 1e-4F);
	assert_null(op_costs_find(&back, "iret", 1, 0));
	op_costs_free(&costs);
	op_costs_free(&back);
}

static void bad_op_costs(void **state)
{
	static const char *const bad[] = {
		"", OP_COSTS_HEAD, "op\n", OP_COSTS_HEAD "lgdt,0,0,16,1,full,340\n",
		OP_COSTS_HEAD "lgdt,0,0,16,1,full,340\nltr,0,0,16,1,twin,1\n",
		OP_COSTS_HEAD "lgdt,0,4,16,1,full,340\nlgdt,0,4,16,1,twin,340\n",
		OP_COSTS_HEAD "lgdt,0,0,0,1,full,340\nlgdt,0,0,0,1,twin,340\n",
		OP_COSTS_HEAD "lgdt,0,0,1,1,half,340\nlgdt,0,0,1,1,twin,340\n",
		OP_COSTS_HEAD "lgdt,0,0,1,1,full,340x\nlgdt,0,0,1,1,twin,340\n",
		OP_COSTS_HEAD "lgdt,0,0,1,1,full,3\nlgdt,0,0,1,1,twin,3\nltr,0,0,1,1,full,3\n"
			"ltr,0,0,1,1,twin,3\nlgdt,0,0,1,1,full,3\n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct op_costs costs = { .n = 0 };
		char why[OP_COSTS_WHY] = "";

		assert_false(sum_up(&costs, *bad[i] ? bad[i] : "\n", why));
		assert_true(*why);
		op_costs_free(&costs);
	}
}

/* The job file of a recording, with a line of it replaced; "" if it is read, or why not. */
static const char *job_with(const char *from, const char *to)
{
	static char why[JOB_WHY];
	char *folder = temporary_folder(), *path = text("%s/" JOB_FILE, folder), *all, *at;
	struct job job = { .command = JOB_RECORD }, back;
	FILE *file;

	plan_init(&job.recording.plan);
	words_set(&job.recording.plan.benches, "null_hypercall");
	words_set(&job.recording.events, "lg_enter,lg_exit");
	assert_true(job_write(&job, path));
	job_free(&job);
	all = calloc(1, 8192);
	file = fopen(path, "r+");
	assert_true(fread(all, 1, 8191, file) > 0);
	at = strstr(all, from);
	assert_non_null(at);
	rewind(file);
	assert_int_equal(ftruncate(fileno(file), 0), 0);
	fprintf(file, "%.*s%s%s", (int)(at - all), all, to, at + strlen(from));
	fclose(file);
	strcpy(why, "");
	job_read(&back, path, why);
	job_free(&back);
	assert_true(remove_tree(folder));
	free(all);
	free(path);
	free(folder);
	return why;
}

static void bad_jobs(void **state)
{
	(void)state;
	assert_string_equal(job_with("{", "{"), "");
	assert_non_null(strstr(job_with("switchyard-job-1", "switchyard-job-0"),
			       "schema switchyard-job-0, not switchyard-job-1: "));
	assert_non_null(strstr(job_with("\"schema\"", "\"scheme\""), "schema is missing"));
	assert_non_null(strstr(job_with("\"record\"", "\"recall\""), "no command 'recall'"));
	assert_non_null(strstr(job_with("\"full\"", "\"empty\""), "no mode 'empty'"));
	assert_non_null(strstr(job_with("\"mode\"", "\"more\": 1, \"mode\""), "more"));
	assert_non_null(strstr(job_with("\"lg_exit\"", "\"lg_enter\""), "events: not a list"));
	assert_non_null(strstr(job_with("\"runs\": 1", "\"runs\": 0"), "plan: runs: "));
	assert_non_null(strstr(job_with("\"runs\": 1", "\"runs\": \"1\""), "plan: runs: "));
	assert_non_null(strstr(job_with("\"runs\"", "\"extra\": 1, \"runs\""),
			       "plan: it has a key"));
	assert_non_null(strstr(job_with("\"layout\": \"seeded\"", "\"layout\": \"x\""), "plan: "));
	assert_non_null(strstr(job_with("{", "["), "line 2: "));
}

static void jobs_come_back(void **state)
{
	char *folder = temporary_folder(), *path = text("%s/" JOB_FILE, folder), why[JOB_WHY];
	struct job job = { .command = JOB_BENCH, .boot = 3 }, back;
	json_t *was, *is;

	(void)state;
	plan_init(&job.recording.plan);
	words_set(&job.recording.plan.benches, "null_hypercall,load_tls");
	words_set(&job.recording.plan.arguments, "samples=20");
	job.recording.plan.boots = 4;
	job.recording.plan.seed = INT64_MAX;
	job.recording.plan.smallest_effect = 0.25;
	assert_true(job_write(&job, path));
	assert_true(job_read(&back, path, why));
	assert_int_equal(back.command, JOB_BENCH);
	assert_int_equal(back.boot, 3);
	was = plan_json(&job.recording.plan);
	is = plan_json(&back.recording.plan);
	assert_true(json_equal(was, is));
	json_decref(was);
	json_decref(is);
	job_free(&back);
	job.boot = 5;
	assert_true(job_write(&job, path));
	assert_false(job_read(&back, path, why));
	assert_string_equal(why, "the plan has no boot 5");
	job_free(&back);
	job_free(&job);
	assert_true(remove_tree(folder));
	free(path);
	free(folder);
}

/* The kernel's own description: the last byte of the last field counts, whatever their order. */
static void event_sizes(void **state)
{
	char format[] = "name: lg_irq\nID: 1612\nformat:\n"
		"\tfield:unsigned short common_type;\toffset:0;\tsize:2;\tsigned:0;\n\n"
		"\tfield:u32 guest;\toffset:12;\tsize:4;\tsigned:0;\n"
		"\tfield:u32 stamps[10];\toffset:20;\tsize:40;\tsigned:0;\n"
		"\tfield:u8 irq;\toffset:16;\tsize:1;\tsigned:0;\n\n"
		"print fmt: \"offset:%u;\", REC->guest\n", empty[] = "print fmt: \"\"\n";
	FILE *file = fmemopen(format, strlen(format), "r");
	char *folder = event_folder("irq_handler_entry");

	(void)state;
	assert_int_equal(event_format_bytes(file), 60);
	fclose(file);
	file = fmemopen(empty, strlen(empty), "r");
	assert_int_equal(event_format_bytes(file), 0);
	fclose(file);
	assert_string_equal(folder, "events/irq/irq_handler_entry");
	free(folder);
}

/* A full file system leaves a stream that is shorter than its packets say, or empty. */
static void stream_cut_short(void **state)
{
	char *folder = temporary_folder(), *path = text("%s/lg_0", folder);
	struct stream_loss loss;
	FILE *file = fopen(path, "w");

	(void)state;
	assert_false(streams_loss(folder, "lg", &loss));
	write_packet(file, 0, 0, 100, 128);
	fclose(file);
	assert_true(streams_loss(folder, "lg", &loss));
	for (off_t size = 127; size >= 0; size -= 7) {
		assert_int_equal(truncate(path, size), 0);
		assert_false(streams_loss(folder, "lg", &loss));
	}
	assert_true(remove_tree(folder));
	assert_false(streams_loss(folder, "lg", &loss));
	free(path);
	free(folder);
}

/* A file has its final name only when it is whole. */
static void whole_files(void **state)
{
	char *folder = temporary_folder(), *path = text("%s/a b/c", folder), *line;
	struct whole_file file;

	(void)state;
	assert_true(make_folders(path));
	assert_true(remove_tree(path));
	assert_true(whole_open(&file, path));
	fputs("first\n", file.stream);
	assert_false(exists(path));
	assert_true(whole_commit(&file));
	line = first_line(path);
	assert_string_equal(line, "first");
	assert_true(whole_open(&file, path));
	fputs("second\n", file.stream);
	whole_abandon(&file);
	free(line);
	line = first_line(path);
	assert_string_equal(line, "first");
	assert_true(remove_tree(folder));
	assert_false(exists(folder));
	free(line);
	free(path);
	free(folder);
}

static void write_text(const char *folder, const char *name, const char *content)
{
	char *path = text("%s/%s", folder, name);
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	fputs(content, file);
	fclose(file);
	free(path);
}

static void assert_function(const struct ops_function *function, enum lg_where where,
			    const char *name, int insns)
{
	assert_int_equal(function->where, where);
	assert_string_equal(function->name, name);
	assert_int_equal(function->insns, insns);
}

static const char blocks[] =
	"window,pattern,samples,where,address,times,insns\n"
	"v/plain/1/b,0,3,module,00001000,1,7\n"
	"v/plain/1/b,1,9,module,00001000,1,5\n"
	"v/plain/1/b,1,9,module,00001008,2,4\n"
	"v/plain/1/b,1,9,kernel,00032000,1,2\n"
	"v/plain/1/b,1,9,switcher,00002000,1,3\n"
	"v/plain/1/b.noop,0,9,switcher,00002000,1,3\n"
	"v/plain/1/b.noop,0,9,user,0804a000,1,1\n";

/* The median's pattern less the no-op twin's, by name; what does not come to the cell's own
 * insns is refused. */
static void functions_add_up(void **state)
{
	struct symbol host[] = { { 0x1000, "f" }, { 0x1008, "g" }, { 0x2000, "enter" } };
	struct symbols symbols = { .host = { host, 3, 3 } };
	struct ops_cell cell = {
		.bench = "b", .variant = "v", .twin = "plain", .boot = 1, .run = 1,
		.pattern = 1, .noop = 0,
	};
	struct ops ops = { &cell, 1, 1 };
	char *folder = temporary_folder(), why[OPS_WHY_BYTES] = "";

	(void)state;
	write_text(folder, "blocks.csv", blocks);
	cell.net.count[LG_WHERE_MODULE][OPS_INSNS] = 9;
	cell.net.count[LG_WHERE_KERNEL][OPS_INSNS] = 2;
	cell.net.count[LG_WHERE_USER][OPS_INSNS] = -1;
	assert_true(functions_read(&ops, folder, &symbols, 1, why));
	assert_int_equal(cell.functions, 4);
	assert_function(&cell.function[0], LG_WHERE_MODULE, "f", 5);
	assert_function(&cell.function[1], LG_WHERE_MODULE, "g", 4);
	assert_function(&cell.function[2], LG_WHERE_KERNEL, "?", 2);
	assert_function(&cell.function[3], LG_WHERE_USER, "(user space)", -1);
	cell.net.count[LG_WHERE_MODULE][OPS_INSNS] = 10;
	while (cell.functions)
		free(cell.function[--cell.functions].name);
	assert_false(functions_read(&ops, folder, &symbols, 1, why));
	assert_non_null(strstr(why, "module come to 9 insns, not 10"));
	write_text(folder, "blocks.csv", "window\nv/plain/1/b,1,9,moon,1,1,1\n");
	assert_false(functions_read(&ops, folder, &symbols, 1, why));
	assert_non_null(strstr(why, "line 2 makes no sense"));
	assert_true(remove_tree(folder));
	assert_false(functions_read(&ops, folder, &symbols, 1, why));
	assert_non_null(strstr(why, "blocks.csv: No such file"));
	while (cell.functions)
		free(cell.function[--cell.functions].name);
	free(cell.function);
	free(folder);
}

/* One sample in which the TSC and the plugin differ, or one that the plugin did not see. */
static void counts_must_agree(void **state)
{
	static const char ops_csv[] = "window,pattern,samples,where,what,count\n"
		"v/plain/1/b,0,2,switcher,insns,60\n";
	static const char reported[] =
		"window,index,pattern,ticks\nv/plain/1/b,0,0,60\nv/plain/1/b,1,0,60\n";
	char *folder = temporary_folder(), why[OPS_WHY_BYTES] = "";
	struct samples samples = { 0 };
	struct series *series = samples_series(&samples, "b", "v", "plain", 1, 1, "insns");
	struct ops ops = { 0 };

	(void)state;
	series_add(series, 60);
	series_add(series, 60);
	write_text(folder, "ops.csv", ops_csv);
	write_text(folder, "samples.csv", reported);
	assert_true(ops_read(&ops, folder, &samples, 1, 0, why));
	series->value[1] = 61;
	assert_false(ops_read(&ops, folder, &samples, 1, 0, why));
	assert_string_equal(why, "b v plain: sample 1 is 61 by the TSC, 60 by the plugin");
	series->value[1] = 60;
	series_add(series, 60);
	assert_false(ops_read(&ops, folder, &samples, 1, 0, why));
	assert_string_equal(why, "b v plain: the plugin saw 2 samples of 3");
	ops_free(&ops);
	samples_free(&samples);
	assert_true(remove_tree(folder));
	free(folder);
}

static void add_exits(struct exits *exits, const char *class, unsigned int run, double n)
{
	struct exits_row row = {
		(char *)"pipe", (char *)"classic", (char *)"plain", (char *)class, 1, run, n,
	};

	exits_add(exits, &row);
}

/* Means over runs; a class of no exits has no row, and is no exits in the run that it lacks. */
static void exits_round_trip(void **state)
{
	struct exits exits = { 0 }, back = { 0 };
	char *written = NULL, why[EXITS_WHY];
	size_t bytes;
	FILE *stream = open_memstream(&written, &bytes);
	json_t *record;

	(void)state;
	add_exits(&exits, "all", 1, 3);
	add_exits(&exits, "privileged", 1, 2.5);
	add_exits(&exits, "nmi", 1, 0);
	add_exits(&exits, "all", 2, 1);
	exits_write(&exits, stream);
	fclose(stream);
	stream = reading(written);
	assert_true(exits_read(&back, stream, why));
	fclose(stream);
	assert_int_equal(back.n, 3);
	record = exits_record(&back, "pipe", "classic", "plain");
	assert_true(json_real_value(json_object_get(record, "all")) == 2);
	assert_true(json_real_value(json_object_get(record, "privileged")) == 1.25);
	assert_null(json_object_get(record, "nmi"));
	json_decref(record);
	record = exits_record(&back, "pipe", "stacked", "plain");
	assert_true(json_is_null(record));
	json_decref(record);
	exits_free(&back);
	exits_free(&exits);
	free(written);
}

static void add_pmu(struct pmu *pmu, uint64_t fewer_count, uint64_t more_count)
{
	const struct pmu_row row = {
		.bench = (char *)"pipe", .variant = (char *)"classic", .twin = (char *)"plain",
		.event = (char *)"cycles", .ring = (char *)"1-3", .boot = 1, .run = 2,
		.fewer = 500, .fewer_count = fewer_count, .more = 1500, .more_count = more_count,
	};

	pmu_add(pmu, &row);
}

/* Counters are of 64 bits, and by chance the longer run may count less. */
static void pmu_round_trip(void **state)
{
	struct pmu pmu = { 0 }, back = { 0 };
	char *written = NULL, why[PMU_WHY];
	size_t bytes;
	FILE *stream = open_memstream(&written, &bytes);

	(void)state;
	add_pmu(&pmu, 5000000000u, 5000250000u);
	add_pmu(&pmu, 7000, 6000);
	pmu_write(&pmu, stream);
	fclose(stream);
	stream = reading(written);
	assert_true(pmu_read(&back, stream, why));
	fclose(stream);
	assert_int_equal(back.n, 2);
	assert_string_equal(back.row[1].ring, "1-3");
	assert_true(pmu_per_sample(&back.row[0]) == 250);
	assert_true(pmu_per_sample(&back.row[1]) == -1);
	pmu_free(&back);
	pmu_free(&pmu);
	free(written);
}

static void bad_pmu(void **state)
{
	static const char *const files[] = {
		"bench,variant\n", PMU_HEADER "\na,b,c,1,1,cycles,0,500,1,1500\n",
		PMU_HEADER "\na,b,c,1,1,cycles,0,500,1,500,1\n",
		PMU_HEADER "\na,b,c,1,1,cycles,0,500,1,1500,1,1\n",
		PMU_HEADER "\na,b,c,1,1,,0,500,1,1500,1\n",
	};
	char why[PMU_WHY];

	(void)state;
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		FILE *stream = reading(files[i]);
		struct pmu pmu = { 0 };

		assert_false(pmu_read(&pmu, stream, why));
		assert_non_null(strstr(why, i ? "line 2" : "line 1"));
		fclose(stream);
		pmu_free(&pmu);
	}
}

static void bad_exits(void **state)
{
	static const char *const files[] = {
		"bench,variant\n", EXITS_HEADER "\na,b,c,1,1,all\n",
		EXITS_HEADER "\na,b,c,1,1,all,-1\n", EXITS_HEADER "\na,b,c,1,1,all,nan\n",
		EXITS_HEADER "\na,b,c,1,1,all,1,1\n", EXITS_HEADER "\na b,b,c,1,1,all,1\n",
	};
	char why[EXITS_WHY];

	(void)state;
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		struct exits exits = { 0 };
		FILE *stream = reading(files[i]);

		assert_false(exits_read(&exits, stream, why));
		assert_non_null(strstr(why, i ? "line 2" : "line 1"));
		fclose(stream);
		exits_free(&exits);
	}
}

/* A plan for Linux runs all its workloads in one step, which no Guest at all is too. */
static void linux_plans(void **state)
{
	char why[PLAN_WHY];
	struct schedule schedule;
	struct plan plan;

	(void)state;
	plan_init(&plan);
	assert_false(plan_is_linux(&plan));
	assert_true(plan_set(&plan, "guest", "linux", why));
	assert_true(plan_set(&plan, "benches", "a, b, c", why));
	assert_true(plan_set(&plan, "variants", "native, classic", why));
	assert_true(plan_check(&plan, why));
	assert_true(plan_is_linux(&plan));
	schedule_of_boot(&schedule, &plan, 1);
	assert_int_equal(schedule.n, 2);
	assert_string_equal(schedule.step[0].cell.bench, PLAN_WORKLOADS);
	schedule_free(&schedule);
	assert_true(plan_set(&plan, "guest", "minix", why));
	assert_false(plan_check(&plan, why));
	plan_free(&plan);
}

/* Each variant of a Guest once with each policy, of which the default has no name of its own. */
static void policies_multiply(void **state)
{
	char why[PLAN_WHY], *text;
	const char *policy;
	struct plan plan;

	(void)state;
	plan_init(&plan);
	assert_true(plan_set(&plan, "benches", "a", why));
	assert_true(plan_set(&plan, "variants", "native, stacked, classic+single", why));
	assert_true(plan_set(&plan, "shadow", "kept, flush", why));
	assert_false(plan_check(&plan, why));
	assert_string_equal(why, "shadow: only a Linux Guest has policies: guest = linux");
	assert_true(plan_set(&plan, "guest", "linux", why));
	assert_true(plan_check(&plan, why));
	for (int twice = 0; twice < 2; twice++) {
		shadow_expand(&plan.variants, &plan.shadow);
		text = words_text(&plan.variants);
		assert_string_equal(text, "native,stacked,stacked+flush,classic+single");
		free(text);
	}
	assert_true(plan_set(&plan, "shadow", "kept, never", why));
	assert_false(plan_check(&plan, why));
	assert_string_equal(why, "shadow 'never': the policies are kept, global, flush, single");
	text = shadow_split("stacked+flush", &policy);
	assert_string_equal(text, "stacked");
	assert_string_equal(policy, "flush");
	free(text);
	text = shadow_split("stacked", &policy);
	assert_null(policy);
	free(text);
	plan_free(&plan);
}

/* What a file below a root has; it and its folders are made if there is a value to write. */
static void put_file(const char *root, const char *path, const char *value)
{
	char *name = text("%s%s", root, path), *folder = strdup(name);
	FILE *file;

	*strrchr(folder, '/') = '\0';
	assert_true(make_folders(folder));
	file = fopen(name, "w");
	assert_non_null(file);
	fprintf(file, "%s\n", value);
	fclose(file);
	free(folder);
	free(name);
}

static void assert_file(const char *root, const char *path, const char *value)
{
	char *name = text("%s%s", root, path), *now = first_line(name);

	assert_non_null(now);
	assert_string_equal(now, value);
	free(now);
	free(name);
}

#define GOVERNOR "/sys/devices/system/cpu/cpu1/cpufreq/scaling_governor"
#define IRQ(n)	"/proc/irq/" n "/smp_affinity_list"

static char *some_machine(void)
{
	char *root = scratch_folder();

	assert_non_null(root);
	put_file(root, GOVERNOR, "powersave");
	put_file(root, "/proc/sys/kernel/nmi_watchdog", "1");
	put_file(root, IRQ("7"), "0-1");
	put_file(root, IRQ("9"), "0");
	put_file(root, "/run/x", "");
	return root;
}

/* Settings are changed for a measurement and put back after it, also by a later run when the first
 * was killed, and then to what they were before the first. */
static void machine_is_prepared(void **state)
{
	char *root = some_machine(), *prepared = text("%s" PREPARED, root);
	json_t *record;

	(void)state;
	assert_true(prepare_machine(root, 1));
	assert_file(root, GOVERNOR, "performance");
	assert_file(root, IRQ("7"), "0");
	record = prepare_record(root);
	assert_int_equal(json_object_size(record), 3);
	assert_string_equal(json_string_value(json_object_get(record, IRQ("7"))), "0-1");
	json_decref(record);
	assert_true(prepare_machine(root, 1));
	assert_file(root, GOVERNOR, "performance");
	assert_true(prepare_undo(root));
	assert_file(root, GOVERNOR, "powersave");
	assert_file(root, "/proc/sys/kernel/nmi_watchdog", "1");
	assert_file(root, IRQ("7"), "0-1");
	assert_false(exists(prepared));
	assert_true(prepare_undo(root));
	free(prepared);
	remove_tree(root);
	free(root);
}

/* Where no note can be kept, nothing is changed. */
static void unwritable_is_not_prepared(void **state)
{
	char *root = some_machine(), *run = text("%s/run", root);

	(void)state;
	assert_true(remove_tree(run));
	assert_false(prepare_machine(root, 1));
	assert_file(root, GOVERNOR, "powersave");
	free(run);
	remove_tree(root);
	free(root);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nearest_names), cmocka_unit_test(plan_is_read),
		cmocka_unit_test(bad_plans), cmocka_unit_test(plan_must_ask),
		cmocka_unit_test(layout_is_seeded),
		cmocka_unit_test(order_is_blocked_and_seeded), cmocka_unit_test(samples_round_trip),
		cmocka_unit_test(bad_samples), cmocka_unit_test(launcher_samples),
		cmocka_unit_test(summary_is_net), cmocka_unit_test(quantiles),
		cmocka_unit_test(jobs_come_back), cmocka_unit_test(bad_jobs),
		cmocka_unit_test(event_sizes), cmocka_unit_test(stream_loss),
		cmocka_unit_test(stream_cut_short),
		cmocka_unit_test(whole_files), cmocka_unit_test(functions_add_up),
		cmocka_unit_test(counts_must_agree), cmocka_unit_test(exits_round_trip),
		cmocka_unit_test(pmu_round_trip), cmocka_unit_test(bad_pmu),
		cmocka_unit_test(bad_exits), cmocka_unit_test(op_costs_are_net),
		cmocka_unit_test(bad_op_costs), cmocka_unit_test(linux_plans),
		cmocka_unit_test(policies_multiply),
		cmocka_unit_test(machine_is_prepared), cmocka_unit_test(unwritable_is_not_prepared),
	};

	return cmocka_run_group_tests_name("bench", tests, NULL, NULL);
}
