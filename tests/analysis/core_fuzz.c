/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Fuzzes the core with mutated events: a damaged trace must not crash it, and the tables must add
 * up.
 *
 * core_fuzz ROUNDS [SEED]: each round is a recording of which some events are
 * dropped, doubled, or have random bytes written over. Built with sanitizers.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/table/trace_tables.h"
#include "report/phase_table.h"
#include "analysis/model/tally.h"

static uint64_t random_state;

static uint64_t draw(uint64_t below)
{
	random_state = random_state * 6364136223846793005ULL + 1442695040888963407ULL;
	return (random_state >> 24) % below;
}

/* Flip bytes anywhere but in the kind, which the decoder alone sets. */
static void mutate(struct lg_event *event)
{
	size_t first = offsetof(struct lg_event, cpu), n = 1 + draw(12);
	bool start = event->kind == LG_MARK && event->mark.start;
	bool probed = event->kind == LG_EXIT && event->exit.probed;
	bool direct = event->kind == LG_HYPERCALL && event->hypercall.direct;

	while (n--)
		((unsigned char *)event)[first + draw(sizeof(*event) - first)] = draw(256);
	if (event->kind == LG_MARK)
		event->mark.start = start;
	if (event->kind == LG_HYPERCALL)
		event->hypercall.direct = direct;
	if (event->kind == LG_ENTER)
		event->enter.n_stamps %= LG_MAX_STAMPS + 1;
	if (event->kind == LG_EXIT) {
		event->exit.probed = probed;
		event->exit.n_stamps %= LG_MAX_STAMPS + 1;
	}
	event->type %= LG_MAX_TYPES;
}

static void make_event(struct lg_event *event, uint32_t *seq, uint64_t *now)
{
	static const enum lg_kind kinds[] = {
		LG_ENTER, LG_EXIT, LG_ENTER, LG_EXIT, LG_COPY_IN, LG_CALIBRATE, LG_OTHER,
		LG_HYPERCALL, LG_DISTURB,
	};
	uint32_t i;

	memset(event, 0, sizeof(*event));
	event->kind = kinds[draw(9)];
	event->cpu = draw(3);
	event->type = event->kind < LG_DISTURB ? (uint32_t)event->kind : LG_NO_TYPE;
	event->seq = seq[event->kind]++;
	event->ts = *now += draw(100);
	event->guest = draw(3);
	event->variant = draw(3);
	event->twin = draw(2);
	if (event->kind == LG_ENTER) {
		event->enter.n_stamps = 10;
		for (i = 0; event->twin && i < 10; i++)
			event->enter.stamps[i] = draw(3) ? *now += draw(9) : 0;
		event->enter.tsc = *now;
	}
	if (event->kind == LG_HYPERCALL) {
		event->hypercall.name = draw(4);
		event->hypercall.direct = draw(2);
	}
	if (event->kind != LG_EXIT)
		return;
	event->exit.tsc_call = *now += 10;
	event->exit.n_stamps = 10;
	event->exit.probed = event->twin;
	for (i = 0; event->twin && i < 10; i++)
		event->exit.stamps[i] = *now += draw(5);
	event->exit.tsc_back = *now += draw(300);
	event->exit.exit = draw(8);
}

static void mark(struct lg_tally *tally, bool start, uint64_t *now)
{
	struct lg_event event = { .kind = LG_MARK };

	event.mark.start = start;
	event.mark.cpus = 3;
	event.mark.n_next = 4;
	for (event.cpu = 0; event.cpu < 3; event.cpu++) {
		event.ts = ++*now;
		if (draw(20) == 0)
			mutate(&event);
		event.kind = LG_MARK;
		lg_tally_event(tally, &event);
	}
}

static void write_all(struct lg_tally *tally, FILE *out)
{
	struct lg_table table;
	int format;

	for (format = LG_TEXT; format <= LG_HTML; format++) {
		lg_exits_table(tally, "insns", &table);
		lg_table_write(&table, format, out);
		lg_table_free(&table);
		phase_table(tally, "insns", &table);
		lg_table_write(&table, format, out);
		lg_table_free(&table);
		lg_histogram_table(tally, "insns", &table);
		lg_table_write(&table, format, out);
		lg_table_free(&table);
		lg_copy_in_table(tally, &table);
		lg_table_write(&table, format, out);
		lg_table_free(&table);
		lg_check_table(tally, &table);
		lg_table_write(&table, format, out);
		lg_table_free(&table);
	}
	lg_print_faults(tally, "", out);
}

/* Everything that was counted must be in some row. */
static void check_sums(const struct lg_tally *tally)
{
	uint64_t exits = 0, states = 0, breakdowns = 0;
	uint32_t i, j;

	for (i = 0; i < tally->n_rows; i++) {
		exits += tally->rows[i]->exits;
		for (j = 0; j < LG_PAIR_STATES; j++)
			states += tally->rows[i]->state[j];
		for (j = 0; j < LG_BREAKDOWN_STATES; j++)
			breakdowns += tally->rows[i]->breakdown.state[j];
	}
	if (exits == states && exits == breakdowns &&
	    (exits + tally->dropped >= tally->exits || tally->options.to || tally->pairing.failed))
		return;
	fprintf(stderr, "exits %" PRIu64 ", in states %" PRIu64 ", in breakdowns %" PRIu64
		", seen %" PRIu64 "\n", exits, states, breakdowns, tally->exits);
	abort();
}

static void one_round(FILE *out)
{
	struct lg_options options = { .by = draw(32), .window_only = draw(2) };
	uint32_t seq[LG_DISTURB + 1] = { 0 };
	struct lg_tally *tally = malloc(sizeof(*tally));
	uint64_t now = draw(2) ? 1000 : UINT64_MAX - 5000;
	uint64_t i, n = draw(400);
	struct lg_event event;

	if (draw(4) == 0) {
		options.from = draw(5000);
		options.to = options.from + draw(20000);
	}
	lg_tally_init(tally, &options);
	if (draw(8))
		mark(tally, true, &now);
	for (i = 0; i < n; i++) {
		make_event(&event, seq, &now);
		if (draw(10) == 0)
			mutate(&event);
		if (draw(50))
			lg_tally_event(tally, &event);
		if (draw(50) == 0)
			lg_tally_event(tally, &event);
	}
	if (draw(8))
		mark(tally, false, &now);
	lg_tally_end(tally);
	lg_tally_verdict(tally);
	check_sums(tally);
	write_all(tally, out);
	lg_tally_free(tally);
	free(tally);
}

int main(int argc, char **argv)
{
	unsigned long rounds = argc > 1 ? strtoul(argv[1], NULL, 10) : 1000;
	FILE *out = fopen("/dev/null", "w");

	random_state = argc > 2 ? strtoull(argv[2], NULL, 10) : 1;
	while (out && rounds--)
		one_round(out);
	return !out || fclose(out);
}
