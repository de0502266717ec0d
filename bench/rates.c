/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads the counters, and computes differences; see rates.h. */
#include <stdlib.h>
#include <string.h>

#include "rates.h"

#define STAYED "stayed_"	/* and the class, in the counters */

void rates_free(struct rates *rates)
{
	free(rates->blob);
	memset(rates, 0, sizeof(*rates));
}

const char *rates_class(unsigned int class)
{
	static const char *const names[LG_CLASSES] = {
#define LG_X(NAME, name) #name,
		LG_TRAP_CLASSES(LG_X)
#undef LG_X
	};

	return names[class];
}

const char *rates_stay(unsigned int stay)
{
	static const char *const names[LG_STAYS] = {
#define LG_X(NAME, name) #name,
		LG_STAY_CLASSES(LG_X)
#undef LG_X
	};

	return names[stay];
}

static struct rate *find(const struct rates *rates, const char *variant, const char *twin)
{
	for (size_t i = 0; i < rates->n; i++)
		if (!strcmp(rates->blob[i].variant, variant) && !strcmp(rates->blob[i].twin, twin))
			return &rates->blob[i];
	return NULL;
}

static struct rate *add(struct rates *rates, const char *variant, const char *twin)
{
	struct rate *rate;

	rates->blob = reallocarray(rates->blob, rates->n + 1, sizeof(*rates->blob));
	if (!rates->blob)
		abort();
	rate = &rates->blob[rates->n++];
	memset(rate, 0, sizeof(*rate));
	snprintf(rate->variant, sizeof(rate->variant), "%s", variant);
	snprintf(rate->twin, sizeof(rate->twin), "%s", twin);
	return rate;
}

/* Counts that are not shown are ignored, also those of a later module. */
static void set(struct rate *rate, const char *name, uint64_t count)
{
	if (!strcmp(name, "guests"))
		rate->guests = count;
	else if (!strcmp(name, "switches"))
		rate->switches = count;
	for (unsigned int i = 0; i < LG_CLASSES; i++)
		if (!strcmp(name, rates_class(i)))
			rate->classes[i] = count;
	for (unsigned int i = 0; i < LG_STAYS; i++)
		if (!strncmp(name, STAYED, strlen(STAYED)) &&
		    !strcmp(name + strlen(STAYED), rates_stay(i)))
			rate->stays[i] = count;
}

bool rates_read(struct rates *rates, FILE *file, char why[RATES_WHY])
{
	char variant[LG_NAME_BYTES], twin[LG_NAME_BYTES], name[40], end, *line = NULL;
	unsigned long long count;
	size_t room = 0, number = 0;
	struct rate *rate;
	bool good = true;

	memset(rates, 0, sizeof(*rates));
	while (good && getline(&line, &room, file) > 0) {
		number++;
		good = sscanf(line, "%23s %23s %39s %llu%c", variant, twin, name, &count,
			      &end) == 5 && end == '\n';
		if (!good)
			break;
		rate = find(rates, variant, twin);
		set(rate ? rate : add(rates, variant, twin), name, count);
	}
	if (good && ferror(file))
		snprintf(why, RATES_WHY, "it cannot be read");
	else if (!good)
		snprintf(why, RATES_WHY, "line %zu is not VARIANT TWIN NAME COUNT", number);
	good = good && !ferror(file);
	free(line);
	return good;
}

static bool subtract(uint64_t *from, uint64_t what)
{
	bool good = *from >= what;

	*from -= what;
	return good;
}

bool rates_between(struct rates *more, const struct rates *before, const struct rates *now)
{
	bool good = true;

	memset(more, 0, sizeof(*more));
	for (size_t i = 0; i < now->n; i++)
		*add(more, "", "") = now->blob[i];
	for (size_t i = 0; i < before->n; i++) {
		const struct rate *old = &before->blob[i];
		struct rate *rate = find(more, old->variant, old->twin);

		good = good && rate && subtract(&rate->switches, old->switches);
		for (unsigned int class = 0; good && class < LG_CLASSES; class++)
			good = subtract(&rate->classes[class], old->classes[class]);
		for (unsigned int stay = 0; good && stay < LG_STAYS; stay++)
			good = subtract(&rate->stays[stay], old->stays[stay]);
	}
	more->seconds = now->seconds - before->seconds;
	return good && more->seconds > 0;
}

uint64_t rates_of_class(const struct rates *rates, unsigned int class)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < rates->n; i++)
		sum += rates->blob[i].classes[class];
	return sum;
}

uint64_t rates_exits(const struct rate *rate)
{
	uint64_t sum = 0;

	for (unsigned int i = 0; i < LG_CLASSES; i++)
		sum += i == LG_CLASS_KILLED ? 0 : rate->classes[i];
	return sum;
}

uint64_t rates_of_stay(const struct rates *rates, unsigned int stay)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < rates->n; i++)
		sum += rates->blob[i].stays[stay];
	return sum;
}

uint64_t rates_stays(const struct rate *rate)
{
	uint64_t sum = 0;

	for (unsigned int i = 0; i < LG_STAYS; i++)
		sum += rate->stays[i];
	return sum;
}

static json_t *per_second(uint64_t count, double seconds)
{
	return json_real((double)count / seconds);
}

static void set_rate(json_t *object, const char *name, uint64_t count, double seconds)
{
	if (count)
		json_object_set_new(object, name, per_second(count, seconds));
}

static json_t *variant_json(const struct rate *rate, double seconds)
{
	json_t *classes = json_object(), *stayed = json_object();

	for (unsigned int i = 0; i < LG_CLASSES; i++)
		set_rate(classes, rates_class(i), rate->classes[i], seconds);
	for (unsigned int i = 0; i < LG_STAYS; i++)
		set_rate(stayed, rates_stay(i), rate->stays[i], seconds);
	return json_pack("{s:s, s:s, s:I, s:o, s:o, s:o, s:o, s:o}", "variant", rate->variant,
			 "twin", rate->twin, "guests", (json_int_t)rate->guests,
			 "exits_per_s", per_second(rates_exits(rate), seconds),
			 "stayed_per_s", per_second(rates_stays(rate), seconds),
			 "switches_per_s", per_second(rate->switches, seconds),
			 "classes", classes, "stayed", stayed);
}

json_t *rates_json(const struct rates *more, const char *time)
{
	json_t *classes = json_object(), *stayed = json_object(), *variants = json_array();
	uint64_t exits = 0, stays = 0;

	for (unsigned int i = 0; i < LG_CLASSES; i++)
		set_rate(classes, rates_class(i), rates_of_class(more, i), more->seconds);
	for (unsigned int i = 0; i < LG_STAYS; i++)
		set_rate(stayed, rates_stay(i), rates_of_stay(more, i), more->seconds);
	for (size_t i = 0; i < more->n; i++) {
		exits += rates_exits(&more->blob[i]);
		stays += rates_stays(&more->blob[i]);
		json_array_append_new(variants, variant_json(&more->blob[i], more->seconds));
	}
	return json_pack("{s:s, s:s, s:f, s:o, s:o, s:o, s:o, s:o}", "schema", "switchyard-live-2",
			 "time", time, "seconds", more->seconds,
			 "exits_per_s", per_second(exits, more->seconds),
			 "stayed_per_s", per_second(stays, more->seconds),
			 "classes", classes, "stayed", stayed, "variants", variants);
}
