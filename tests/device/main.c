/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * main.c - runs the test that is named.
 */
#include <stdio.h>
#include <string.h>

#include "device.h"

static const struct {
	const char *name, *words;
	int (*function)(int argc, char **argv);
} whats[] = {
	{ "fuzz", "SEED OPS | SEED fatal N", do_fuzz },
	{ "windows", "", do_windows },
	{ "flags", "", do_flags },
	{ "version", "", do_version },
	{ "threads", "REQUESTS", do_threads },
	{ "pass", "", do_pass },
	{ "under", "", do_under },
	{ "signals", "COUNT", do_signals },
	{ "killed", "SEED COUNT", do_killed },
	{ "migrate", "MOVES PROGRAM [ARG...] -- PROGRAM [ARG...]", do_migrate },
	{ "create", "[VARIANT]", do_create },
	{ "share", "ROUNDS GUEST KIND...", do_share },
	{ "rare_state", "VARIANT ROUNDS", do_rare_state },
	{ "heirs", "OWNERS HEIRS", do_heirs },
	{ "regs", "", do_regs },
	{ "beside", "FINGERPRINT", do_beside },
	{ "limits", "inside|outside PROGRAM [ARG...]", do_limits },
	{ "closing", "ROUNDS", do_closing },
	{ "nth", "VARIANT", do_nth },
};

int main(int argc, char **argv)
{
	int status = 2;

	for (size_t i = 0; argc > 1 && i < ARRAY_SIZE(whats); i++)
		if (!strcmp(argv[1], whats[i].name))
			status = whats[i].function(argc - 2, argv + 2);
	if (status != 2)
		return status;
	for (size_t i = 0; i < ARRAY_SIZE(whats); i++)
		fprintf(stderr, "usage: device %s %s\n", whats[i].name, whats[i].words);
	return 2;
}
