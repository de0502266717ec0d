/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The machine that this program runs on: its part of the environment record, and the tier of
 * numbers that its clock allows.
 */
#ifndef BENCH_MACHINE_H
#define BENCH_MACHINE_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

enum tier {
	TIER_INSNS,		/* the TSC advances by one an instruction */
	TIER_CYCLES,		/* real hardware and an invariant TSC */
	TIER_REHEARSAL,		/* neither: shapes only, never numbers */
};

const char *tier_name(enum tier tier);

/* What one tick of the clock is in that tier: insns, cycles, ticks. */
const char *tier_unit(enum tier tier);

/* The tier, and in why (if not NULL) one line that says what was seen. */
enum { MACHINE_WHY = 200 };
enum tier machine_tier(char why[MACHINE_WHY]);

/* Ticks of the TSC that a loop of 200,000 instructions takes, at the least of some tries. */
uint64_t machine_loop_ticks(void);
enum { MACHINE_LOOP_INSNS = 200000 };

/* True if the first processor of /proc/cpuinfo shows the flag. */
bool machine_has_flag(const char *flag);

/* A field of /proc/cpuinfo's first processor, or NULL.  To be freed. */
char *machine_cpuinfo(const char *name);

/* "6.1.0-40-686" */
const char *machine_kernel(void);
bool machine_kernel_has_pae(void);

/* Where the running kernel has an installed module, by its file's name ("switchyard.ko"), or NULL.
 * To be freed. */
char *machine_module(const char *file);

/* Kernel, command line, CPU, microcode, mitigations, clock, module, LTTng, date. */
json_t *machine_record(void);

/* The time now as 2026-01-31T12:34:56Z.  To be freed. */
char *time_text(void);

#endif
