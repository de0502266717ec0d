/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Decodes an instruction with Zydis; see decode.h. */
#include <string.h>

#include <Zydis/Zydis.h>

#include "decode.h"

/*
 * Instructions whose mnemonic alone gives the op.  Early: only ring 0 may execute it, or nobody,
 * and the emulator's translator, which knows the ring, refuses it.
 */
#define EARLY	true
#define LATE	false
#define NAMES(X)								\
	X(LLDT, LLDT, EARLY)		X(LTR, LTR, EARLY)			\
	X(SLDT, SLDT, LATE)		X(STR, STR, LATE)			\
	X(LGDT, LGDT, EARLY)		X(LIDT, LIDT, EARLY)			\
	X(SGDT, SGDT, LATE)		X(SIDT, SIDT, LATE)			\
	X(LMSW, WRITE_CR0, EARLY)	X(INVLPG, INVLPG, EARLY)		\
	X(XGETBV, NONE, EARLY)		X(XSETBV, NONE, EARLY)			\
	X(CLTS, CLTS, EARLY)		X(INVD, NONE, EARLY)			\
	X(WBINVD, WBINVD, EARLY)	X(UD2, NONE, EARLY)			\
	X(WRMSR, WRMSR, EARLY)		X(RDMSR, RDMSR, EARLY)			\
	X(HLT, HLT, EARLY)		X(CLI, CLI, EARLY)			\
	X(STI, STI, EARLY)		X(RDTSC, RDTSC, LATE)			\
	X(CPUID, CPUID, LATE)		X(PAUSE, PAUSE, LATE)			\
	X(PUSHF, PUSHF, LATE)		X(PUSHFD, PUSHF, LATE)			\
	X(POPF, POPF, LATE)		X(POPFD, POPF, LATE)			\
	X(IN, IN, LATE)			X(INSB, IN, LATE)			\
	X(INSW, IN, LATE)		X(INSD, IN, LATE)			\
	X(OUT, OUT, LATE)		X(OUTSB, OUT, LATE)			\
	X(OUTSW, OUT, LATE)		X(OUTSD, OUT, LATE)			\
	X(LES, LOAD_SEG, LATE)		X(LDS, LOAD_SEG, LATE)			\
	X(LSS, LOAD_SEG, LATE)		X(LFS, LOAD_SEG, LATE)			\
	X(LGS, LOAD_SEG, LATE)		X(FXSAVE, FPU_SAVE, LATE)		\
	X(XSAVE, FPU_SAVE, LATE)	X(XSAVEC, FPU_SAVE, LATE)		\
	X(XSAVES, FPU_SAVE, LATE)	X(XSAVEOPT, FPU_SAVE, LATE)		\
	X(FNSAVE, FPU_SAVE, LATE)	X(FXRSTOR, FPU_LOAD, LATE)		\
	X(XRSTOR, FPU_LOAD, LATE)	X(XRSTORS, FPU_LOAD, LATE)		\
	X(FRSTOR, FPU_LOAD, LATE)

/* Instructions other than near calls, jumps and returns after which execution may continue
 * anywhere. */
#define TRANSFERS(X)								\
	X(INT, INT, FLOW_TRAP)		X(INT3, INT, FLOW_TRAP)			\
	X(INTO, INT, FLOW_TRAP)		X(IRET, IRET, FLOW_IRET)		\
	X(IRETD, IRET, FLOW_IRET)	X(SYSENTER, SYSENTER, FLOW_ELSEWHERE)	\
	X(SYSEXIT, SYSEXIT, FLOW_ELSEWHERE)

static bool is_memory(const ZydisDecodedOperand *operand)
{
	return operand->type == ZYDIS_OPERAND_TYPE_MEMORY;
}

static ZydisRegisterClass class_of(const ZydisDecodedOperand *operand)
{
	if (operand->type != ZYDIS_OPERAND_TYPE_REGISTER)
		return ZYDIS_REGCLASS_INVALID;
	return ZydisRegisterGetClass(operand->reg.value);
}

static bool is_class(const ZydisDecodedOperand *operand, ZydisRegisterClass class)
{
	return class_of(operand) == class;
}

static void goes(struct insn *insn, enum lg_op op, enum flow flow)
{
	insn->op = op;
	insn->flow = flow;
	insn->accesses = ACCESSES_UNKNOWN;
}

static bool is_far(const ZydisDecodedInstruction *found)
{
	return found->meta.branch_type == ZYDIS_BRANCH_TYPE_FAR;
}

/* A near call or jump to where its operand says, or to where it points. */
static void branch(struct insn *insn, const ZydisDecodedInstruction *found,
		   const ZydisDecodedOperand *to, bool call)
{
	uint32_t target;

	insn->accesses = call;
	if (to->type != ZYDIS_OPERAND_TYPE_IMMEDIATE) {
		insn->flow = FLOW_ELSEWHERE;
		insn->accesses += is_memory(to);
		return;
	}
	insn->flow = call ? FLOW_CALL : FLOW_JUMP;
	target = insn->next + (uint32_t)to->imm.value.s;
	insn->target = found->operand_width == 16 && to->size == 16 ? (uint16_t)target : target;
}

static enum lg_op move_to(const ZydisDecodedOperand *to)
{
	static const enum lg_op writes[] = {
		LG_OP_WRITE_CR0, LG_OP_WRITE_CR, LG_OP_WRITE_CR, LG_OP_WRITE_CR3, LG_OP_WRITE_CR4,
	};
	int number;

	switch (class_of(to)) {
	case ZYDIS_REGCLASS_CONTROL:
		number = ZydisRegisterGetId(to->reg.value);
		return number <= 4 ? writes[number] : LG_OP_WRITE_CR;
	case ZYDIS_REGCLASS_DEBUG:
		return LG_OP_MOV_DR;
	case ZYDIS_REGCLASS_SEGMENT:
		return LG_OP_LOAD_SEG;
	default:
		return LG_OP_NONE;
	}
}

static void move(struct insn *insn, const ZydisDecodedOperand *operands)
{
	insn->op = move_to(&operands[0]);
	if (is_class(&operands[1], ZYDIS_REGCLASS_CONTROL))
		insn->op = LG_OP_READ_CR;
	else if (is_class(&operands[1], ZYDIS_REGCLASS_DEBUG))
		insn->op = LG_OP_MOV_DR;
	insn->raised_early = insn->op != LG_OP_NONE && insn->op != LG_OP_LOAD_SEG;
}

/* SSE's movsd is not a string instruction. */
static void move_string(struct insn *insn, const ZydisDecodedInstruction *found)
{
	if (found->meta.category != ZYDIS_CATEGORY_STRINGOP)
		return;
	insn->op = LG_OP_MOVS_BYTES;
	insn->bytes = found->mnemonic == ZYDIS_MNEMONIC_MOVSB ? 1 : found->operand_width / 8;
}

static void by_name(struct insn *insn, const ZydisDecodedInstruction *found,
		    const ZydisDecodedOperand *operands)
{
	switch (found->mnemonic) {
#define X(name, what, early)						\
	case ZYDIS_MNEMONIC_##name:					\
		insn->op = LG_OP_##what;				\
		insn->raised_early = early;				\
		break;
	NAMES(X)
#undef X
#define X(name, what, flow)						\
	case ZYDIS_MNEMONIC_##name:					\
		goes(insn, LG_OP_##what, flow);				\
		insn->raised_early = ZYDIS_MNEMONIC_##name == ZYDIS_MNEMONIC_SYSEXIT; \
		break;
	TRANSFERS(X)
#undef X
	case ZYDIS_MNEMONIC_CALL:
		if (is_far(found))
			goes(insn, LG_OP_FAR_CALL, FLOW_ELSEWHERE);
		else
			branch(insn, found, operands, true);
		break;
	case ZYDIS_MNEMONIC_RET:
		if (is_far(found)) {
			goes(insn, LG_OP_FAR_RET, FLOW_ELSEWHERE);
			break;
		}
		insn->flow = FLOW_ELSEWHERE;
		insn->accesses = 1;
		break;
	case ZYDIS_MNEMONIC_MOV:
		move(insn, operands);
		break;
	case ZYDIS_MNEMONIC_POP:
		if (is_class(&operands[0], ZYDIS_REGCLASS_SEGMENT))
			insn->op = LG_OP_LOAD_SEG;
		break;
	case ZYDIS_MNEMONIC_XCHG:
		if (is_memory(&operands[0]) || is_memory(&operands[1]))
			insn->op = LG_OP_LOCKED;
		break;
	case ZYDIS_MNEMONIC_MOVSB:
	case ZYDIS_MNEMONIC_MOVSW:
	case ZYDIS_MNEMONIC_MOVSD:
		move_string(insn, found);
		break;
	default:
		if (is_far(found))
			goes(insn, LG_OP_FAR_JMP, FLOW_ELSEWHERE);
		else if (found->meta.branch_type != ZYDIS_BRANCH_TYPE_NONE)
			branch(insn, found, operands, false);
	}
}

/* Do SIZE bytes hold the opcode? */
static bool has_opcode(const ZydisDecodedInstruction *found, size_t size)
{
	return size > (size_t)found->raw.prefix_count +
		      (found->opcode_map != ZYDIS_OPCODE_MAP_DEFAULT);
}

/* A block may end in an instruction of which only the first bytes could be fetched: the
 * rest is read as zero. */
void decode(struct insn *insn, uint32_t va, const uint8_t *bytes, size_t size)
{
	ZydisDecodedOperand operands[ZYDIS_MAX_OPERAND_COUNT];
	uint8_t code[ZYDIS_MAX_INSTRUCTION_LENGTH] = { 0 };
	ZydisDecodedInstruction found;
	ZydisDecoder decoder;

	memset(insn, 0, sizeof(*insn));
	size = size < sizeof(code) ? size : sizeof(code);
	memcpy(code, bytes, size);
	insn->va = va;
	insn->next = va + (uint32_t)size;
	ZydisDecoderInit(&decoder, ZYDIS_MACHINE_MODE_LEGACY_32, ZYDIS_STACK_WIDTH_32);
	if (!ZYAN_SUCCESS(ZydisDecoderDecodeFull(&decoder, code, sizeof(code), &found, operands)))
		return;
	if (!has_opcode(&found, size))
		return;
	by_name(insn, &found, operands);
	if (found.attributes &
	    (ZYDIS_ATTRIB_HAS_REP | ZYDIS_ATTRIB_HAS_REPE | ZYDIS_ATTRIB_HAS_REPNE))
		insn->flow = FLOW_REPEAT;
	if (found.attributes & ZYDIS_ATTRIB_HAS_LOCK && insn->op == LG_OP_NONE)
		insn->op = LG_OP_LOCKED;
}
