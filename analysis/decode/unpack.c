/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Records of a batch, see unpack.h. */
#include <string.h>

#include "unpack.h"

#define FIXED_WORDS	9
#define HEAD_BITS	25
#define AGAIN_C_PROBES	2

/* The time not before @base that has this low word. */
static uint64_t after(uint64_t base, uint32_t low)
{
	return base + (uint32_t)(low - (uint32_t)base);
}

static void read_head(uint32_t head, struct lg_record *record)
{
	record->vector = head;
	record->variant = head >> 8;
	record->twin = head >> 16 & 1;
	record->ring = head >> 17 & 3;
	record->copied = head >> 19 & 1;
	record->reason = head >> 20 & 15;
	record->again = head >> 24 & 1;
}

static void read_fixed(const uint32_t *words, struct lg_record *record)
{
	record->guest = words[1];
	record->tsc_call = words[3] | (uint64_t)words[4] << 32;
	record->tsc = record->tsc_call - (uint32_t)(words[3] - words[2]);
	record->tsc_back = after(record->tsc_call, words[5]);
	record->error = words[6];
	record->cr2 = words[7];
	record->eip = words[8];
}

bool lg_unpack(const struct lg_batch *batch, uint32_t *at, struct lg_record *record)
{
	const uint32_t *words = batch->words + *at;
	uint32_t left = batch->n_words - *at, used = FIXED_WORDS;

	memset(record, 0, sizeof(*record));
	if (left < FIXED_WORDS || words[0] >> HEAD_BITS)
		return false;
	read_head(words[0], record);
	read_fixed(words, record);
	if (record->twin) {
		record->n_c_stamps = record->again ? AGAIN_C_PROBES : batch->c_probes;
		record->c_stamps = words + used;
		record->stamps = record->c_stamps + record->n_c_stamps;
		used += record->n_c_stamps + batch->probes;
	}
	if (record->copied && record->reason) {
		if (left < ++used)
			return false;
		record->changed = words[used - 1];
		record->bytes = words[used - 1] >> 8;
	}
	*at += used;
	return left >= used;
}
