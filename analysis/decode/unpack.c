/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Records of a batch, see unpack.h. */
#include <string.h>

#include "lg/record.h"

#include "unpack.h"

/* The time not before @base that has this low word. */
static uint64_t after(uint64_t base, uint32_t low)
{
	return base + (uint32_t)(low - (uint32_t)base);
}

static void read_head(uint32_t head, struct lg_record *record)
{
	record->vector = head;
	record->variant = head >> LG_RECORD_VARIANT;
	record->twin = head >> LG_RECORD_TWIN & 1;
	record->ring = head >> LG_RECORD_RING & 3;
	record->copied = head & LG_RECORD_COPIED;
	record->reason = head >> LG_RECORD_REASON & 15;
	record->again = head & LG_RECORD_AGAIN;
}

static void read_fixed(const uint32_t *words, struct lg_record *record)
{
	uint32_t call = words[LG_RECORD_TSC_CALL];

	record->guest = words[LG_RECORD_GUEST];
	record->tsc_call = call | (uint64_t)words[LG_RECORD_TSC_CALL_HIGH] << 32;
	record->tsc = record->tsc_call - (uint32_t)(call - words[LG_RECORD_TSC]);
	record->tsc_back = after(record->tsc_call, words[LG_RECORD_TSC_BACK]);
	record->error = words[LG_RECORD_ERROR];
	record->cr2 = words[LG_RECORD_CR2];
	record->eip = words[LG_RECORD_EIP];
}

bool lg_unpack(const struct lg_packed *batch, uint32_t *at, struct lg_record *record)
{
	const uint32_t *words = batch->words + *at;
	uint32_t left = batch->n_words - *at, used = LG_RECORD_FIXED;

	memset(record, 0, sizeof(*record));
	if (left < LG_RECORD_FIXED || words[LG_RECORD_HEAD] >> LG_RECORD_HEAD_BITS)
		return false;
	read_head(words[LG_RECORD_HEAD], record);
	read_fixed(words, record);
	if (record->twin) {
		record->n_c_stamps = record->again ? LG_RECORD_AGAIN_STAMPS : batch->c_probes;
		record->c_stamps = words + used;
		record->stamps = record->c_stamps + record->n_c_stamps;
		used += record->n_c_stamps + batch->probes;
	}
	if (record->copied && record->reason) {
		if (left < ++used)
			return false;
		record->changed = words[used - 1];
		record->bytes = words[used - 1] >> LG_RECORD_BYTES;
	}
	*at += used;
	return left >= used;
}
