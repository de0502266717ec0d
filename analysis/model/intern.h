/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names as small numbers: each distinct string is kept once. */
#ifndef LG_ANALYSIS_NAMES_H
#define LG_ANALYSIS_NAMES_H

#include <stdint.h>

#define LG_MAX_NAMES	1024

struct lg_names {
	uint16_t n;
	char *name[LG_MAX_NAMES];
};

/* The number of @name; number 0 is "?", and stands for all when memory or room ends. */
uint16_t lg_name(struct lg_names *names, const char *name);
const char *lg_name_of(const struct lg_names *names, uint16_t id);
void lg_names_free(struct lg_names *names);

#endif
