/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names of policies, and of variants with one; see shadow.h. */
#include <stdlib.h>
#include <string.h>

#include "lg/dev.h"
#include "plan.h"
#include "shadow.h"
#include "util/file.h"

static const char *const names[] = {
#define LG_X(NAME, name) [LG_SHADOW_##NAME] = #name,
	LG_SHADOW_POLICIES(LG_X)
#undef LG_X
};

bool shadow_known(const char *policy)
{
	for (int i = 0; i < LG_NR_SHADOW_POLICIES; i++)
		if (!strcmp(policy, names[i]))
			return true;
	return false;
}

const char *shadow_names(void)
{
#define LG_X(NAME, name) ", " #name
	return &LG_SHADOW_POLICIES(LG_X)[2];
#undef LG_X
}

char *shadow_split(const char *variant, const char **policy)
{
	size_t n = strcspn(variant, "+");

	*policy = variant[n] ? variant + n + 1 : NULL;
	return text("%.*s", (int)n, variant);
}

static void add_each(struct words *to, const char *variant, const struct words *policies)
{
	for (size_t i = 0; i < policies->n; i++) {
		bool is_default = !strcmp(policies->word[i], names[0]);
		char *name = text("%s%s%s", variant, is_default ? "" : "+",
				  is_default ? "" : policies->word[i]);

		words_add(to, name);
		free(name);
	}
}

void shadow_expand(struct words *variants, const struct words *policies)
{
	struct words all = { NULL, 0 };

	if (!policies->n)
		return;
	for (size_t i = 0; i < variants->n; i++) {
		const char *variant = variants->word[i];

		if (strchr(variant, '+') || !strcmp(variant, PLAN_NATIVE))
			words_add(&all, variant);
		else
			add_each(&all, variant, policies);
	}
	words_free(variants);
	*variants = all;
}
