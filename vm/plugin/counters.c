/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * counters.c - counters that translated code adds to.  The functions that this QEMU has tell which
 * way it offers: those that it lacks are null, since they are declared weak.
 */
#include <stdio.h>
#include <string.h>

#include "counters.h"

/* From this version of the interface on qemu_plugin_insn_data copies. */
#define VERSION_COPIES	3

int qemu_plugin_version = QEMU_PLUGIN_FIRST;

static uint64_t plain[COUNTERS];
static qemu_plugin_u64 on_scoreboard[COUNTERS];
static bool scoreboards, copies;

/* QEMU asks for the version that a plugin was made for before it calls anything in it. */
__attribute__((constructor)) static void choose_version(void)
{
	if (qemu_plugin_scoreboard_new)
		qemu_plugin_version = QEMU_PLUGIN_SCOREBOARDS;
}

bool counters_open(const struct qemu_info *info)
{
	scoreboards = qemu_plugin_scoreboard_new && qemu_plugin_u64_sum &&
		qemu_plugin_register_vcpu_insn_exec_inline_per_vcpu &&
		qemu_plugin_register_vcpu_mem_inline_per_vcpu;
	copies = info->version.cur >= VERSION_COPIES;
	if (!scoreboards && (!qemu_plugin_register_vcpu_insn_exec_inline ||
			     !qemu_plugin_register_vcpu_mem_inline)) {
		fprintf(stderr, "ops: version %d of QEMU's interface for plugins is not known\n",
			info->version.cur);
		return false;
	}
	for (int i = 0; scoreboards && i < COUNTERS; i++)
		on_scoreboard[i].score = qemu_plugin_scoreboard_new(sizeof(uint64_t));
	return true;
}

void counter_at_insn(enum counter counter, struct qemu_plugin_insn *insn)
{
	if (scoreboards)
		qemu_plugin_register_vcpu_insn_exec_inline_per_vcpu(
			insn, QEMU_PLUGIN_INLINE_ADD_U64, on_scoreboard[counter], 1);
	else
		qemu_plugin_register_vcpu_insn_exec_inline(insn, QEMU_PLUGIN_INLINE_ADD_U64,
							   &plain[counter], 1);
}

void counter_at_access(enum counter counter, struct qemu_plugin_insn *insn)
{
	if (scoreboards)
		qemu_plugin_register_vcpu_mem_inline_per_vcpu(
			insn, QEMU_PLUGIN_MEM_RW, QEMU_PLUGIN_INLINE_ADD_U64,
			on_scoreboard[counter], 1);
	else
		qemu_plugin_register_vcpu_mem_inline(insn, QEMU_PLUGIN_MEM_RW,
						     QEMU_PLUGIN_INLINE_ADD_U64, &plain[counter],
						     1);
}

uint64_t counter_value(enum counter counter)
{
	return scoreboards ? qemu_plugin_u64_sum(on_scoreboard[counter]) : plain[counter];
}

size_t insn_bytes(const struct qemu_plugin_insn *insn, uint8_t bytes[INSN_BYTES])
{
	size_t size = qemu_plugin_insn_size(insn);

	if (size > INSN_BYTES)
		size = INSN_BYTES;
	if (copies)
		return qemu_plugin_insn_data_copy(insn, bytes, size);
	memcpy(bytes, qemu_plugin_insn_data(insn), size);
	return size;
}
