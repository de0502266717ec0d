/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A plan states, before anything runs, the question and how it will be measured.  On disk it
 * consists of lines `key = value`; commas separate the members of a list; `#` opens a comment.
 */
#ifndef BENCH_DATA_PLAN_H
#define BENCH_DATA_PLAN_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "util/words.h"

struct plan {
	char *question;
	char *metric;			/* median: the only one there is */
	double smallest_effect;		/* in the tier's unit */
	char *guest;			/* tiny or linux: what the benchmarks are */
	char *profile;			/* of the lab machine; it decides the tier */
	/* the only tier accepted; empty: the profile's */
	char *tier;
	struct words benches, variants, twins;
	struct words shadow;		/* policies that variants are multiplied by (shadow.h) */
	struct words arguments;		/* key=value, handed to every Guest */
	unsigned int boots;		/* blocks: each is one boot of the lab machine */
	unsigned int runs;		/* of each cell in a boot */
	unsigned int warmup;		/* samples dropped at the head of every run */
	char *layout;			/* seeded, fixed or same_page: see docs/commands.md */
	uint64_t seed;
};

/*
 * Of a plan with guest = linux the benchmarks are workloads, a variant may be this one, which is no
 * Guest at all, and a step of its schedule runs all of the workloads.
 */
#define PLAN_NATIVE "native"
#define PLAN_WORKLOADS "workloads"
bool plan_is_linux(const struct plan *plan);

/* Defaults for all that a plan need not say. */
void plan_init(struct plan *plan);
void plan_free(struct plan *plan);

/*
 * Set one key.  On failure answers false with a one-line reason in why[]; the
 * plan is as it was.
 */
enum { PLAN_WHY = 200 };
bool plan_set(struct plan *plan, const char *key, const char *value, char why[PLAN_WHY]);

/* Read a whole plan; `why` then opens with the line's number. */
bool plan_read(struct plan *plan, FILE *stream, char why[PLAN_WHY]);

/*
 * The plan as a JSON object with every key; and back: it must have each key once, and no other.
 * Without `shadow`, which is in the names of variants by then.
 */
json_t *plan_json(const struct plan *plan);
bool plan_from_json(struct plan *plan, const json_t *json, char why[PLAN_WHY]);

/* Whether the TSC of this profile's lab machine counts instructions. */
bool plan_counts_insns(const struct plan *plan);

/* False, and the reason in why, if it asks for nothing or for something impossible. */
bool plan_check(const struct plan *plan, char why[PLAN_WHY]);

#endif
