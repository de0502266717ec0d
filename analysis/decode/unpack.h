/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Unpacks lg_batch, which holds many switches in one event.
 *
 * lg/record.h has the format of a record.  tsc, tsc_call and tsc_back lie less than 2^32 each after
 * the one before, so their low words are enough.
 */
#ifndef ANALYSIS_DECODE_UNPACK_H
#define ANALYSIS_DECODE_UNPACK_H

#include "analysis/model/event.h"

#define LG_MAX_WORDS	16384

/* The content of an event lg_batch; names are numbers. */
struct lg_packed {
	uint32_t first_enter, first_exit, first_copy_in;
	uint32_t switches, pack_tsc, flush_tsc;
	uint32_t c_probes, probes;	/* stamps of a probed record */
	uint32_t n_words;
	uint32_t words[LG_MAX_WORDS];
};

/* One switch; names are still numbers. */
struct lg_record {
	uint8_t vector, variant, twin, ring, reason, changed;
	bool copied, again;
	uint32_t guest, eip, error, cr2, bytes;
	uint64_t tsc, tsc_call, tsc_back;
	uint32_t n_c_stamps;
	const uint32_t *c_stamps, *stamps;	/* NULL: none */
};

/* Read the record that begins at word *at, and move *at behind it; false if it is cut off or
 * invalid. */
bool lg_unpack(const struct lg_packed *batch, uint32_t *at, struct lg_record *record);

#endif
