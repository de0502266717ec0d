/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The plugin's decoder (vm/plugin/decode.c) against objdump, which knows nothing of it: all
 * code of the module, of KVM's and of the C library of the i386 tree.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "decode.h"

struct line {
	uint32_t va;
	uint8_t code[16];
	size_t size;
	char name[32], operands[128];	/* without prefixes */
	bool locked, repeated;
};

/* Prefixes that objdump writes as words before the name. */
static bool is_prefix(const char *word)
{
	static const char *const words[] = {
		"lock", "rep", "repz", "repnz", "cs", "ds", "es", "ss", "fs", "gs", "data16",
		"addr16", "notrack", "bnd", "xacquire", "xrelease",
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (!strcmp(word, words[i]))
			return true;
	return false;
}

static void read_words(struct line *line, char *text)
{
	char *word;

	text[strcspn(text, "#<\n")] = '\0';
	while ((word = strsep(&text, " ")) && is_prefix(word)) {
		line->locked |= !strcmp(word, "lock");
		line->repeated |= !strncmp(word, "rep", 3);
	}
	snprintf(line->name, sizeof(line->name), "%s", word ? word : "");
	snprintf(line->operands, sizeof(line->operands), "%s",
		 text ? text + strspn(text, " ") : "");
	while (*line->operands && line->operands[strlen(line->operands) - 1] == ' ')
		line->operands[strlen(line->operands) - 1] = '\0';
}

/* "  ADDRESS:<tab>BYTES<tab>TEXT" */
static bool read_line(struct line *line, char *text)
{
	char *bytes = strchr(text, '\t'), *words = bytes ? strchr(bytes + 1, '\t') : NULL;
	int used;
	unsigned int byte;

	memset(line, 0, sizeof(*line));
	if (!words || sscanf(text, "%x:", &line->va) != 1)
		return false;
	*words = '\0';
	for (bytes++; line->size < 16 && sscanf(bytes, "%2x%n", &byte, &used) == 1; bytes += used)
		line->code[line->size++] = (uint8_t)byte;
	read_words(line, words + 1);
	return line->size && !strstr(line->name, "(bad)");
}

static const char *last_operand(const struct line *line)
{
	const char *comma = strrchr(line->operands, ',');

	return comma ? comma + 1 : line->operands;
}

static bool is_segment(const char *operand)
{
	return strlen(operand) == 3 && operand[0] == '%' && strchr("cdefgs", operand[1]) &&
	       operand[2] == 's';
}

/* Names that say all; objdump may add a suffix for the width. */
static const struct {
	const char *name;
	enum lg_op op;
} names[] = {
	{ "wrmsr", LG_OP_WRMSR }, { "rdmsr", LG_OP_RDMSR }, { "clts", LG_OP_CLTS },
	{ "lgdtl", LG_OP_LGDT }, { "lidtl", LG_OP_LIDT }, { "lldt", LG_OP_LLDT },
	{ "ltr", LG_OP_LTR }, { "sgdtl", LG_OP_SGDT }, { "sidtl", LG_OP_SIDT },
	{ "sldt", LG_OP_SLDT }, { "str", LG_OP_STR }, { "invlpg", LG_OP_INVLPG },
	{ "wbinvd", LG_OP_WBINVD }, { "int", LG_OP_INT }, { "int3", LG_OP_INT },
	{ "into", LG_OP_INT }, { "iret", LG_OP_IRET }, { "lcall", LG_OP_FAR_CALL },
	{ "ljmp", LG_OP_FAR_JMP }, { "lret", LG_OP_FAR_RET }, { "sysenter", LG_OP_SYSENTER },
	{ "sysexit", LG_OP_SYSEXIT }, { "les", LG_OP_LOAD_SEG }, { "lds", LG_OP_LOAD_SEG },
	{ "lss", LG_OP_LOAD_SEG }, { "lfs", LG_OP_LOAD_SEG }, { "lgs", LG_OP_LOAD_SEG },
	{ "in", LG_OP_IN }, { "insb", LG_OP_IN }, { "insl", LG_OP_IN }, { "insw", LG_OP_IN },
	{ "out", LG_OP_OUT }, { "outsb", LG_OP_OUT }, { "outsl", LG_OP_OUT },
	{ "outsw", LG_OP_OUT }, { "cli", LG_OP_CLI }, { "sti", LG_OP_STI },
	{ "pushf", LG_OP_PUSHF }, { "popf", LG_OP_POPF }, { "hlt", LG_OP_HLT },
	{ "pause", LG_OP_PAUSE }, { "cpuid", LG_OP_CPUID }, { "rdtsc", LG_OP_RDTSC },
	{ "fxsave", LG_OP_FPU_SAVE }, { "xsave", LG_OP_FPU_SAVE },
	{ "xsaveopt", LG_OP_FPU_SAVE }, { "xsavec", LG_OP_FPU_SAVE },
	{ "xsaves", LG_OP_FPU_SAVE }, { "fnsave", LG_OP_FPU_SAVE },
	{ "fxrstor", LG_OP_FPU_LOAD }, { "xrstor", LG_OP_FPU_LOAD },
	{ "xrstors", LG_OP_FPU_LOAD }, { "frstor", LG_OP_FPU_LOAD },
	{ "movsb", LG_OP_MOVS_BYTES }, { "movsw", LG_OP_MOVS_BYTES },
	{ "movsl", LG_OP_MOVS_BYTES }, { "lmsw", LG_OP_WRITE_CR0 },
};

static enum lg_op move_op(const struct line *line)
{
	static const enum lg_op writes[] = {
		LG_OP_WRITE_CR0, LG_OP_WRITE_CR, LG_OP_WRITE_CR, LG_OP_WRITE_CR3, LG_OP_WRITE_CR4,
	};
	const char *to = last_operand(line);

	if (!strncmp(to, "%cr", 3))
		return to[3] <= '4' ? writes[to[3] - '0'] : LG_OP_WRITE_CR;
	if (!strncmp(line->operands, "%cr", 3))
		return LG_OP_READ_CR;
	if (strstr(line->operands, "%db") || strstr(line->operands, "%dr"))
		return LG_OP_MOV_DR;
	return is_segment(to) ? LG_OP_LOAD_SEG : LG_OP_NONE;
}

static enum lg_op expected_op(const struct line *line)
{
	enum lg_op op = LG_OP_NONE;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (!strcmp(line->name, names[i].name))
			op = names[i].op;
	/* movsb and movsw are also what AT&T calls a sign extension. */
	if (op == LG_OP_MOVS_BYTES && !strstr(line->operands, "%es:(%edi)"))
		op = LG_OP_NONE;
	if (!strncmp(line->name, "mov", 3) && op == LG_OP_NONE)
		op = move_op(line);
	if (!strncmp(line->name, "pop", 3) && is_segment(line->operands))
		op = LG_OP_LOAD_SEG;
	if (!strncmp(line->name, "xchg", 4) && strchr(line->operands, '('))
		op = LG_OP_LOCKED;
	if (!strncmp(line->name, "xchg", 4) && strstr(line->operands, "0x"))
		op = LG_OP_LOCKED;
	return op == LG_OP_NONE && line->locked ? LG_OP_LOCKED : op;
}

static bool is_string(const char *name)
{
	static const char *const stems[] = { "movs", "cmps", "stos", "lods", "scas", "ins",
					     "outs" };

	for (size_t i = 0; i < sizeof(stems) / sizeof(stems[0]); i++) {
		size_t length = strlen(stems[i]);

		if (!strncmp(name, stems[i], length) &&
		    (!name[length] || (strchr("bwl", name[length]) && !name[length + 1])))
			return true;
	}
	return false;
}

static enum flow expected_flow(const struct line *line, enum lg_op op)
{
	const char *name = line->name;

	if (op == LG_OP_INT)
		return FLOW_TRAP;
	if (op == LG_OP_IRET)
		return FLOW_IRET;
	if (op == LG_OP_FAR_CALL || op == LG_OP_FAR_JMP || op == LG_OP_FAR_RET ||
	    op == LG_OP_SYSENTER || op == LG_OP_SYSEXIT || !strncmp(name, "ret", 3))
		return FLOW_ELSEWHERE;
	if (!strncmp(name, "call", 4))
		return *line->operands == '*' ? FLOW_ELSEWHERE : FLOW_CALL;
	if (*name == 'j' || !strncmp(name, "loop", 4))
		return *line->operands == '*' ? FLOW_ELSEWHERE : FLOW_JUMP;
	return line->repeated && is_string(name) ? FLOW_REPEAT : FLOW_NEXT;
}

/* The address that objdump writes, where it is no relocation's place. */
static bool target_agrees(const struct line *line, const struct insn *insn)
{
	unsigned int target;

	if (insn->flow != FLOW_JUMP && insn->flow != FLOW_CALL)
		return true;
	return sscanf(line->operands, "%x", &target) != 1 || target == insn->target;
}

static void compare(const struct line *line, size_t *wrong)
{
	struct insn insn;
	enum lg_op op = expected_op(line);
	enum flow flow = expected_flow(line, op);

	decode(&insn, line->va, line->code, line->size);
	if (insn.op == op && insn.flow == flow && target_agrees(line, &insn) &&
	    insn.next == line->va + line->size)
		return;
	if ((*wrong)++ < 20)
		print_error("%x: '%s' '%s': op %u, not %u; flow %u, not %u; target %x\n", line->va,
			    line->name, line->operands, insn.op, op, insn.flow, flow, insn.target);
}

static size_t compare_file(const char *path, size_t *wrong)
{
	char command[512], *text = NULL;
	struct line line;
	size_t room = 0, n = 0;
	FILE *pipe;

	snprintf(command, sizeof(command), "objdump -dw --insn-width=15 %s", path);
	pipe = popen(command, "r");
	assert_non_null(pipe);
	while (getline(&text, &room, pipe) > 0)
		if (read_line(&line, text)) {
			compare(&line, wrong);
			n++;
		}
	free(text);
	assert_int_equal(pclose(pipe), 0);
	return n;
}

static void as_objdump(void **state)
{
	static const char *const files[] = {
		"build/lab/switchyard.ko", "build/base/root/lib/i386-linux-gnu/libc.so.6",
		"build/base/root/lib/modules/*-686/kernel/arch/x86/kvm/kvm.ko",
		"build/base/root/lib/modules/*-686/kernel/arch/x86/kvm/kvm-intel.ko",
	};
	size_t wrong = 0, n = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		n += compare_file(files[i], &wrong);
	print_message("# %zu instructions\n", n);
	assert_true(n > 300000);
	assert_int_equal(wrong, 0);
}

/* Instructions that no compiler emits. */
static void by_hand(void **state)
{
	static const struct {
		uint8_t code[8], size;
		enum lg_op op;
		enum flow flow;
		bool raised_early;
	} cases[] = {
		{ { 0x0f, 0x01, 0x10 }, 3, LG_OP_LGDT, FLOW_NEXT, true },
		{ { 0x0f, 0x01, 0xd0 }, 3, LG_OP_NONE, FLOW_NEXT, true },	/* xgetbv */
		{ { 0x0f, 0x01, 0x38 }, 3, LG_OP_INVLPG, FLOW_NEXT, true },
		{ { 0x0f, 0x00, 0xd8 }, 3, LG_OP_LTR, FLOW_NEXT, true },
		{ { 0x0f, 0x00, 0xd0 }, 3, LG_OP_LLDT, FLOW_NEXT, true },
		{ { 0x0f, 0x00, 0xc8 }, 3, LG_OP_STR, FLOW_NEXT, false },
		{ { 0x0f, 0x22, 0xd8 }, 3, LG_OP_WRITE_CR3, FLOW_NEXT, true },
		{ { 0x0f, 0x23, 0xf8 }, 3, LG_OP_MOV_DR, FLOW_NEXT, true },
		{ { 0xcd, 0x80 }, 2, LG_OP_INT, FLOW_TRAP, false },
		{ { 0xce }, 1, LG_OP_INT, FLOW_TRAP, false },
		{ { 0x9a, 0, 0, 0, 0, 0x50, 0 }, 7, LG_OP_FAR_CALL, FLOW_ELSEWHERE, false },
		{ { 0xff, 0x1e }, 2, LG_OP_FAR_CALL, FLOW_ELSEWHERE, false },
		{ { 0x0f, 0xa1 }, 2, LG_OP_LOAD_SEG, FLOW_NEXT, false },
		{ { 0x17 }, 1, LG_OP_LOAD_SEG, FLOW_NEXT, false },
		{ { 0xc5, 0xf8, 0x77 }, 3, LG_OP_NONE, FLOW_NEXT, false },	/* vzeroupper */
		{ { 0xf3, 0xa4 }, 2, LG_OP_MOVS_BYTES, FLOW_REPEAT, false },
		{ { 0xe4, 0x80 }, 2, LG_OP_IN, FLOW_NEXT, false },
		{ { 0x0f, 0x35 }, 2, LG_OP_SYSEXIT, FLOW_ELSEWHERE, true },
		{ { 0x66, 0x2e, 0x65 }, 3, LG_OP_NONE, FLOW_NEXT, false },	/* cut short */
		{ { 0xe8, 0x01 }, 2, LG_OP_NONE, FLOW_CALL, false },		/* the same */
		{ { 0x0f }, 1, LG_OP_NONE, FLOW_NEXT, false },
	};
	struct insn insn;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		decode(&insn, 0x1000, cases[i].code, cases[i].size);
		assert_int_equal(insn.op, cases[i].op);
		assert_int_equal(insn.flow, cases[i].flow);
		assert_int_equal(insn.raised_early, cases[i].raised_early);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(as_objdump),
		cmocka_unit_test(by_hand),
	};

	if (chdir(LG_TOP) < 0)
		return 1;
	return cmocka_run_group_tests_name("decode", tests, NULL, NULL);
}
