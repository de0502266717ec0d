/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Counting distributions in bounded memory, see hist.h. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "hist.h"

#define FIRST_LOG2	4	/* slots of a new table */
#define FREE_LOG2	10	/* up to this a table may grow whatever the pool's limit */
/* 512 KiB: larger tables cost more in cache misses than they gain */
#define LAST_LOG2	15
#define MIN_BATCHES	5	/* fewer do not give a spread */
#define EXACT		64
#define FIRST_ROUNDING	16

static size_t n_slots(const struct lg_hist *hist)
{
	return (size_t)1 << hist->log2_slots;
}

void lg_hist_init(struct lg_hist *hist, struct lg_pool *pool)
{
	memset(hist, 0, sizeof(*hist));
	hist->pool = pool;
	hist->bits = EXACT;
	hist->min = UINT64_MAX;
	hist->batch_size = 1;
}

void lg_hist_free(struct lg_hist *hist)
{
	if (hist->slots)
		hist->pool->used -= n_slots(hist);
	free(hist->slots);
	hist->slots = NULL;
	hist->last = NULL;
}

/* The middle of the range of values that share @value's first @bits bits. */
static uint64_t rounded(uint64_t value, unsigned int bits)
{
	unsigned int width = value ? 64 - __builtin_clzll(value) : 0;
	unsigned int drop;

	if (width <= bits)
		return value;
	drop = width - bits;
	return (value >> drop << drop) | (1ULL << (drop - 1));
}

static struct lg_slot *find(struct lg_slot *slots, uint32_t log2_slots, uint64_t value)
{
	size_t mask = ((size_t)1 << log2_slots) - 1;
	size_t i = value * 0x9e3779b97f4a7c15ULL >> (64 - log2_slots);

	while (slots[i].count && slots[i].value != value)
		i = (i + 1) & mask;
	return &slots[i];
}

/* Move to a table of 2^@log2_slots slots, rounding to hist->bits on the way. */
static bool rehash(struct lg_hist *hist, uint32_t log2_slots)
{
	size_t i, old = hist->slots ? n_slots(hist) : 0;
	struct lg_slot *slots = calloc((size_t)1 << log2_slots, sizeof(*slots));

	if (!slots) {
		hist->pool->failed = true;
		return false;
	}
	hist->used = 0;
	for (i = 0; i < old; i++) {
		uint64_t value = rounded(hist->slots[i].value, hist->bits);
		struct lg_slot *slot;

		if (!hist->slots[i].count)
			continue;
		slot = find(slots, log2_slots, value);
		hist->used += !slot->count;
		slot->value = value;
		slot->count += hist->slots[i].count;
	}
	free(hist->slots);
	hist->slots = slots;
	hist->last = NULL;
	hist->log2_slots = log2_slots;
	hist->pool->used += ((size_t)1 << log2_slots) - old;
	return true;
}

static bool may_grow(const struct lg_hist *hist)
{
	if (hist->log2_slots < FREE_LOG2)
		return true;
	return hist->log2_slots < LAST_LOG2 &&
	       hist->pool->used + n_slots(hist) <= hist->pool->limit;
}

/* Room for one more distinct value: a larger table, or coarser values. */
static bool make_room(struct lg_hist *hist)
{
	if (!hist->slots)
		return rehash(hist, FIRST_LOG2);
	if (may_grow(hist))
		return rehash(hist, hist->log2_slots + 1);
	while (hist->used > n_slots(hist) / 8 * 3) {
		if (hist->bits == EXACT)
			hist->bits = FIRST_ROUNDING;
		else
			hist->bits--;
		if (!rehash(hist, hist->log2_slots))
			return false;
	}
	return true;
}

/* When all batches are full, neighbours merge and batches are twice as long. */
static void merge_batches(struct lg_hist *hist)
{
	unsigned int i;

	for (i = 0; i < LG_BATCHES / 2; i++)
		hist->batch[i] = hist->batch[2 * i] + hist->batch[2 * i + 1];
	hist->n_batches = LG_BATCHES / 2;
	hist->batch_size *= 2;
}

static void end_batch(struct lg_hist *hist)
{
	hist->batch[hist->n_batches++] = hist->batch_sum;
	hist->batch_sum = 0;
	hist->in_batch = 0;
	if (hist->n_batches == LG_BATCHES)
		merge_batches(hist);
}

/* The slot of @value, which is counted there already or new; NULL without memory. */
static struct lg_slot *slot_for(struct lg_hist *hist, uint64_t value)
{
	struct lg_slot *slot;
	uint64_t key;

	if (!hist->slots || hist->used > n_slots(hist) / 2)
		if (!make_room(hist))
			return NULL;
	key = rounded(value, hist->bits);
	slot = find(hist->slots, hist->log2_slots, key);
	hist->used += !slot->count;
	slot->value = key;
	hist->last = slot;
	return slot;
}

void lg_hist_add(struct lg_hist *hist, uint64_t value)
{
	struct lg_slot *slot = hist->last;

	if (!slot || slot->value != value) {
		slot = slot_for(hist, value);
		if (!slot)
			return;
	}
	slot->count++;
	hist->n++;
	lg_wide_add(&hist->sum, value);
	if (value < hist->min)
		hist->min = value;
	if (value > hist->max)
		hist->max = value;
	hist->batch_sum += (double)value;
	if (++hist->in_batch == hist->batch_size)
		end_batch(hist);
}

static int by_value(const void *a, const void *b)
{
	const struct lg_slot *x = a, *y = b;

	return (x->value > y->value) - (x->value < y->value);
}

struct lg_slot *lg_hist_sorted(const struct lg_hist *hist)
{
	struct lg_slot *sorted;
	size_t i, n = 0;

	if (!hist->used)
		return NULL;
	sorted = calloc(hist->used, sizeof(*sorted));
	if (!sorted)
		return NULL;
	for (i = 0; i < n_slots(hist); i++)
		if (hist->slots[i].count)
			sorted[n++] = hist->slots[i];
	qsort(sorted, n, sizeof(*sorted), by_value);
	return sorted;
}

uint64_t lg_quantile(const struct lg_slot *sorted, size_t n, uint64_t total, double p)
{
	uint64_t rank = (uint64_t)ceil(p * (double)total), seen = 0;
	size_t i;

	for (i = 0; i + 1 < n; i++) {
		seen += sorted[i].count;
		if (seen >= rank)
			break;
	}
	return sorted[i].value;
}

/* The 0.975 quantile of Student's t: exact for 1 and 2, else within 1 % (Cornish-Fisher). */
static double t_975(unsigned int df)
{
	const double z = 1.959963985;
	double z3 = z * z * z, z5 = z3 * z * z, z7 = z5 * z * z;

	if (df == 1)
		return 12.7062;
	if (df == 2)
		return 4.30265;
	return z + (z3 + z) / (4.0 * df) +
	       (5 * z5 + 16 * z3 + 3 * z) / (96.0 * df * df) +
	       (3 * z7 + 19 * z5 + 17 * z3 - 15 * z) / (384.0 * df * df * df);
}

/* From the spread of the means of complete batches, since neighbouring values may be correlated. */
static double half_width(const struct lg_hist *hist)
{
	double mean = 0, square = 0;
	unsigned int i, n = hist->n_batches;

	if (n < MIN_BATCHES)
		return -1;
	for (i = 0; i < n; i++)
		mean += hist->batch[i] / n;
	for (i = 0; i < n; i++)
		square += (hist->batch[i] - mean) * (hist->batch[i] - mean);
	return t_975(n - 1) * sqrt(square / (n - 1) / n) / (double)hist->batch_size;
}

static uint64_t clamped(const struct lg_hist *hist, uint64_t value)
{
	if (value < hist->min)
		return hist->min;
	return value > hist->max ? hist->max : value;
}

bool lg_hist_summary(const struct lg_hist *hist, struct lg_summary *out)
{
	struct lg_slot *sorted = lg_hist_sorted(hist);
	size_t i;

	memset(out, 0, sizeof(*out));
	if (!sorted)
		return false;
	out->n = hist->n;
	out->min = hist->min;
	out->max = hist->max;
	out->p50 = clamped(hist, lg_quantile(sorted, hist->used, hist->n, 0.50));
	out->p95 = clamped(hist, lg_quantile(sorted, hist->used, hist->n, 0.95));
	out->p99 = clamped(hist, lg_quantile(sorted, hist->used, hist->n, 0.99));
	for (i = 0; i < hist->used; i++)
		if (sorted[i].count > out->mode_n) {
			out->mode = sorted[i].value;
			out->mode_n = sorted[i].count;
		}
	out->avg = (double)lg_wide_value(&hist->sum) / (double)hist->n;
	out->half = half_width(hist);
	out->error = hist->bits == EXACT ? 0 : ldexp(1, -(int)hist->bits);
	free(sorted);
	return true;
}
