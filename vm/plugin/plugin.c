/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * plugin.c - the interface to the emulator: each block calls back when it begins, each instruction
 * adds one to a counter, and stores to the mailbox become messages.
 *
 *	-plugin build/tools/vm/ops.so,out=FOLDER
 *
 * Nothing of the emulated machine is changed, and no time passes in it: under -icount its
 * clock is the number of its own instructions.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "counters.h"
#include "qemu-plugin.h"
#include "watch.h"

/* movb $LG_MAIL_MARK, LG_MAIL_DISPLACEMENT(%reg): c6 /0 with a 32-bit displacement. */
static bool is_mail(const uint8_t *code, size_t size)
{
	uint32_t displacement;

	if (size != 7 || code[0] != 0xc6 || (code[1] & 0xf8) != 0x80 || code[6] != LG_MAIL_MARK)
		return false;
	memcpy(&displacement, code + 2, sizeof(displacement));
	return displacement == LG_MAIL_DISPLACEMENT;
}

static void count_now(qemu_plugin_id_t id);

static qemu_plugin_id_t our_id;
static bool counting;

static void mail(unsigned int cpu, qemu_plugin_meminfo_t info, uint64_t va, void *unused)
{
	static char line[LG_MAIL_LINE];
	static size_t length;
	char byte = (char)(va & 255);

	(void)info;
	(void)unused;
	if (watch_in_guest(cpu))
		return;
	if (byte != '\n') {
		if (length < sizeof(line) - 1)
			line[length++] = byte;
		return;
	}
	line[length] = '\0';
	length = 0;
	if (!counting) {
		counting = true;
		qemu_plugin_reset(our_id, count_now);
	}
	watch_message(line);
}

static void begins(unsigned int cpu, void *block)
{
	watch_block(cpu, block);
}

/*
 * Until the first message only the mailbox is watched, so that a boot is not slowed down; then
 * everything is translated again, with every block and instruction counted.
 */
static void watch_mailbox(struct qemu_plugin_insn *insn)
{
	uint8_t code[INSN_BYTES] = { 0 };

	if (is_mail(code, insn_bytes(insn, code)))
		qemu_plugin_register_vcpu_mem_cb(insn, mail, QEMU_PLUGIN_CB_NO_REGS,
						 QEMU_PLUGIN_MEM_W, NULL);
}

static void translated_idle(qemu_plugin_id_t id, struct qemu_plugin_tb *tb)
{
	size_t n = qemu_plugin_tb_n_insns(tb);

	(void)id;
	for (size_t i = 0; i < n; i++)
		watch_mailbox(qemu_plugin_tb_get_insn(tb, i));
}

/* A block lives as long as the emulator: it may still be looked up after it has been translated
 * again. */
static void translated(qemu_plugin_id_t id, struct qemu_plugin_tb *tb)
{
	size_t n = qemu_plugin_tb_n_insns(tb);
	struct block *block = malloc(sizeof(*block) + n * sizeof(block->insn[0]));

	(void)id;
	if (!block)
		abort();
	block->va = (uint32_t)qemu_plugin_tb_vaddr(tb);
	block->n = (uint16_t)n;
	for (size_t i = 0; i < n; i++) {
		struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, i);
		uint8_t code[INSN_BYTES];
		size_t size = insn_bytes(insn, code);

		decode(&block->insn[i], (uint32_t)qemu_plugin_insn_vaddr(insn), code, size);
		counter_at_insn(COUNTER_BEGUN, insn);
		watch_mailbox(insn);
		if (block->insn[i].accesses && block->insn[i].accesses != ACCESSES_UNKNOWN)
			counter_at_access(COUNTER_ACCESSED, insn);
	}
	qemu_plugin_register_vcpu_tb_exec_cb(tb, begins, QEMU_PLUGIN_CB_NO_REGS, block);
}

static void ends(qemu_plugin_id_t id, void *unused)
{
	(void)id;
	(void)unused;
	watch_close();
}

/* The only way to undo a registration is to undo all. */
static void count_now(qemu_plugin_id_t id)
{
	qemu_plugin_register_vcpu_tb_trans_cb(id, translated);
	qemu_plugin_register_atexit_cb(id, ends, NULL);
}

int qemu_plugin_install(qemu_plugin_id_t id, const struct qemu_info *info, int argc, char **argv)
{
	const char *folder = NULL;

	for (int i = 0; i < argc; i++)
		if (!strncmp(argv[i], "out=", 4))
			folder = argv[i] + 4;
	if (!folder || !info->system_emulation || strcmp(info->target_name, "i386")) {
		fprintf(stderr, "ops: needs out=FOLDER and qemu-system-i386\n");
		return -1;
	}
	if (info->system.max_vcpus > WATCH_CPUS) {
		fprintf(stderr, "ops: more than %d CPUs\n", WATCH_CPUS);
		return -1;
	}
	if (!counters_open(info) || !watch_open(folder))
		return -1;
	our_id = id;
	qemu_plugin_register_vcpu_tb_trans_cb(id, translated_idle);
	qemu_plugin_register_atexit_cb(id, ends, NULL);
	return 0;
}

/*M:
 * Count by translated block.  Each instruction adds one to COUNTER_BEGUN, and each block calls
 * back.  How many instructions a block has is known when it is translated, so one addition a block
 * would do where none can fault: an addition less for each of them.  In the way: only that count
 * distinguishes a block that a fault ends early from a whole one, and whether an instruction can
 * fault depends on memory, not on the opcode.
 */
