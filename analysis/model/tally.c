/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Adds events to rows of distributions, see tally.h. */
#include <stdlib.h>
#include <string.h>

#include "tally.h"

#define POOL_SLOTS	(1u << 21)	/* 32 MiB of 16-byte slots */

static void add_pair(const struct lg_pair *pair, void *arg);
static void take(const struct lg_event *event, void *arg);

bool lg_by_parse(const char *list, unsigned int *by)
{
	static const char * const words[] = { "exit", "number", "guest", "cpu", "hypercall" };
	unsigned int i;
	size_t n;

	*by = 0;
	for (;; list++) {
		n = strcspn(list, ",");
		for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
			if (strlen(words[i]) == n && !strncmp(list, words[i], n))
				break;
		if (i == sizeof(words) / sizeof(words[0]))
			return false;
		*by |= 1u << i;
		list += n;
		if (!*list)
			return true;
	}
}

void lg_tally_init(struct lg_tally *tally, const struct lg_options *options)
{
	memset(tally, 0, sizeof(*tally));
	tally->options = *options;
	if (!tally->options.by)
		tally->options.by = LG_BY_EXIT;
	tally->pool.limit = POOL_SLOTS;
	lg_loss_init(&tally->loss, options->window_only);
	lg_merge_init(&tally->merge, take, tally);
	lg_pairing_init(&tally->pairing, add_pair, tally);
	lg_hist_init(&tally->calibration, &tally->pool);
	lg_hist_init(&tally->unreported, &tally->pool);
}

static void free_phases(struct lg_phases *phases)
{
	while (phases->n)
		lg_hist_free(&phases->phase[--phases->n]);
	free(phases->phase);
}

static void free_row(struct lg_row *row)
{
	lg_hist_free(&row->handling);
	lg_hist_free(&row->trip);
	lg_hist_free(&row->entry);
	free_phases(&row->breakdown);
	free_phases(&row->c_breakdown);
	free(row);
}

void lg_tally_free(struct lg_tally *tally)
{
	while (tally->n_rows)
		free_row(tally->rows[--tally->n_rows]);
	lg_hist_free(&tally->calibration);
	lg_hist_free(&tally->unreported);
	lg_merge_free(&tally->merge);
	lg_pairing_free(&tally->pairing);
	lg_loss_free(&tally->loss);
	lg_intern_free(&tally->names);
}

static struct lg_key key_of(const struct lg_tally *tally, const struct lg_pair *pair)
{
	const struct lg_event *event = &pair->exit;
	unsigned int by = tally->options.by;
	struct lg_key key = { .variant = event->variant, .twin = event->twin };

	if (by & LG_BY_EXIT)
		key.exit = event->exit.exit;
	if (by & LG_BY_NUMBER)
		key.number = event->exit.number;
	if (by & LG_BY_GUEST)
		key.guest = event->guest;
	if (by & LG_BY_CPU)
		key.cpu = event->cpu;
	if (by & LG_BY_HYPERCALL)
		key.hypercall = pair->hypercall;
	return key;
}

static bool same(const struct lg_key *a, const struct lg_key *b)
{
	return a->variant == b->variant && a->twin == b->twin && a->exit == b->exit &&
	       a->number == b->number && a->guest == b->guest && a->cpu == b->cpu &&
	       a->hypercall == b->hypercall;
}

static struct lg_row *new_row(struct lg_tally *tally, const struct lg_key *key)
{
	struct lg_row *row;

	if (tally->n_rows == LG_MAX_ROWS)
		return NULL;
	row = calloc(1, sizeof(*row));
	if (!row) {
		tally->pool.failed = true;
		return NULL;
	}
	row->key = *key;
	lg_hist_init(&row->handling, &tally->pool);
	lg_hist_init(&row->trip, &tally->pool);
	lg_hist_init(&row->entry, &tally->pool);
	tally->rows[tally->n_rows++] = row;
	return row;
}

static struct lg_row *row_of(struct lg_tally *tally, const struct lg_pair *pair)
{
	struct lg_key key = key_of(tally, pair);
	uint32_t i;

	if (tally->last && same(&tally->last->key, &key))
		return tally->last;
	for (i = 0; i < tally->n_rows; i++)
		if (same(&tally->rows[i]->key, &key))
			return tally->last = tally->rows[i];
	return tally->last = new_row(tally, &key);
}

static bool make_phases(struct lg_phases *phases, uint32_t n, struct lg_pool *pool)
{
	uint32_t i;

	if (phases->phase)
		return phases->n == n;
	phases->phase = calloc(n, sizeof(*phases->phase));
	if (!phases->phase) {
		pool->failed = true;
		return false;
	}
	phases->n = n;
	for (i = 0; i < n; i++)
		lg_hist_init(&phases->phase[i], pool);
	return true;
}

static void add_breakdown(struct lg_tally *tally, struct lg_phases *phases,
		       const struct lg_breakdown *breakdown)
{
	uint32_t i;

	phases->state[breakdown->state]++;
	if (breakdown->state != LG_BREAKDOWN_GOOD ||
	    !make_phases(phases, breakdown->n, &tally->pool))
		return;
	phases->whole += breakdown->whole;
	for (i = 0; i < breakdown->n; i++)
		lg_hist_add(&phases->phase[i], breakdown->phase[i]);
}

static bool named(const struct lg_tally *tally, uint16_t id, const char *want)
{
	return !want || !strcmp(lg_name_of(&tally->names, id), want);
}

static bool in_range(const struct lg_tally *tally, uint64_t ts)
{
	uint64_t since = ts - tally->first_ts;

	return !tally->options.to ||
	       (since >= tally->options.from && since < tally->options.to);
}

static bool wanted(const struct lg_tally *tally, const struct lg_event *event)
{
	const struct lg_options *options = &tally->options;

	return in_range(tally, event->ts) &&
	       named(tally, event->variant, options->only_variant) &&
	       named(tally, event->twin, options->only_twin) &&
	       named(tally, event->exit.exit, options->only_exit);
}

static void add_overhead(struct lg_row *row, const struct lg_pair *pair)
{
	row->overhead += pair->overhead;
	if (pair->reports_overhead)
		row->reported += pair->inner;
	else
		row->inner += pair->inner;
}

static void add_pair(const struct lg_pair *pair, void *arg)
{
	struct lg_tally *tally = arg;
	struct lg_row *row;

	if (!wanted(tally, &pair->exit))
		return;
	for (struct lg_consumer *to = tally->consumers; to; to = to->next)
		if (to->pair)
			to->pair(pair, to->arg);
	row = row_of(tally, pair);
	if (!row) {
		tally->dropped++;
		return;
	}
	row->exits++;
	row->state[pair->state]++;
	if (pair->state == LG_PAIR_TIMED) {
		lg_hist_add(&row->handling, pair->handling);
		add_overhead(row, pair);
		add_breakdown(tally, &row->c_breakdown, &pair->c_breakdown);
	}
	if (pair->has_trip)
		lg_hist_add(&row->trip, pair->trip);
	if (pair->has_entry)
		lg_hist_add(&row->entry, pair->entry);
	add_breakdown(tally, &row->breakdown, &pair->breakdown);
}

static void add_reason(struct lg_tally *tally, const struct lg_event *event)
{
	struct lg_reason *reason = tally->reasons, *end = reason + tally->n_reasons;

	while (reason < end && (reason->variant != event->variant ||
				reason->reason != event->copy_in.reason))
		reason++;
	if (reason == tally->reasons + LG_MAX_REASONS) {
		tally->dropped++;
		return;
	}
	if (reason == end) {
		tally->n_reasons++;
		reason->variant = event->variant;
		reason->reason = event->copy_in.reason;
	}
	reason->n++;
	reason->bytes += event->copy_in.bytes;
	reason->changed |= event->copy_in.changed;
}

static void add_class(struct lg_tally *tally, const struct lg_event *event)
{
	uint32_t i = 0;

	while (i < tally->n_classes && tally->classes[i].class != event->trap.class)
		i++;
	if (i == LG_MAX_REASONS) {
		tally->dropped++;
		return;
	}
	if (i == tally->n_classes) {
		tally->n_classes++;
		tally->classes[i].class = event->trap.class;
	}
	tally->classes[i].n++;
}

static void add_stays(struct lg_tally *tally, const struct lg_event *event)
{
	struct lg_stays *stays = tally->stays, *end = stays + tally->n_stays;

	while (stays < end && (stays->variant != event->variant ||
			       stays->class != event->stayed.class))
		stays++;
	if (stays == tally->stays + LG_MAX_REASONS) {
		tally->dropped++;
		return;
	}
	if (stays == end) {
		tally->n_stays++;
		stays->variant = event->variant;
		stays->class = event->stayed.class;
	}
	stays->exits += event->stayed.exits;
	stays->ticks += event->stayed.ticks;
}

/* The time between the two, and the part of it that the first does not report itself. */
static void add_cost(struct lg_tally *tally, const struct lg_event *first,
		     const struct lg_event *second)
{
	uint64_t cost = second->ts - first->ts;
	uint32_t reported = second->calibrate.overhead - first->calibrate.overhead;

	if (second->ts < first->ts)
		return;
	lg_hist_add(&tally->calibration, cost);
	if (second->calibrate.reports_overhead && reported <= cost)
		lg_hist_add(&tally->unreported, cost - reported);
}

/* Calibration events come in pairs, back to back on one CPU. */
static void calibrate(struct lg_tally *tally, const struct lg_event *event)
{
	bool second = tally->calibrating && tally->calibrate.cpu == event->cpu;

	if (second)
		add_cost(tally, &tally->calibrate, event);
	else
		tally->calibrate = *event;
	tally->calibrating = !second;
}

static void note_guest(struct lg_tally *tally, uint32_t guest)
{
	uint32_t i = tally->n_guests;

	while (i && tally->guests[i - 1] != guest)
		i--;
	if (!i && tally->n_guests < LG_MAX_GUESTS)
		tally->guests[tally->n_guests++] = guest;
}

static void count(struct lg_tally *tally, const struct lg_event *event)
{
	if (!tally->ours++)
		tally->first_ts = event->ts;
	if (event->ts > tally->last_ts)
		tally->last_ts = event->ts;
	tally->exits += event->kind == LG_EXIT;
	tally->packed += event->kind == LG_EXIT && event->packed;
	tally->enters += event->kind == LG_ENTER;
	if (event->kind == LG_EXIT)
		note_guest(tally, event->guest);
}

/* One event, in the order of its CPU's time. */
static void take(const struct lg_event *event, void *arg)
{
	struct lg_tally *tally = arg;

	if (event->kind == LG_DISTURB) {
		tally->foreign++;
		lg_pairing_event(&tally->pairing, event);
		return;
	}
	if (!lg_loss_event(&tally->loss, event))
		return;
	count(tally, event);
	if (event->kind == LG_COPY_IN && in_range(tally, event->ts))
		add_reason(tally, event);
	else if (event->kind == LG_TRAP)
		add_class(tally, event);
	else if (event->kind == LG_STAYED && in_range(tally, event->ts))
		add_stays(tally, event);
	else if (event->kind == LG_CALIBRATE)
		calibrate(tally, event);
	for (struct lg_consumer *to = tally->consumers; to; to = to->next)
		if (to->event)
			to->event(event, to->arg);
	lg_pairing_event(&tally->pairing, event);
}

void lg_tally_consumer(struct lg_tally *tally, struct lg_consumer *consumer)
{
	consumer->next = tally->consumers;
	tally->consumers = consumer;
}

void lg_tally_event(struct lg_tally *tally, const struct lg_event *event)
{
	lg_merge_event(&tally->merge, event);
}

/* Both halves of a ready-made pair are checked as single events. */
void lg_tally_pair(struct lg_tally *tally, const struct lg_pair *pair)
{
	struct lg_event enter = { .kind = LG_ENTER, .cpu = pair->exit.cpu };

	if (!lg_loss_event(&tally->loss, &pair->exit))
		return;
	count(tally, &pair->exit);
	add_pair(pair, tally);
	if (!pair->has_enter)
		return;
	enter.type = lg_loss_type(&tally->loss, "lg_enter");
	enter.seq = pair->enter_seq;
	enter.ts = pair->exit.ts;
	lg_loss_event(&tally->loss, &enter);
	count(tally, &enter);
}

void lg_tally_end(struct lg_tally *tally)
{
	lg_merge_end(&tally->merge);
	lg_pairing_end(&tally->pairing);
}

enum lg_verdict lg_tally_verdict(const struct lg_tally *tally)
{
	if (tally->pool.failed || tally->loss.failed || tally->pairing.failed ||
	    tally->merge.failed || tally->dropped)
		return LG_NO_MEMORY;
	if (!tally->loss.events)
		return tally->foreign ? LG_NOT_OURS : LG_NOTHING;
	return lg_loss_faults(&tally->loss, NULL, 0) ? LG_VOID : LG_GOOD;
}

bool lg_event_cost(const struct lg_tally *tally, struct lg_summary *cost)
{
	return lg_hist_summary(&tally->calibration, cost);
}

bool lg_unreported_cost(const struct lg_tally *tally, struct lg_summary *cost)
{
	return lg_hist_summary(&tally->unreported, cost);
}

static bool count_copies(const struct lg_tally *tally, const char *reason, uint64_t *n)
{
	uint64_t all = 0;
	uint32_t i;

	for (i = 0; i < tally->n_reasons; i++) {
		all += tally->reasons[i].n;
		if (!strcmp(lg_name_of(&tally->names, tally->reasons[i].reason), reason))
			*n += tally->reasons[i].n;
	}
	return all && strcmp(reason, "reentry");
}

static bool count_class(const struct lg_tally *tally, const char *name, uint64_t *n)
{
	uint32_t i;

	for (i = 0; i < tally->n_classes; i++)
		if (!strcmp(lg_name_of(&tally->names, tally->classes[i].class), name))
			*n = tally->classes[i].n;
	return tally->n_classes;
}

static bool count_stays(const struct lg_tally *tally, const char *class, uint64_t *n)
{
	uint32_t i;

	for (i = 0; i < tally->n_stays; i++)
		if (!strcmp(lg_name_of(&tally->names, tally->stays[i].class), class))
			*n += tally->stays[i].exits;
	return tally->n_stays;
}

bool lg_tally_count(const struct lg_tally *tally, const char *name, uint64_t *n)
{
	*n = 0;
	if (tally->options.to || tally->n_guests == LG_MAX_GUESTS)
		return false;
	if (!strcmp(name, "guests")) {
		*n = tally->n_guests;
		return *n;
	}
	if (!strncmp(name, "copy_in_", 8))
		return count_copies(tally, name + 8, n);
	/* The trace has the class of an exit, not the instruction. */
	if (!strncmp(name, "privileged_", 11))
		return false;
	if (!strncmp(name, "stayed_", 7))
		return count_stays(tally, name + 7, n);
	if (strcmp(name, "switches"))
		return count_class(tally, name, n);
	*n = tally->exits;
	return *n;
}
