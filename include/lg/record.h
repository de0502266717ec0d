/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * record.h - the record of a switch in the event lg_batch, which holds many.
 *
 * A record is a list of 32-bit words with the same content as lg_copy_in, lg_enter and lg_exit:
 *	LG_RECORD_FIXED words in the order of enum lg_record_word
 *	only in the probed twin, a word for each probe: the stamps of C (after a re-entry the first
 *		LG_RECORD_AGAIN_STAMPS), then those of the Switcher
 *	only after a copy-in whose reason is not `hit`: bits 0-7 what had changed, above them the
 *	number of bytes copied
 * The bits of the head that no name below covers are 0.  Only the low words of tsc and tsc_back
 * are kept: the Host's tick ends every switch long before it has taken 2^32 ticks.
 *
 * While lg_batch is on, lg_copy_in, lg_enter, lg_exit and lg_slow are silent.  Sequence numbers
 * are those of the three events, counted for a whole batch at once.
 */
#ifndef LG_RECORD_H
#define LG_RECORD_H

enum lg_record_word {
	LG_RECORD_HEAD,
	LG_RECORD_GUEST,
	LG_RECORD_TSC,			/* on the way in */
	LG_RECORD_TSC_CALL,		/* low word, then high word */
	LG_RECORD_TSC_CALL_HIGH,
	LG_RECORD_TSC_BACK,		/* on the way out */
	LG_RECORD_ERROR,
	LG_RECORD_CR2,
	LG_RECORD_EIP,
	LG_RECORD_FIXED
};

/* The head: the first bit of a number, or a mask of one bit.  The vector is in bits 0-7. */
#define LG_RECORD_VARIANT	8		/* 8 bits */
#define LG_RECORD_TWIN		16		/* 1 bit; 1: probed */
#define LG_RECORD_RING		17		/* 2 bits: on the way out */
#define LG_RECORD_COPIED	(1u << 19)	/* there was a copy-in */
#define LG_RECORD_REASON	20		/* 4 bits: its reason; 0: hit */
#define LG_RECORD_AGAIN		(1u << 24)	/* a fast re-entry, which has no copy-in */
#define LG_RECORD_HEAD_BITS	25

#define LG_RECORD_AGAIN_STAMPS	2	/* stamps of C after a fast re-entry */

/* In the word about a copy-in. */
#define LG_RECORD_BYTES		8	/* first bit of the number of bytes copied */

#endif
