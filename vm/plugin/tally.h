/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * tally.h - what was counted: in a sample, in all samples of a series, in a window.
 *
 * Nearly all samples of a series are alike to the last op, so they are kept as patterns:
 * a pattern is one distinct tally, with the number of samples that had it.
 */
#ifndef TALLY_H
#define TALLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "lg/ops.h"

struct tally {
	uint64_t insns[LG_NR_WHERES];		/* begun */
	uint64_t abandoned[LG_NR_WHERES];	/* of these, given up by a fault: not in the TSC */
	uint64_t unsure[LG_NR_WHERES];		/* of these, perhaps given up */
	uint64_t overcounted[LG_NR_WHERES];	/* in the TSC though never begun */
	uint64_t ops[LG_NR_WHERES][LG_NR_OPS];
};

/* A stretch of a sample: a block that was begun, and how many of its instructions were. */
struct place {
	uint32_t va;
	uint8_t where;
	uint32_t times;
	uint64_t insns;
};

struct profile {
	struct place *place;
	size_t n, room;
};

/* The profile is that of the first sample. */
struct pattern {
	struct tally tally;
	struct profile profile;
	uint64_t samples;
};


struct series {
	struct pattern *pattern;
	size_t patterns, pattern_room;
	uint32_t *sample;			/* its pattern */
	size_t samples, sample_room;
};

/* The TSC's share of a tally: begun and not abandoned. */
uint64_t tally_ticks(const struct tally *tally);

/* A profile is a log first; profile_fold joins what is of the same block. */
void profile_add(struct profile *profile, uint32_t va, enum lg_where where, uint64_t insns);
void profile_fold(struct profile *profile);

void series_add(struct series *series, const struct tally *tally, const struct profile *profile);
void series_clear(struct series *series);

/* The three files, open for writing; docs/lab.md describes their rows. */
struct files {
	FILE *ops, *samples, *blocks;
};

bool files_open(struct files *files, const char *folder);
void files_close(struct files *files);

void write_tally(struct files *files, const char *window, size_t pattern, uint64_t samples,
		 const struct tally *tally);
void write_profile(struct files *files, const char *window, size_t pattern,
		   const struct pattern *of);
void write_series(struct files *files, const char *window, const struct series *series);
/* Report what makes the counts void, also on standard error. */
void write_error(struct files *files, const char *window, const char *what);

#endif
