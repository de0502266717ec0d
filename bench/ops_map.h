/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sends the emulator's plugin the addresses it needs (messages: include/lg/ops.h). */
#ifndef BENCH_OPS_MAP_H
#define BENCH_OPS_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/*
 * Send the addresses of the Switcher, the loaded module and the kernel's entries, which replace
 * earlier ones.  On failure false, and a one-line reason in why[].
 *
 * `symbols`, if it is not NULL, gets a line for each function of the kernel and its modules,
 * `ADDRESS NAME` or `ADDRESS NAME [MODULE]`, eight digits first, and the lines of the module's
 * layout: the key to blocks.csv.
 */
enum { OPS_WHY = 160 };
bool ops_map(FILE *symbols, char why[OPS_WHY]);

#endif
