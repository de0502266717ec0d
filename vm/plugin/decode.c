/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reading opcodes: Intel SDM 2, "Opcode Map".
 */
#include <string.h>

#include "decode.h"

struct prefixes {
	bool word, locked, repeat;
};

static size_t skip_prefixes(const uint8_t *code, size_t size, struct prefixes *found)
{
	size_t i;

	memset(found, 0, sizeof(*found));
	for (i = 0; i < size; i++) {
		switch (code[i]) {
		case 0x66:
			found->word = true;
			break;
		case 0xf0:
			found->locked = true;
			break;
		case 0xf2:
		case 0xf3:
			found->repeat = true;
			break;
		case 0x26: case 0x2e: case 0x36: case 0x3e: case 0x64: case 0x65: case 0x67:
			break;
		default:
			return i;
		}
	}
	return i;
}

static unsigned int reg_field(uint8_t modrm)
{
	return modrm >> 3 & 7;
}

static bool is_memory(uint8_t modrm)
{
	return modrm >> 6 != 3;
}

/* Those that only ring 0 may: the translator knows the ring and refuses by itself. */
static void privileged(struct insn *insn, enum lg_op op)
{
	insn->op = op;
	insn->raised_early = true;
}

static void goes(struct insn *insn, enum lg_op op, enum flow flow)
{
	insn->op = op;
	insn->flow = flow;
	insn->accesses = ACCESSES_UNKNOWN;
}

static void descriptor_table(struct insn *insn, uint8_t modrm)
{
	static const uint8_t group6[8] = {
		LG_OP_SLDT, LG_OP_STR, LG_OP_LLDT, LG_OP_LTR, LG_OP_NONE, LG_OP_NONE,
	};
	enum lg_op op = group6[reg_field(modrm)];

	insn->op = op;
	insn->raised_early = op == LG_OP_LLDT || op == LG_OP_LTR;
}

static void group7(struct insn *insn, uint8_t modrm)
{
	static const uint8_t memory[8] = {
		LG_OP_SGDT, LG_OP_SIDT, LG_OP_LGDT, LG_OP_LIDT, LG_OP_NONE, LG_OP_NONE,
		LG_OP_WRITE_CR0, LG_OP_INVLPG,
	};
	unsigned int reg = reg_field(modrm);

	/* Registers: smsw and lmsw as with memory; the rest are SVM, VMX and the like. */
	if (is_memory(modrm) || reg == 6)
		insn->op = memory[reg];
	insn->raised_early = reg == 2 || reg == 3 || reg >= 6;
}

static void write_cr(struct insn *insn, uint8_t modrm)
{
	static const uint8_t names[8] = {
		LG_OP_WRITE_CR0, LG_OP_WRITE_CR, LG_OP_WRITE_CR, LG_OP_WRITE_CR3,
		LG_OP_WRITE_CR4, LG_OP_WRITE_CR, LG_OP_WRITE_CR, LG_OP_WRITE_CR,
	};

	privileged(insn, names[reg_field(modrm)]);
}

/* fxsave, fxrstor, xsave, xrstor, xsaveopt; the rest of the group are fences. */
static void group15(struct insn *insn, uint8_t modrm)
{
	static const uint8_t memory[8] = {
		LG_OP_FPU_SAVE, LG_OP_FPU_LOAD, LG_OP_NONE, LG_OP_NONE,
		LG_OP_FPU_SAVE, LG_OP_FPU_LOAD, LG_OP_FPU_SAVE, LG_OP_NONE,
	};

	if (is_memory(modrm))
		insn->op = memory[reg_field(modrm)];
}

/* 0f c7: xrstors, xsavec, xsaves among others. */
static void group9(struct insn *insn, uint8_t modrm)
{
	unsigned int reg = reg_field(modrm);

	if (is_memory(modrm) && reg >= 3 && reg <= 5)
		insn->op = reg == 3 ? LG_OP_FPU_LOAD : LG_OP_FPU_SAVE;
}

static uint32_t relative(const struct insn *insn, const uint8_t *at, size_t bytes, bool word)
{
	int32_t wide = 0;
	int16_t narrow;

	if (bytes == 1)
		return insn->next + (uint32_t)(int32_t)(int8_t)*at;
	if (word) {
		memcpy(&narrow, at, 2);
		return (uint16_t)(insn->next + (uint32_t)(int32_t)narrow);
	}
	memcpy(&wide, at, 4);
	return insn->next + (uint32_t)wide;
}

static void jump(struct insn *insn, enum flow flow, const uint8_t *at, size_t bytes, bool word)
{
	insn->flow = flow;
	insn->target = relative(insn, at, bytes, word);
	insn->accesses = flow == FLOW_CALL;
}

/* Behind 0f.  code[0] is the second byte of the opcode; `size` bytes are left. */
static void two_bytes(struct insn *insn, const uint8_t *code, size_t size, bool word)
{
	uint8_t modrm = size > 1 ? code[1] : 0;

	switch (code[0]) {
	case 0x00: descriptor_table(insn, modrm); break;
	case 0x01: group7(insn, modrm); break;
	case 0x06: privileged(insn, LG_OP_CLTS); break;
	case 0x08: privileged(insn, LG_OP_NONE); break;			/* invd */
	case 0x09: privileged(insn, LG_OP_WBINVD); break;
	case 0x0b: insn->raised_early = true; break;			/* ud2 */
	case 0x20: privileged(insn, LG_OP_READ_CR); break;
	case 0x22: write_cr(insn, modrm); break;
	case 0x21: case 0x23: privileged(insn, LG_OP_MOV_DR); break;
	case 0x30: privileged(insn, LG_OP_WRMSR); break;
	case 0x31: insn->op = LG_OP_RDTSC; break;
	case 0x32: privileged(insn, LG_OP_RDMSR); break;
	case 0x34: goes(insn, LG_OP_SYSENTER, FLOW_ELSEWHERE); break;
	case 0x35: goes(insn, LG_OP_SYSEXIT, FLOW_ELSEWHERE); insn->raised_early = true; break;
	case 0x80 ... 0x8f:
		jump(insn, FLOW_JUMP, code + 1, 4, word);
		break;
	case 0xa1: case 0xa9:						/* pop %fs, %gs */
	case 0xb2: case 0xb4: case 0xb5:				/* lss, lfs, lgs */
		insn->op = LG_OP_LOAD_SEG;
		break;
	case 0xa2: insn->op = LG_OP_CPUID; break;
	case 0xae: group15(insn, modrm); break;
	case 0xc7: group9(insn, modrm); break;
	}
}

/* ff: inc, dec, call, far call, jmp, far jmp, push. */
static void group5(struct insn *insn, uint8_t modrm)
{
	switch (reg_field(modrm)) {
	case 2:
	case 4:
		insn->flow = FLOW_ELSEWHERE;
		insn->accesses = is_memory(modrm) + (reg_field(modrm) == 2);
		break;
	case 3: goes(insn, LG_OP_FAR_CALL, FLOW_ELSEWHERE); break;
	case 5: goes(insn, LG_OP_FAR_JMP, FLOW_ELSEWHERE); break;
	}
}

static void move_string(struct insn *insn, uint8_t opcode, const struct prefixes *prefixes)
{
	insn->op = LG_OP_MOVS_BYTES;
	insn->bytes = opcode == 0xa4 ? 1 : prefixes->word ? 2 : 4;
}

static bool is_string(uint8_t opcode)
{
	return (opcode >= 0x6c && opcode <= 0x6f) || (opcode >= 0xa4 && opcode <= 0xa7) ||
	       (opcode >= 0xaa && opcode <= 0xaf);
}

static void one_byte(struct insn *insn, const uint8_t *code, size_t size,
		     const struct prefixes *prefixes)
{
	uint8_t modrm = size > 1 ? code[1] : 0;

	switch (code[0]) {
	case 0x07: case 0x17: case 0x1f: case 0x8e: case 0xc4: case 0xc5:
		/* pop %es, %ss, %ds; mov to a segment register; les, lds, or else VEX */
		if ((code[0] & ~1) != 0xc4 || is_memory(modrm))
			insn->op = LG_OP_LOAD_SEG;
		break;
	case 0x6c: case 0x6d: case 0xe4: case 0xe5: case 0xec: case 0xed:
		insn->op = LG_OP_IN;
		break;
	case 0x6e: case 0x6f: case 0xe6: case 0xe7: case 0xee: case 0xef:
		insn->op = LG_OP_OUT;
		break;
	case 0x70 ... 0x7f: case 0xe0 ... 0xe3: case 0xeb:
		jump(insn, FLOW_JUMP, code + 1, 1, false);
		break;
	case 0x86: case 0x87:						/* xchg */
		if (is_memory(modrm))
			insn->op = LG_OP_LOCKED;
		break;
	case 0x90: insn->op = prefixes->repeat ? LG_OP_PAUSE : LG_OP_NONE; break;
	case 0x9a: goes(insn, LG_OP_FAR_CALL, FLOW_ELSEWHERE); break;
	case 0x9c: insn->op = LG_OP_PUSHF; break;
	case 0x9d: insn->op = LG_OP_POPF; break;
	case 0xa4: case 0xa5: move_string(insn, code[0], prefixes); break;
	case 0xc2: case 0xc3:						/* ret */
		insn->flow = FLOW_ELSEWHERE;
		insn->accesses = 1;
		break;
	case 0xca: case 0xcb: goes(insn, LG_OP_FAR_RET, FLOW_ELSEWHERE); break;
	case 0xcc: case 0xcd: case 0xce: goes(insn, LG_OP_INT, FLOW_TRAP); break;
	case 0xcf: goes(insn, LG_OP_IRET, FLOW_IRET); break;
	case 0xdd:							/* frstor, fnsave */
		if (is_memory(modrm) && (reg_field(modrm) & 5) == 4)
			insn->op = reg_field(modrm) == 4 ? LG_OP_FPU_LOAD : LG_OP_FPU_SAVE;
		break;
	case 0xe8: jump(insn, FLOW_CALL, code + 1, 4, prefixes->word); break;
	case 0xe9: jump(insn, FLOW_JUMP, code + 1, 4, prefixes->word); break;
	case 0xea: goes(insn, LG_OP_FAR_JMP, FLOW_ELSEWHERE); break;
	case 0xf4: privileged(insn, LG_OP_HLT); break;
	case 0xfa: privileged(insn, LG_OP_CLI); break;
	case 0xfb: privileged(insn, LG_OP_STI); break;
	case 0xff: group5(insn, modrm); break;
	}
}

/* A block may end in an instruction of which only the first bytes could be fetched: the
 * rest is read as zero. */
void decode(struct insn *insn, uint32_t va, const uint8_t *bytes, size_t size)
{
	struct prefixes prefixes;
	uint8_t code[24] = { 0 };
	size_t at;

	memset(insn, 0, sizeof(*insn));
	size = size < 15 ? size : 15;
	memcpy(code, bytes, size);
	at = skip_prefixes(code, size, &prefixes);
	insn->va = va;
	insn->next = va + (uint32_t)size;
	if (at == size)
		return;
	if (code[at] == 0x0f && at + 1 < size) {
		two_bytes(insn, code + at + 1, size - at - 1, prefixes.word);
	} else {
		one_byte(insn, code + at, size - at, &prefixes);
		if (prefixes.repeat && is_string(code[at]))
			insn->flow = FLOW_REPEAT;
	}
	if (prefixes.locked && insn->op == LG_OP_NONE)
		insn->op = LG_OP_LOCKED;
}
