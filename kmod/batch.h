/* SPDX-License-Identifier: GPL-2.0 */
/*
 * batch.h - a CPU's buffer of packed switches.
 *
 * An event of LTTng's costs some 700 instructions, three of them a switch.  Packed, a
 * switch is a record (lg/record.h) in a buffer of its CPU, and one event carries away what has
 * gathered there: when the next switch might not fit, and when a recording stops.
 */
#ifndef KMOD_BATCH_H
#define KMOD_BATCH_H

#include "lg.h"
#include "lg/probe.h"
#include "lg/record.h"

/* Perf takes no event beyond 8 KiB, and warns. */
#define LG_BATCH_WORDS	1920
#define LG_RECORD_WORDS	(LG_RECORD_FIXED + LG_NR_C_PROBES + LG_NR_PROBES + 1)

struct lg_batch {
	u32 *at;		/* the record that is being written */
	u32 *full;		/* a record that begins here or beyond might not fit */
	u32 *rest;		/* where the way out is written; NULL: there was no way in */
	u32 miss_head, copied;	/* of the next record, when copy-in has missed */
	u32 switches, copies;	/* since the last event */
	u32 pack_tsc;		/* the cost of packing a way out */
	u32 flush_tsc;		/* the cost of the last event */
	u32 words[LG_BATCH_WORDS];
};

#endif
