/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Unpacks lg_batch, which holds many switches in one event.
 *
 * A batch is a list of 32-bit words, a record a switch:
 *	head		bits 0-7 vector, 8-15 variant, 16 twin (1: probed), 17-18 ring on
 *			the way out, 19 there was a copy-in, 20-23 its reason (0: hit),
 *			24 it was a re-entry instead, the rest 0
 *	guest
 *	tsc, tsc_call (2)			the way in
 *	tsc_back, error, cr2, eip		the way out
 *	stamps		only of a probed twin: those of C and those of the Switcher, as many
 *			as the batch says; of a re-entry, only the first two of C
 *	copied		only if there was a copy-in that is no hit: bits 0-7 what had
 *			changed, above them the bytes
 * Of tsc and tsc_back there is the low word: each of the three times lies less than 2^32 after
 * the one before.
 * A record stands for what lg_copy_in (if there was one), lg_enter and lg_exit say, and
 * the batch holds the sequence numbers of the first of each.
 */
#ifndef ANALYSIS_DECODE_UNPACK_H
#define ANALYSIS_DECODE_UNPACK_H

#include "analysis/model/event.h"

#define LG_MAX_WORDS	16384

struct lg_batch {
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

/* The record that begins at word *at, which moves on; false if it is cut off or senseless. */
bool lg_unpack(const struct lg_batch *batch, uint32_t *at, struct lg_record *record);

#endif
