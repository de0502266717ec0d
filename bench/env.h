/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The environment record (env.json).  The agent records the machine where samples are taken
 * (machine.h); the workstation adds what only it knows and writes the whole.
 */
#ifndef BENCH_ENV_H
#define BENCH_ENV_H

#include <jansson.h>

#include "bench/data/plan.h"

struct env_workstation {
	const struct plan *plan;
	const char *payload;		/* whose files are hashed */
	const char *scratch;
	/* how the lab machine was started; NULL if there was none */
	json_t *lab;
};

/*
 * Put the record together: `boots` is an array with the record of each boot ({boot, tier,
 * machine}); the first stands for all.  Keeps no reference to `boots`.
 */
json_t *env_join(const struct env_workstation *workstation, const json_t *boots);

/* {name: sha256} of the payload's modules, or those installed, programs and Guests in use. */
json_t *env_hashes(const char *payload, const struct words *benches, const char *scratch);

#endif
