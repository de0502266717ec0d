/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The numeric core alone: distributions, breakdown, sequence check, pairing, tables. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lg/probe.h"

#include "analysis/stats/hist.h"
#include "analysis/model/breakdown.h"
#include "analysis/model/pair.h"
#include "analysis/model/loss_check.h"
#include "analysis/table/table.h"
#include "analysis/table/trace_tables.h"
#include "analysis/model/tally.h"

#define N(array) (sizeof(array) / sizeof((array)[0]))

static uint64_t random_state;

static uint64_t draw(void)
{
	random_state = random_state * 6364136223846793005ULL + 1442695040888963407ULL;
	return random_state >> 20;
}

static int by_value(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

/* The smallest value that a share of p does not exceed, by sorting. */
static uint64_t sorted_quantile(uint64_t *v, size_t n, double p)
{
	qsort(v, n, sizeof(*v), by_value);
	return v[(size_t)ceil(p * n) - 1];
}

static void exact_quantiles(void **state)
{
	static uint64_t v[10000];
	struct lg_pool pool = { .limit = 1 << 20 };
	struct lg_summary s;
	struct lg_hist h;
	size_t i;

	(void)state;
	random_state = 1;
	lg_hist_init(&h, &pool);
	for (i = 0; i < N(v); i++) {
		v[i] = 400 + draw() % 3000;
		lg_hist_add(&h, v[i]);
	}
	assert_true(lg_hist_summary(&h, &s));
	assert_int_equal(s.n, N(v));
	assert_int_equal(s.p50, sorted_quantile(v, N(v), 0.50));
	assert_int_equal(s.p95, sorted_quantile(v, N(v), 0.95));
	assert_int_equal(s.p99, sorted_quantile(v, N(v), 0.99));
	assert_int_equal(s.min, v[0]);
	assert_int_equal(s.max, v[N(v) - 1]);
	assert_true(s.error == 0);
	lg_hist_free(&h);
	assert_int_equal(pool.used, 0);
}

/* A pool that is used up makes quantiles coarse, by no more than what the summary states. */
static void sketch_keeps_its_promise(void **state)
{
	static uint64_t v[200000];
	struct lg_pool pool = { .limit = 2048 };
	struct lg_summary s;
	struct lg_hist h;
	uint64_t exact;
	double sum = 0;
	size_t i;

	(void)state;
	random_state = 7;
	lg_hist_init(&h, &pool);
	for (i = 0; i < N(v); i++) {
		v[i] = draw() >> (draw() % 40);
		sum += v[i];
		lg_hist_add(&h, v[i]);
	}
	assert_true(lg_hist_summary(&h, &s));
	assert_true(s.error > 0 && s.error < 0.05);
	assert_true(pool.used <= 2 * pool.limit);
	exact = sorted_quantile(v, N(v), 0.5);
	assert_true(fabs((double)s.p50 - exact) <= s.error * exact + 1);
	exact = sorted_quantile(v, N(v), 0.99);
	assert_true(fabs((double)s.p99 - exact) <= s.error * exact + 1);
	assert_int_equal(s.min, v[0]);
	assert_int_equal(s.max, v[N(v) - 1]);
	assert_true(fabs(s.avg * N(v) / sum - 1) < 1e-9);
	lg_hist_free(&h);
}

/* The 95 % interval of the mean holds the true mean in 93 to 97 % of trials. */
static void interval_covers(void **state)
{
	struct lg_pool pool = { .limit = 1 << 20 };
	int trial, hits = 0, trials = 2000, i, k;
	struct lg_summary s;
	struct lg_hist h;
	uint64_t sum;

	(void)state;
	random_state = 42;
	for (trial = 0; trial < trials; trial++) {
		lg_hist_init(&h, &pool);
		for (i = 0; i < 300; i++) {
			for (sum = 0, k = 0; k < 12; k++)
				sum += draw() % 1001;
			lg_hist_add(&h, sum);
		}
		assert_true(lg_hist_summary(&h, &s));
		hits += fabs(s.avg - 6000) <= s.half;
		lg_hist_free(&h);
	}
	assert_in_range(hits, trials * 93 / 100, trials * 97 / 100);
}

static void few_values(void **state)
{
	struct lg_pool pool = { .limit = 64 };
	struct lg_summary s;
	struct lg_hist h;

	(void)state;
	lg_hist_init(&h, &pool);
	assert_false(lg_hist_summary(&h, &s));
	assert_int_equal(s.n, 0);
	lg_hist_add(&h, UINT64_MAX);
	assert_true(lg_hist_summary(&h, &s));
	assert_int_equal(s.p50, UINT64_MAX);
	assert_true(s.half < 0);
	lg_hist_add(&h, 0);
	assert_true(lg_hist_summary(&h, &s));
	assert_int_equal(s.p50, 0);
	assert_int_equal(s.max, UINT64_MAX);
	assert_true(s.half < 0);
	lg_hist_add(&h, 1);
	lg_hist_add(&h, 2);
	lg_hist_add(&h, 3);
	assert_true(lg_hist_summary(&h, &s));
	assert_true(s.half > 0);
	lg_hist_free(&h);
}

static struct lg_exit probed_exit(uint64_t call)
{
	struct lg_exit exit = { .tsc_call = call, .tsc_back = call + 220, .n_stamps = 10,
				.probed = true };
	uint32_t i;

	for (i = 0; i < 10; i++)
		exit.stamps[i] = (uint32_t)(call + 20 * (i + 1));
	return exit;
}

/* Also where the low half of the TSC wraps within the switch. */
static void breakdown_closes(void **state)
{
	static const uint64_t calls[] = { 1, 5000, 0xffffff80, 0x1ffffffffULL, 1ULL << 62 };
	struct lg_breakdown breakdown;
	struct lg_exit exit;
	uint64_t sum;
	size_t i, j;

	(void)state;
	for (i = 0; i < N(calls); i++) {
		exit = probed_exit(calls[i]);
		lg_breakdown(&exit, &breakdown);
		assert_int_equal(breakdown.state, LG_BREAKDOWN_GOOD);
		assert_int_equal(breakdown.n, 11);
		for (sum = 0, j = 0; j < breakdown.n; j++)
			sum += breakdown.phase[j];
		assert_int_equal(sum, 220);
		assert_int_equal(breakdown.phase[10], 20);
	}
}

static void forged_stamps(void **state)
{
	struct lg_breakdown breakdown;
	struct lg_exit exit = probed_exit(1000);

	(void)state;
	exit.stamps[5] = exit.stamps[4] - 1;
	lg_breakdown(&exit, &breakdown);
	assert_int_equal(breakdown.state, LG_BREAKDOWN_FORGED);
	exit = probed_exit(1000);
	exit.stamps[9] = 1221;
	lg_breakdown(&exit, &breakdown);
	assert_int_equal(breakdown.state, LG_BREAKDOWN_FORGED);
	exit = probed_exit(1000);
	exit.stamps[0] = 999;
	lg_breakdown(&exit, &breakdown);
	assert_int_equal(breakdown.state, LG_BREAKDOWN_FORGED);
	exit = probed_exit(1000);
	exit.probed = false;
	lg_breakdown(&exit, &breakdown);
	assert_int_equal(breakdown.state, LG_BREAKDOWN_FORGED);
	memset(exit.stamps, 0, sizeof(exit.stamps));
	lg_breakdown(&exit, &breakdown);
	assert_int_equal(breakdown.state, LG_BREAKDOWN_PLAIN);
	exit.probed = true;
	lg_breakdown(&exit, &breakdown);
	assert_int_equal(breakdown.state, LG_BREAKDOWN_EMPTY);
}

/* Of C: a probe that was not passed takes nothing; the phases still add up. */
/* Whatever the Guest writes there, if it is in order and between the Host's own stamps: only the
 * claimed phases change, and not their sum. */
static void lies_stay_among_claimed(void **state)
{
	static const uint32_t honest[LG_NR_PROBES] = {
		1010, 1020, 1030, 1040, 1050, 1400, 1410, 1420, 1430, 1440,
	};
	struct lg_exit exit = { .tsc_call = 1000, .tsc_back = 1460, .n_stamps = LG_NR_PROBES,
				.probed = true };
	struct lg_breakdown truth, lie;
	uint64_t claimed, all;
	int i, round;

	(void)state;
	memcpy(exit.stamps, honest, sizeof(honest));
	lg_breakdown(&exit, &truth);
	random_state = 3;
	for (round = 0; round < 10000; round++) {
		uint32_t first = draw() % 371, last = first + draw() % (371 - first);

		exit.stamps[LG_PROBE_CR3_OUT] = honest[LG_PROBE_TR_OUT] + first;
		exit.stamps[LG_PROBE_GUEST_REGS] = honest[LG_PROBE_TR_OUT] + last;
		lg_breakdown(&exit, &lie);
		assert_int_equal(lie.state, LG_BREAKDOWN_GOOD);
		for (claimed = all = 0, i = 0; i < (int)lie.n; i++) {
			if (lg_phase_claimed(i, lie.n))
				claimed += lie.phase[i];
			else
				assert_int_equal(lie.phase[i], truth.phase[i]);
			all += lie.phase[i];
		}
		assert_int_equal(claimed, honest[LG_PROBE_GUEST_SAVED] - honest[LG_PROBE_TR_OUT]);
		assert_int_equal(all, exit.tsc_back - exit.tsc_call);
	}
}

/* Only the three phases that begin or end at a stamp that the Guest can overwrite are marked, by
 * name. */
static void claimed_phases_are_marked(void **state)
{
	uint32_t i, n = LG_NR_PROBES + 1, claimed = 0;

	(void)state;
	for (i = 0; i < n; i++) {
		assert_int_equal(lg_phase_claimed(i, n),
				 strstr(lg_phase_name(i, n), "(claimed)") != NULL);
		claimed += lg_phase_claimed(i, n);
	}
	assert_int_equal(claimed, 3);
	assert_true(lg_phase_claimed(LG_PROBE_CR3_OUT, n));
	assert_true(lg_phase_claimed(LG_PROBE_GUEST_REGS, n));
	assert_true(lg_phase_claimed(LG_PROBE_GUEST_SAVED, n));
	for (i = 0; i <= LG_NR_C_PROBES; i++)
		assert_null(strstr(lg_c_phase_name(i, LG_NR_C_PROBES + 1), "claimed"));
}

static void breakdown_in_c(void **state)
{
	struct lg_exit exit = { .tsc_back = 0xfffffff0, .probed = true };
	struct lg_enter enter = { .tsc = 0xfffffff0ULL + 100, .n_stamps = 4,
				  .stamps = { 0xfffffff8, 0, 14, 0 } };
	static const uint64_t phases[] = { 8, 0, 22, 0, 70 };
	struct lg_breakdown breakdown;
	size_t i;

	(void)state;
	lg_c_breakdown(&exit, &enter, &breakdown);
	assert_int_equal(breakdown.state, LG_BREAKDOWN_GOOD);
	assert_int_equal(breakdown.n, 5);
	for (i = 0; i < 5; i++)
		assert_int_equal(breakdown.phase[i], phases[i]);
	enter.stamps[1] = 15;
	lg_c_breakdown(&exit, &enter, &breakdown);
	assert_int_equal(breakdown.state, LG_BREAKDOWN_FORGED);
	enter.stamps[1] = 0;
	enter.tsc -= 80;
	lg_c_breakdown(&exit, &enter, &breakdown);
	assert_int_equal(breakdown.state, LG_BREAKDOWN_FORGED);
	memset(enter.stamps, 0, sizeof(enter.stamps));
	lg_c_breakdown(&exit, &enter, &breakdown);
	assert_int_equal(breakdown.state, LG_BREAKDOWN_EMPTY);
	exit.probed = false;
	lg_c_breakdown(&exit, &enter, &breakdown);
	assert_int_equal(breakdown.state, LG_BREAKDOWN_PLAIN);
	enter.tsc = exit.tsc_back - 1;
	lg_c_breakdown(&exit, &enter, &breakdown);
	assert_int_equal(breakdown.state, LG_BREAKDOWN_UNKNOWN);
}

static void breakdown_of_odd_tscs(void **state)
{
	struct lg_breakdown breakdown;
	struct lg_exit exit = probed_exit(1000);

	(void)state;
	exit.tsc_back = exit.tsc_call + (1ULL << 32);
	lg_breakdown(&exit, &breakdown);
	assert_int_equal(breakdown.state, LG_BREAKDOWN_LONG);
	exit.tsc_back = exit.tsc_call - 1;
	lg_breakdown(&exit, &breakdown);
	assert_int_equal(breakdown.state, LG_BREAKDOWN_UNKNOWN);
	exit.tsc_call = 0;
	lg_breakdown(&exit, &breakdown);
	assert_int_equal(breakdown.state, LG_BREAKDOWN_UNKNOWN);
}

/* A recording of one CPU, written by hand: enters and exits numbered from @from. */
struct tape {
	struct lg_loss seq;
	uint64_t now;
};

static void mark(struct tape *tape, bool start, uint32_t cpu, uint32_t cpus, uint32_t next)
{
	struct lg_event event = { .kind = LG_MARK, .cpu = cpu, .seq = !start, .ts = ++tape->now };

	event.mark.start = start;
	event.mark.cpus = cpus;
	event.mark.n_next = 4;
	event.mark.next_seq[1] = event.mark.next_seq[2] = next;
	lg_loss_event(&tape->seq, &event);
}

static void number(struct tape *tape, uint32_t type, uint32_t seq)
{
	struct lg_event event = { .kind = LG_OTHER, .type = type, .seq = seq,
				  .ts = ++tape->now };

	lg_loss_event(&tape->seq, &event);
}

static void numbers(struct tape *tape, uint32_t type, uint32_t from, uint32_t to)
{
	while (from != to)
		number(tape, type, from++);
}

static struct lg_fault only_fault(struct tape *tape)
{
	struct lg_fault fault[4];

	assert_int_equal(lg_loss_faults(&tape->seq, fault, N(fault)), 1);
	lg_loss_free(&tape->seq);
	return fault[0];
}

static void begin(struct tape *tape)
{
	lg_loss_init(&tape->seq, false);
	tape->now = 0;
}

/* Numbers wrap at 2^32; that is no fault. */
static void nothing_missing(void **state)
{
	static const uint32_t from[] = { 0, 77, UINT32_MAX - 3 };
	struct tape tape;
	size_t i;

	(void)state;
	for (i = 0; i < N(from); i++) {
		begin(&tape);
		numbers(&tape, 1, from[i] - 20, from[i] - 10);
		mark(&tape, true, 0, 1, from[i]);
		numbers(&tape, 1, from[i], from[i] + 10);
		numbers(&tape, 2, from[i], from[i] + 10);
		mark(&tape, false, 0, 1, from[i] + 10);
		numbers(&tape, 1, from[i] + 30, from[i] + 40);
		assert_int_equal(lg_loss_faults(&tape.seq, NULL, 0), 0);
		assert_int_equal(tape.seq.outside, 20);
		lg_loss_free(&tape.seq);
	}
}

static void missing_parts(void **state)
{
	struct lg_fault fault;
	struct tape tape;

	(void)state;
	begin(&tape);
	mark(&tape, true, 0, 1, 5);
	numbers(&tape, 1, 8, 15);
	numbers(&tape, 2, 5, 15);
	mark(&tape, false, 0, 1, 15);
	fault = only_fault(&tape);
	assert_int_equal(fault.kind, LG_FAULT_HEAD);
	assert_int_equal(fault.type, 1);
	assert_int_equal(fault.count, 3);

	begin(&tape);
	mark(&tape, true, 0, 1, 5);
	numbers(&tape, 1, 5, 15);
	numbers(&tape, 2, 5, 13);
	mark(&tape, false, 0, 1, 15);
	fault = only_fault(&tape);
	assert_int_equal(fault.kind, LG_FAULT_TAIL);
	assert_int_equal(fault.type, 2);
	assert_int_equal(fault.count, 2);

	begin(&tape);
	mark(&tape, true, 0, 1, 5);
	numbers(&tape, 1, 5, 15);
	numbers(&tape, 2, 5, 8);
	numbers(&tape, 2, 12, 15);
	mark(&tape, false, 0, 1, 15);
	fault = only_fault(&tape);
	assert_int_equal(fault.kind, LG_FAULT_HOLE);
	assert_int_equal(fault.count, 4);
}

static void missing_all_of_a_type(void **state)
{
	struct lg_fault fault;
	struct tape tape;

	(void)state;
	begin(&tape);
	mark(&tape, true, 0, 1, 0);
	numbers(&tape, 1, 0, 9);
	mark(&tape, false, 0, 1, 9);
	fault = only_fault(&tape);
	assert_int_equal(fault.kind, LG_FAULT_TAIL);
	assert_int_equal(fault.type, 2);
	assert_int_equal(fault.count, 9);
}

static void missing_marks_and_cpus(void **state)
{
	struct lg_fault fault;
	struct tape tape;

	(void)state;
	begin(&tape);
	mark(&tape, true, 0, 1, 0);
	fault = only_fault(&tape);
	assert_int_equal(fault.kind, LG_FAULT_NO_STOP);

	begin(&tape);
	mark(&tape, false, 0, 1, 0);
	fault = only_fault(&tape);
	assert_int_equal(fault.kind, LG_FAULT_NO_START);

	begin(&tape);
	mark(&tape, true, 0, 2, 0);
	mark(&tape, false, 0, 2, 0);
	fault = only_fault(&tape);
	assert_int_equal(fault.kind, LG_FAULT_NO_CPU);
	assert_int_equal(fault.cpu, 1);

	begin(&tape);
	mark(&tape, true, 0, 1, 0);
	mark(&tape, true, 0, 1, 0);
	mark(&tape, false, 0, 1, 0);
	fault = only_fault(&tape);
	assert_int_equal(fault.kind, LG_FAULT_MARKS);
}

static void out_of_order(void **state)
{
	struct lg_fault fault;
	struct tape tape;

	(void)state;
	begin(&tape);
	mark(&tape, true, 0, 1, 0);
	numbers(&tape, 1, 0, 9);
	numbers(&tape, 2, 0, 9);
	number(&tape, 1, 4);
	mark(&tape, false, 0, 1, 9);
	fault = only_fault(&tape);
	assert_int_equal(fault.kind, LG_FAULT_BACK);

	begin(&tape);
	mark(&tape, true, 0, 1, 0);
	tape.now = 100;
	number(&tape, 1, 0);
	tape.now = 50;
	number(&tape, 2, 0);
	mark(&tape, false, 0, 1, 1);
	fault = only_fault(&tape);
	assert_int_equal(fault.kind, LG_FAULT_CLOCK);
}

/* Types whose place in the marks is not known are checked for holes alone. */
static void later_types(void **state)
{
	struct tape tape;
	uint32_t type;

	(void)state;
	begin(&tape);
	type = lg_loss_type(&tape.seq, "lg_hypercall");
	mark(&tape, true, 0, 1, 0);
	numbers(&tape, type, 30, 33);
	mark(&tape, false, 0, 1, 0);
	assert_int_equal(lg_loss_faults(&tape.seq, NULL, 0), 0);
	lg_loss_free(&tape.seq);
	begin(&tape);
	lg_loss_order(&tape.seq, 3, "lg_hypercall");
	type = lg_loss_type(&tape.seq, "lg_hypercall");
	mark(&tape, true, 0, 1, 0);
	numbers(&tape, type, 2, 3);
	mark(&tape, false, 0, 1, 0);
	assert_true(lg_loss_faults(&tape.seq, NULL, 0) > 0);
	lg_loss_free(&tape.seq);
}

struct pairs {
	struct lg_pair pair[8];
	size_t n;
};

static void keep(const struct lg_pair *pair, void *arg)
{
	struct pairs *pairs = arg;

	assert_true(pairs->n < N(pairs->pair));
	pairs->pair[pairs->n++] = *pair;
}

static void feed_enter(struct lg_pairing *pairing, uint32_t cpu, uint32_t guest, uint64_t tsc)
{
	struct lg_event event = { .kind = LG_ENTER, .cpu = cpu, .guest = guest };

	event.enter.tsc = tsc;
	lg_pairing_event(pairing, &event);
}

static void feed_exit(struct lg_pairing *pairing, uint32_t cpu, uint32_t guest, uint64_t call,
		      uint64_t back)
{
	struct lg_event event = { .kind = LG_EXIT, .cpu = cpu, .guest = guest };

	event.exit.tsc_call = call;
	event.exit.tsc_back = back;
	lg_pairing_event(pairing, &event);
}

static void intervals_add_up(void **state)
{
	struct pairs pairs = { .n = 0 };
	struct lg_pairing pairing;
	uint64_t whole, accounted;

	(void)state;
	lg_pairing_init(&pairing, keep, &pairs);
	feed_enter(&pairing, 0, 1, 1000);
	feed_exit(&pairing, 0, 1, 1040, 1200);
	feed_enter(&pairing, 0, 1, 1500);
	feed_exit(&pairing, 0, 1, 1540, 1700);
	lg_pairing_end(&pairing);
	assert_int_equal(pairs.n, 2);
	assert_int_equal(pairs.pair[0].state, LG_PAIR_TIMED);
	assert_int_equal(pairs.pair[0].entry, 40);
	assert_int_equal(pairs.pair[0].trip, 160);
	assert_int_equal(pairs.pair[0].handling, 300);
	assert_int_equal(pairs.pair[0].inner, 1);
	assert_int_equal(pairs.pair[1].state, LG_PAIR_NO_ENTER);
	lg_pairing_closure(&pairing, &whole, &accounted);
	assert_int_equal(whole, 700);
	assert_int_equal(accounted, 700);
	lg_pairing_free(&pairing);
}

static struct lg_event looked(enum lg_kind kind, uint32_t seq, uint64_t ts)
{
	return (struct lg_event){ .kind = kind, .seq = seq, .ts = ts, .guest = 1 };
}

/* One exit that is handled in 1000, of which lg_enter says that 600 were recording, with an
 * event of ours within; a pair that is 100 apart, of which 80 are reported; and one enter more. */
static void feed_overhead(struct lg_tally *tally, bool reported)
{
	struct lg_event event;

	for (unsigned int i = 0; i < 2; i++) {
		event = looked(LG_CALIBRATE, i, 100 + 100 * i);
		event.type = lg_loss_type(&tally->loss, "lg_calibrate");
		event.calibrate = (struct lg_calibrate){ 40 + 80 * i, reported };
		lg_tally_event(tally, &event);
	}
	event = looked(LG_EXIT, 0, 1010);
	event.type = lg_loss_type(&tally->loss, "lg_exit");
	event.exit.tsc_back = 1000;
	lg_tally_event(tally, &event);
	event = looked(LG_OTHER, 0, 1500);
	event.type = lg_loss_type(&tally->loss, "lg_pages");
	lg_tally_event(tally, &event);
	event = looked(LG_ENTER, 0, 2010);
	event.type = lg_loss_type(&tally->loss, "lg_enter");
	event.enter.tsc = 2000;
	event.enter.overhead = reported ? 600 : 0;
	event.enter.reports_overhead = reported;
	lg_tally_event(tally, &event);
	lg_tally_end(tally);
}

/* The reported cost is subtracted, and for each event the unreported part that a pair shows; if
 * nothing is reported the time of a pair is subtracted for each event. */
static void overhead_is_subtracted(void **state)
{
	static const char *const corrected[] = { ",1000.0,,800.0,", ",1000.0,,360.0," };
	struct lg_options options = { .window_only = true };

	(void)state;
	for (int reported = 0; reported < 2; reported++) {
		struct lg_tally tally;
		struct lg_table table;
		char *text = NULL;
		size_t size;
		FILE *out;

		lg_tally_init(&tally, &options);
		feed_overhead(&tally, reported);
		lg_exits_table(&tally, "ticks", &table);
		out = open_memstream(&text, &size);
		lg_table_write(&table, LG_CSV, out);
		fclose(out);
		assert_non_null(strstr(text, corrected[reported]));
		free(text);
		lg_table_free(&table);
		lg_tally_free(&tally);
	}
}

struct heard {
	unsigned int pairs, events;
};

static void hear_pair(const struct lg_pair *pair, void *arg)
{
	(void)pair;
	((struct heard *)arg)->pairs++;
}

static void hear_event(const struct lg_event *event, void *arg)
{
	(void)event;
	((struct heard *)arg)->events++;
}

/* In one reading each consumer gets all that it asked for, and the tables are unchanged. */
static void consumers_hear_all(void **state)
{
	struct lg_options options = { .window_only = true };
	struct heard heard[3] = { { 0 } };
	struct lg_consumer consumer[3] = {
		{ .pair = hear_pair, .arg = &heard[0] }, { .event = hear_event, .arg = &heard[1] },
		{ .pair = hear_pair, .event = hear_event, .arg = &heard[2] },
	};
	struct lg_tally tally;

	(void)state;
	lg_tally_init(&tally, &options);
	for (int i = 0; i < 3; i++)
		lg_tally_consumer(&tally, &consumer[i]);
	feed_overhead(&tally, true);
	assert_int_equal(heard[0].pairs, 1);
	assert_int_equal(heard[0].events, 0);
	assert_int_equal(heard[1].pairs, 0);
	assert_int_equal(heard[1].events, 5);
	assert_memory_equal(&heard[2], (&(struct heard){ 1, 5 }), sizeof(struct heard));
	assert_int_equal(tally.exits, 1);
	lg_tally_free(&tally);
}

static void counted_apart(void **state)
{
	struct lg_event irq = { .kind = LG_DISTURB };
	struct pairs pairs = { .n = 0 };
	struct lg_pairing pairing;

	(void)state;
	lg_pairing_init(&pairing, keep, &pairs);
	feed_enter(&pairing, 0, 1, 1000);
	feed_exit(&pairing, 0, 1, 1040, 1200);
	feed_enter(&pairing, 0, 2, 1500);
	feed_exit(&pairing, 0, 2, 1540, 1700);
	lg_pairing_event(&pairing, &irq);
	feed_enter(&pairing, 0, 2, 1800);
	feed_exit(&pairing, 0, 2, 1840, 1900);
	feed_enter(&pairing, 0, 2, 1890);
	feed_exit(&pairing, 0, 2, 1950, 1990);
	feed_exit(&pairing, 0, 2, 2050, 2090);
	feed_enter(&pairing, 3, 2, 2100);
	lg_pairing_end(&pairing);
	assert_int_equal(pairs.n, 5);
	assert_int_equal(pairs.pair[0].state, LG_PAIR_OTHER_GUEST);
	assert_int_equal(pairs.pair[1].state, LG_PAIR_DISTURBED);
	assert_int_equal(pairs.pair[2].state, LG_PAIR_BACKWARDS);
	assert_int_equal(pairs.pair[3].state, LG_PAIR_NO_ENTER_SEEN);
	assert_false(pairs.pair[4].has_entry);
	assert_int_equal(pairs.pair[4].state, LG_PAIR_NO_ENTER);
	lg_pairing_free(&pairing);
}

/* A Guest that goes to another CPU and comes back was not handled all the while. */
static void moved_apart(void **state)
{
	struct pairs pairs = { .n = 0 };
	struct lg_pairing pairing;

	(void)state;
	lg_pairing_init(&pairing, keep, &pairs);
	feed_enter(&pairing, 0, 1, 1000);
	feed_exit(&pairing, 0, 1, 1040, 1200);
	feed_enter(&pairing, 1, 1, 2000);
	feed_exit(&pairing, 1, 1, 2040, 2200);
	feed_enter(&pairing, 0, 1, 3000);
	feed_exit(&pairing, 0, 1, 3040, 3200);
	feed_enter(&pairing, 1, 2, 3100);
	feed_enter(&pairing, 0, 1, 3300);
	/* Late, and older than what came before it. */
	feed_exit(&pairing, 2, 1, 2300, 2400);
	feed_enter(&pairing, 2, 1, 5000);
	assert_int_equal(pairs.n, 4);
	assert_int_equal(pairs.pair[0].state, LG_PAIR_MOVED);
	assert_int_equal(pairs.pair[1].state, LG_PAIR_OTHER_GUEST);
	assert_int_equal(pairs.pair[2].state, LG_PAIR_TIMED);
	assert_int_equal(pairs.pair[2].handling, 100);
	assert_int_equal(pairs.pair[3].state, LG_PAIR_MOVED);
	lg_pairing_free(&pairing);
}

static void by_lists(void **state)
{
	unsigned int by;

	(void)state;
	assert_true(lg_by_parse("exit", &by));
	assert_int_equal(by, LG_BY_EXIT);
	assert_true(lg_by_parse("cpu,guest", &by));
	assert_int_equal(by, LG_BY_CPU | LG_BY_GUEST);
	assert_false(lg_by_parse("", &by));
	assert_false(lg_by_parse("exit,", &by));
	assert_false(lg_by_parse("exits", &by));
}

static void tables_escape(void **state)
{
	static const struct lg_column columns[] = { { "a", "A_1", true }, { "b", "B", false } };
	char *text = NULL;
	struct lg_table table;
	size_t size;
	FILE *out;

	(void)state;
	lg_table_init(&table, "x", columns, 2);
	lg_table_title(&table, "t");
	lg_table_row(&table);
	lg_table_set(&table, 0, "a,\"b\" <&_%%");
	lg_table_real(&table, 1, "%.1f", 1234567.5);
	lg_table_constant(&table, "c", "z");
	out = open_memstream(&text, &size);
	lg_table_write(&table, LG_CSV, out);
	lg_table_write(&table, LG_LATEX, out);
	lg_table_write(&table, LG_HTML, out);
	fclose(out);
	assert_non_null(strstr(text, "a,b,c\n\"a,\"\"b\"\" <&_%\",1234567.5,z\n"));
	assert_non_null(strstr(text, "A\\_1 & B \\\\\n"));
	assert_non_null(strstr(text, "<\\&\\_\\% & 1,234,567.5 \\\\\n"));
	assert_non_null(strstr(text, "a,&quot;b&quot; &lt;&amp;_%</td><td>1,234,567.5</td>"));
	free(text);
	lg_table_free(&table);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(exact_quantiles),
		cmocka_unit_test(sketch_keeps_its_promise),
		cmocka_unit_test(interval_covers),
		cmocka_unit_test(few_values),
		cmocka_unit_test(breakdown_closes),
		cmocka_unit_test(forged_stamps),
		cmocka_unit_test(lies_stay_among_claimed),
		cmocka_unit_test(claimed_phases_are_marked),
		cmocka_unit_test(breakdown_in_c),
		cmocka_unit_test(breakdown_of_odd_tscs),
		cmocka_unit_test(nothing_missing),
		cmocka_unit_test(missing_parts),
		cmocka_unit_test(missing_all_of_a_type),
		cmocka_unit_test(missing_marks_and_cpus),
		cmocka_unit_test(out_of_order),
		cmocka_unit_test(later_types),
		cmocka_unit_test(intervals_add_up), cmocka_unit_test(overhead_is_subtracted),
		cmocka_unit_test(consumers_hear_all),
		cmocka_unit_test(counted_apart),
		cmocka_unit_test(moved_apart),
		cmocka_unit_test(by_lists),
		cmocka_unit_test(tables_escape),
	};

	return cmocka_run_group_tests_name("analysis core", tests, NULL, NULL);
}
