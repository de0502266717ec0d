/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Interned strings: each distinct name is kept once and has a small number. */
#ifndef ANALYSIS_MODEL_INTERN_H
#define ANALYSIS_MODEL_INTERN_H

#include <stdint.h>

#define LG_MAX_NAMES	1024

struct lg_intern {
	uint16_t n;
	char *name[LG_MAX_NAMES];
};

/* The number of @name; number 0 is "?", and stands for all when memory or room ends. */
uint16_t lg_intern(struct lg_intern *names, const char *name);
const char *lg_name_of(const struct lg_intern *names, uint16_t id);
void lg_intern_free(struct lg_intern *names);

#endif
