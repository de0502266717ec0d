/* SPDX-License-Identifier: GPL-2.0 */
/*
 * insn.h - decoding: the prefixes, opcode and operand of one instruction, from bytes that
 * were copied once out of the Guest.
 *
 * It is pure: it reads its arguments, is bounded by `have`, and tests/unit runs it in user
 * space over random bytes.  Opcodes of two bytes are 0x0f00 and up.
 */
#ifndef KMOD_INSN_H
#define KMOD_INSN_H

#include "lg/abi.h"
#include "check.h"
#include "layout.h"

#define LG_INSN_BYTES	15		/* the longest that a CPU takes */

enum lg_segment { LG_SEG_ES, LG_SEG_CS, LG_SEG_SS, LG_SEG_DS, LG_SEG_FS, LG_SEG_GS };

struct lg_insn {
	union {
		u8 bytes[LG_INSN_BYTES + 1];
		u32 words[(LG_INSN_BYTES + 1) / 4];
	};
	u8 have;			/* how many of them are the Guest's */
	u8 at;				/* the next one to look at */
	bool bad;			/* it ends behind `have` */
	bool operand_16, address_16, lock, repeat;
	u8 segment;			/* enum lg_segment: of the memory operand */
	bool segment_given;
	u16 opcode;
	u8 modrm;			/* of those that have one */
	bool memory;			/* and its operand is in memory */
	u32 offset;			/* there, before the segment's base */
};

/* All but the bytes themselves. */
static inline void lg_insn_begin(struct lg_insn *in)
{
	in->have = 0;
	in->at = 0;
	in->bad = false;
	in->operand_16 = in->address_16 = in->lock = in->repeat = false;
	in->segment_given = false;
}

static inline u8 lg_insn_byte(struct lg_insn *in)
{
	if (in->at >= in->have) {
		in->bad = true;
		return 0;
	}
	return in->bytes[in->at++];
}

static inline u32 lg_insn_word(struct lg_insn *in)
{
	u32 word = lg_insn_byte(in);

	word |= (u32)lg_insn_byte(in) << 8;
	word |= (u32)lg_insn_byte(in) << 16;
	return word | (u32)lg_insn_byte(in) << 24;
}

/* A general register by its number in an instruction. */
static inline u32 *lg_insn_register(struct lg_regs *regs, u8 number)
{
	static const u8 at[] = {
		offsetof(struct lg_regs, eax), offsetof(struct lg_regs, ecx),
		offsetof(struct lg_regs, edx), offsetof(struct lg_regs, ebx),
		offsetof(struct lg_regs, esp), offsetof(struct lg_regs, ebp),
		offsetof(struct lg_regs, esi), offsetof(struct lg_regs, edi),
	};

	return (u32 *)((u8 *)regs + at[number & 7]);
}

static inline void lg_insn_segment(struct lg_insn *in, enum lg_segment segment)
{
	in->segment = segment;
	in->segment_given = true;
}

static inline bool lg_insn_prefix(struct lg_insn *in, u8 byte)
{
	switch (byte) {
	case 0x26: lg_insn_segment(in, LG_SEG_ES); return true;
	case 0x2e: lg_insn_segment(in, LG_SEG_CS); return true;
	case 0x36: lg_insn_segment(in, LG_SEG_SS); return true;
	case 0x3e: lg_insn_segment(in, LG_SEG_DS); return true;
	case 0x64: lg_insn_segment(in, LG_SEG_FS); return true;
	case 0x65: lg_insn_segment(in, LG_SEG_GS); return true;
	case 0x66: in->operand_16 = true; return true;
	case 0x67: in->address_16 = true; return true;
	case 0xf0: in->lock = true; return true;
	case 0xf2:
	case 0xf3: in->repeat = true; return true;
	}
	return false;
}

/* Prefixes and opcode; false if it is not all there. */
static inline bool lg_insn_decode(struct lg_insn *in)
{
	u8 byte;

	in->segment = LG_SEG_DS;
	do
		byte = lg_insn_byte(in);
	while (byte != 0x0f && lg_insn_prefix(in, byte));
	in->opcode = byte;
	if (byte == 0x0f)
		in->opcode = 0x0f00 | lg_insn_byte(in);
	return !in->bad;
}

/* An operand based on ESP or EBP is in the stack segment, if no prefix says otherwise. */
static inline void lg_insn_on_stack(struct lg_insn *in)
{
	if (!in->segment_given)
		in->segment = LG_SEG_SS;
}

static inline u32 lg_insn_sib(struct lg_insn *in, struct lg_regs *regs)
{
	u8 sib = lg_insn_byte(in), base = sib & 7, index = sib >> 3 & 7;
	u32 offset = 0;

	if (index != 4)
		offset = *lg_insn_register(regs, index) << (sib >> 6);
	if (base == 5 && in->modrm < 0x40)
		return offset + lg_insn_word(in);
	if (base == 4 || base == 5)
		lg_insn_on_stack(in);
	return offset + *lg_insn_register(regs, base);
}

/*
 * The ModRM byte and, for an operand in memory, its offset.  False: not all there, or an
 * address of 16 bits, which no Guest kernel of 32 bits makes.
 */
static inline bool lg_insn_operand(struct lg_insn *in, struct lg_regs *regs)
{
	u8 mod, rm;

	in->modrm = lg_insn_byte(in);
	mod = in->modrm >> 6;
	rm = in->modrm & 7;
	in->memory = mod != 3;
	if (!in->memory)
		return !in->bad;
	if (rm == 4) {
		in->offset = lg_insn_sib(in, regs);
	} else if (rm == 5 && !mod) {
		in->offset = lg_insn_word(in);
	} else {
		in->offset = *lg_insn_register(regs, rm);
		if (rm == 5)
			lg_insn_on_stack(in);
	}
	if (mod == 1)
		in->offset += (s8)lg_insn_byte(in);
	else if (mod == 2)
		in->offset += lg_insn_word(in);
	return !in->bad && !in->address_16;
}

#endif
