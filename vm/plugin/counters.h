/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * counters.h - what the translated code adds to without calling back, in either of QEMU's ways:
 * up to 8.2 to an address, from 9.0 on to a scoreboard, which has a place for each CPU.
 */
#ifndef COUNTERS_H
#define COUNTERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "qemu-plugin.h"

enum counter {
	COUNTER_BEGUN,		/* every instruction adds one before it is begun */
	/* every access to memory of a near call, return or indirect jump, when it is done */
	COUNTER_ACCESSED,
	COUNTERS
};

/* False, after an error message, if this QEMU has neither way. */
bool counters_open(const struct qemu_info *info);

void counter_at_insn(enum counter counter, struct qemu_plugin_insn *insn);
void counter_at_access(enum counter counter, struct qemu_plugin_insn *insn);

/* The sum over all CPUs. */
uint64_t counter_value(enum counter counter);

/* Copy an instruction's bytes; answers how many there are. */
enum { INSN_BYTES = 16 };
size_t insn_bytes(const struct qemu_plugin_insn *insn, uint8_t bytes[INSN_BYTES]);

#endif
