/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * decode.h - decodes an instruction as far as counting needs it.  The emulator gives its bytes and
 * its length; all measured code is 32-bit.
 */
#ifndef DECODE_H
#define DECODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lg/ops.h"

/* Where execution may go on after it, when nothing interrupts. */
enum flow {
	FLOW_NEXT,		/* behind it */
	FLOW_REPEAT,		/* behind it, or at itself: a string instruction with rep */
	FLOW_JUMP,		/* behind it or at `target` */
	FLOW_CALL,		/* the same, and it writes to the stack */
	FLOW_ELSEWHERE,		/* anywhere: an indirect jump or call, a return */
	FLOW_TRAP,		/* anywhere, through the IDT: int n */
	FLOW_IRET,		/* anywhere */
};

#define ACCESSES_UNKNOWN	255

struct insn {
	uint32_t va, next;	/* its address, and the one behind it */
	uint32_t target;	/* of FLOW_JUMP and FLOW_CALL */
	uint8_t op;		/* enum lg_op */
	uint8_t flow;		/* enum flow */
	uint8_t bytes;		/* MOVS_BYTES: how many are moved at a time */
	bool raised_early;	/* if it is refused, then by the translator */
	/* of FLOW_CALL and FLOW_ELSEWHERE: to memory; or ACCESSES_UNKNOWN */
	uint8_t accesses;
};

void decode(struct insn *insn, uint32_t va, const uint8_t *bytes, size_t size);

#endif
