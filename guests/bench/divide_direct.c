/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * divide_direct - a divide error to its handler through a trap gate, with no exit; the
 * handler skips the instruction.
 *
 * bench: divide_direct; insns; a divide error and back, direct; ASPLOS'06 "divzero"
 */
#include "divide.h"

int main(void)
{
	return divide_bench("divide_direct.noop", "divide_direct", GATE_TRAP);
}
