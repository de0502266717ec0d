/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * watch.h - from blocks that are begun to what was executed, by whom, and to which end.
 */
#ifndef WATCH_H
#define WATCH_H

#include "decode.h"

/* A block of straight-line code, as the emulator translated it. */
struct block {
	uint32_t va;
	uint16_t n;
	struct insn insn[];
};

/* Every instruction adds one before it is begun. */
extern uint64_t watch_begun;

/* Every access to memory of a near call, return or indirect jump adds one when it is done. */
extern uint64_t watch_accessed;

/* A block begins on that CPU, which is below WATCH_CPUS. */
#define WATCH_CPUS	64
void watch_block(unsigned int cpu, const struct block *block);

/* Does a Guest run on that CPU?  Known once addresses were told.  What a Guest stores to its
 * own mailbox is no message. */
bool watch_in_guest(unsigned int cpu);

/* A line from the mailbox, to be heeded when the present block has ended. */
void watch_message(const char *line);

/* The files' folder; false, and says why, if they cannot be written. */
bool watch_open(const char *folder);
void watch_close(void);

#endif
