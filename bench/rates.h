/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The Host's always-on counters by variant, and their increase between two readings. */
#ifndef BENCH_RATES_H
#define BENCH_RATES_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "lg/dev.h"
#include "lg/stay.h"

/* Of one variant and twin. */
struct rate {
	char variant[LG_NAME_BYTES], twin[LG_NAME_BYTES];
	uint64_t guests;			/* that are there */
	uint64_t switches, classes[LG_CLASSES];
	uint64_t stays[LG_STAYS];		/* answered in the Switcher: no exits */
};

struct rates {
	struct rate *blob;
	size_t n;
	double seconds;				/* when it was read; or how long it took */
};

void rates_free(struct rates *rates);

/* Read the file `variants` of kmod/stats.c; false, with the reason in why, if it is malformed. */
enum { RATES_WHY = 120 };
bool rates_read(struct rates *rates, FILE *file, char why[RATES_WHY]);

/* The increase from `before` to `now`; false if there was a decrease: the module was loaded
 * again. */
bool rates_between(struct rates *more, const struct rates *before, const struct rates *now);

const char *rates_class(unsigned int class);

/* Exits, of one class in all variants, or of all classes in one; `killed` counts Guests. */
uint64_t rates_of_class(const struct rates *rates, unsigned int class);
uint64_t rates_exits(const struct rate *rate);

/* The same of those that stayed in the Switcher (lg/stay.h), by the name of the class. */
const char *rates_stay(unsigned int stay);
uint64_t rates_of_stay(const struct rates *rates, unsigned int stay);
uint64_t rates_stays(const struct rate *rate);

/* {time, seconds, exits_per_s, stayed_per_s, classes{class}, stayed{class}, variants[{variant,
 * twin, guests, exits_per_s, stayed_per_s, switches_per_s, classes{class}, stayed{class}}]};
 * without classes that did not occur. */
json_t *rates_json(const struct rates *more, const char *time);

#endif
