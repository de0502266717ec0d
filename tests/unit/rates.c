/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Unit tests of bench/rates.c: what was added between two readings of the counters. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/rates.h"

#define CLASSIC(switches, hypercalls)				\
	"classic plain guests 1\nclassic plain switches " #switches	\
	"\nclassic plain hypercall " #hypercalls "\nclassic plain killed 7\n"

static bool read_text(struct rates *rates, const char *data, double seconds, char why[RATES_WHY])
{
	FILE *file = fmemopen((void *)data, strlen(data), "r");
	bool good;

	assert_non_null(file);
	good = rates_read(rates, file, why);
	rates->seconds = seconds;
	fclose(file);
	return good;
}

static bool between(struct rates *more, const char *first, const char *last)
{
	struct rates before, now;
	char why[RATES_WHY];
	bool good;

	assert_true(read_text(&before, first, 10, why));
	assert_true(read_text(&now, last, 12, why));
	good = rates_between(more, &before, &now);
	rates_free(&before);
	rates_free(&now);
	return good;
}

static void differences(void **state)
{
	struct rates more;

	(void)state;
	assert_true(between(&more, CLASSIC(100, 90), CLASSIC(104, 93)
			    "stacked probed guests 0\nstacked probed hypercall 5\n"
			    "stacked probed stayed_hypercall 9\n"
			    "stacked probed not_yet_known 5\n"));
	assert_int_equal(rates_exits(&more.blob[1]), 5);
	assert_int_equal(rates_stays(&more.blob[1]), 9);
	assert_int_equal(rates_of_stay(&more, LG_STAY_HYPERCALL), 9);
	assert_int_equal(more.n, 2);
	assert_true(more.seconds == 2);
	assert_int_equal(more.blob[0].guests, 1);
	assert_int_equal(more.blob[0].switches, 4);
	assert_int_equal(rates_exits(&more.blob[0]), 3);
	assert_string_equal(more.blob[1].variant, "stacked");
	assert_string_equal(more.blob[1].twin, "probed");
	assert_int_equal(rates_of_class(&more, LG_CLASS_HYPERCALL), 8);
	assert_int_equal(rates_of_class(&more, LG_CLASS_KILLED), 0);
	rates_free(&more);
}

/* Counts of 64 bits, beyond what 32 hold. */
static void large_counts(void **state)
{
	struct rates more;

	(void)state;
	assert_true(between(&more, CLASSIC(0, 4294967295), CLASSIC(0, 18446744073709551615)));
	assert_true(more.blob[0].classes[LG_CLASS_HYPERCALL] == UINT64_MAX - UINT32_MAX);
	rates_free(&more);
}

static void another_module(void **state)
{
	struct rates more;

	(void)state;
	assert_false(between(&more, CLASSIC(100, 90), CLASSIC(99, 90)));
	rates_free(&more);
	assert_false(between(&more, CLASSIC(100, 90), CLASSIC(100, 89)));
	rates_free(&more);
	assert_false(between(&more, CLASSIC(100, 90), ""));
	rates_free(&more);
}

static void bad_lines(void **state)
{
	static const char *const bad[] = {
		"classic plain guests\n", "classic plain guests x\n", "classic plain guests 1",
		"classic plain guests 1 2\n", "\n", "a-name-that-is-longer-than-any-is plain x 1\n",
	};
	char why[RATES_WHY];
	struct rates rates;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_false(read_text(&rates, bad[i], 0, why));
		assert_string_equal(why, "line 1 is not VARIANT TWIN NAME COUNT");
		rates_free(&rates);
	}
	assert_true(read_text(&rates, "", 0, why));
	assert_int_equal(rates.n, 0);
}

static void as_json(void **state)
{
	struct rates more;
	json_t *record, *variant;

	(void)state;
	assert_true(between(&more, CLASSIC(100, 90), CLASSIC(104, 93)));
	record = rates_json(&more, "now");
	assert_string_equal(json_string_value(json_object_get(record, "time")), "now");
	assert_true(json_real_value(json_object_get(record, "exits_per_s")) == 1.5);
	assert_int_equal(json_object_size(json_object_get(record, "classes")), 1);
	variant = json_array_get(json_object_get(record, "variants"), 0);
	assert_true(json_real_value(json_object_get(variant, "switches_per_s")) == 2);
	assert_true(json_real_value(json_object_get(json_object_get(variant, "classes"),
						    "hypercall")) == 1.5);
	json_decref(record);
	rates_free(&more);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(differences), cmocka_unit_test(large_counts),
		cmocka_unit_test(another_module), cmocka_unit_test(bad_lines),
		cmocka_unit_test(as_json),
	};

	return cmocka_run_group_tests_name("rates", tests, NULL, NULL);
}
