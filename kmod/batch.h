/* SPDX-License-Identifier: GPL-2.0 */
/*
 * batch.h - the ledgers of many switches, packed into one event (lg_batch).
 *
 * An event of LTTng's costs some 700 instructions, three of them a switch.  Packed, a
 * switch is a few words in a buffer of its CPU, and one event carries away what has
 * gathered there: when the next switch might not fit, and when a recording stops.
 * A record is what lg_copy_in, lg_enter and lg_exit would have said:
 *
 *	head		bits 0-7 vector, 8-15 variant, 16 twin, 17-18 ring on the way out,
 *			19 there was a copy-in, 20-23 its reason, 24 it was a re-entry instead
 *	guest
 *	tsc, tsc_call (2)	on the way in; of tsc_call the low word comes first
 *	tsc_back, error, cr2, eip	on the way out
 *	stamps		only in the probed twin, a word a probe: those of C (after a
 *			re-entry the first two), those of the Switcher
 *	copied		only if the reason is not `hit`: bits 0-7 `changed`, above: bytes
 * tsc and tsc_back are low words: the Host's tick ends every switch long before it has taken
 * 2^32 ticks.
 *
 * While lg_batch is on, lg_copy_in, lg_enter, lg_exit and lg_slow are silent.  Sequence
 * numbers are those of the three events, counted for a whole batch at once.
 */
#ifndef KMOD_BATCH_H
#define KMOD_BATCH_H

#include "lg.h"
#include "lg/probe.h"

/* Perf takes no event beyond 8 KiB, and warns. */
#define LG_BATCH_WORDS	1920
#define LG_RECORD_C_STAMPS	9
#define LG_AGAIN_C_PROBES	2	/* the first of them, after fast re-entry */
#define LG_RECORD_WORDS	(LG_RECORD_C_STAMPS + LG_NR_C_PROBES + LG_NR_PROBES + 1)

#define LG_RECORD_VARIANT	8
#define LG_RECORD_TWIN		16
#define LG_RECORD_RING		17
#define LG_RECORD_COPIED	(1u << 19)
#define LG_RECORD_REASON	20
#define LG_RECORD_AGAIN	(1u << 24)

struct lg_batch {
	u32 *at;		/* the record that is being written */
	u32 *full;		/* a record that begins here or beyond might not fit */
	u32 *rest;		/* where what follows its way in goes; NULL: no way in is there */
	u32 miss_head, copied;	/* of the next record, when copy-in has missed */
	u32 switches, copies;	/* since the last event */
	u32 pack_tsc;		/* what packing a way out took */
	u32 flush_tsc;		/* what the last event took */
	u32 words[LG_BATCH_WORDS];
};

#endif
