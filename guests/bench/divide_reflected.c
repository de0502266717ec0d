/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * divide_reflected - a divide error to its handler through the Host; the handler skips
 * the instruction.
 *
 * bench: divide_reflected; insns; a divide error and back, reflected; ASPLOS'06 "divzero"
 */
#include "divide.h"

int main(void)
{
	return divide_bench("divide_reflected.noop", "divide_reflected", GATE_INTERRUPT);
}
