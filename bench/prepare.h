/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Makes this machine quiet while it measures, and as it was afterwards: each CPU at a constant
 * frequency, interrupts on the other CPUs, no NMI of the kernel's watchdog.
 *
 * What was changed stands in a file (PREPARED) from before the change until it has been put
 * back, so that the next run does that when one was killed.
 */
#ifndef BENCH_PREPARE_H
#define BENCH_PREPARE_H

#include <jansson.h>
#include <stdbool.h>

#define PREPARED "/run/switchyard-prepared"

/*
 * Change what there is to change, for a measurement on this CPU; @root stands before every path,
 * and is "" but in tests.  Puts back first what an earlier one left.  False, after an error
 * message, if PREPARED cannot be written; what cannot be changed, such as an interrupt that is
 * bound to a CPU, is left.
 */
bool prepare_machine(const char *root, unsigned int cpu);

/* Put all back, the last change first.  False, after an error message, if a part cannot be. */
bool prepare_undo(const char *root);

/* What is changed now: {path: value before}. */
json_t *prepare_record(const char *root);

#endif
