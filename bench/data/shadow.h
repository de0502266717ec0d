/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Policies of a Linux Guest's shadow (enum lg_shadow_policy of lg/dev.h) in names of variants: one
 * that is not the default stands behind a plus, as in stacked+flush.
 */
#ifndef BENCH_DATA_SHADOW_H
#define BENCH_DATA_SHADOW_H

#include <stdbool.h>

#include "util/words.h"

bool shadow_known(const char *policy);
/* All of them, for a message. */
const char *shadow_names(void);

/* The Switcher's variant, to be freed; *policy is what stands behind the plus, or NULL. */
char *shadow_split(const char *variant, const char **policy);

/* Each variant with each policy; one that names its own, or is no Guest, stays as it is. */
void shadow_expand(struct words *variants, const struct words *policies);

#endif
