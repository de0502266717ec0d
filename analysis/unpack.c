/* SPDX-License-Identifier: GPL-2.0-or-later */
/*T:104 Records of a batch, see unpack.h. */
#include <string.h>

#include "unpack.h"

#define FIXED_WORDS	12
#define HEAD_BITS	26

static uint64_t wide(const uint32_t *words)
{
	return words[0] | (uint64_t)words[1] << 32;
}

static void read_head(uint32_t head, struct lg_record *record)
{
	record->vector = head;
	record->variant = head >> 8;
	record->twin = head >> 16 & 1;
	record->ring_in = head >> 17 & 3;
	record->ring_out = head >> 19 & 3;
	record->copied = head >> 21 & 1;
	record->reason = head >> 22 & 15;
}

static void read_fixed(const uint32_t *words, struct lg_record *record)
{
	record->guest = words[1];
	record->eip_in = words[2];
	record->tsc = wide(words + 3);
	record->tsc_call = wide(words + 5);
	record->tsc_back = wide(words + 7);
	record->error = words[9];
	record->cr2 = words[10];
	record->eip_out = words[11];
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
	if (record->copied && record->reason) {
		if (left < ++used)
			return false;
		record->changed = words[used - 1];
		record->bytes = words[used - 1] >> 8;
	}
	if (record->twin) {
		record->stamps = words + used;
		used += batch->probes;
	}
	*at += used;
	return left >= used;
}
