/* SPDX-License-Identifier: GPL-2.0 */
/*H:096
 * batch.h - the ledgers of many switches, packed into one event (lg_batch).
 *
 * An event of LTTng's costs some 700 instructions, three of them a switch.  Packed, a
 * switch is a few words in a buffer of its CPU, and one event carries away what has
 * gathered there: when the next switch might not fit, and when a recording stops.
 * A record is what lg_copy_in, lg_enter and lg_exit would have said:
 *
 *	head		bits 0-7 vector, 8-15 variant, 16 twin, 17-18 ring before,
 *			19-20 ring after, 21 there was a copy-in, 22-25 its reason
 *	guest
 *	eip, tsc, tsc_call	on the way in; a TSC is two words, the low one first
 *	tsc_back, error, cr2, eip	on the way out
 *	copied		only if the reason is not `hit`: bits 0-7 `changed`, above: bytes
 *	stamps		only in the probed twin, one word a probe
 *
 * Sequence numbers are those of the three events, counted for a whole batch at once.
 */
#ifndef KMOD_BATCH_H
#define KMOD_BATCH_H

#include "lg.h"
#include "lg/probe.h"

/* With its event's header a batch fits the smallest sub-buffer, a page. */
#define LG_BATCH_WORDS	960
#define LG_RECORD_WORDS	(13 + LG_NR_PROBES)

#define LG_RECORD_VARIANT	8
#define LG_RECORD_TWIN		16
#define LG_RECORD_RING_IN	17
#define LG_RECORD_RING_OUT	19
#define LG_RECORD_COPIED	(1u << 21)
#define LG_RECORD_REASON	22

struct lg_batch {
	u32 *at;		/* the record that is being written */
	u32 *full;		/* a record that begins here or beyond might not fit */
	bool open;		/* its way in is there */
	u32 copy_head;		/* bits of the next head */
	u32 copied;		/* for a miss: that word */
	u32 switches, copies;	/* since the last event */
	u32 pack_tsc;		/* what packing a way out took */
	u32 flush_tsc;		/* what the last event took */
	u32 words[LG_BATCH_WORDS];
};

#endif
