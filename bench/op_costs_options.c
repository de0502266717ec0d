/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Options of `ops`. */
#include <stdlib.h>

#include "op_costs_options.h"

enum { OPTION_NATIVE = 256 };

static const struct argp_option options[] = {
	{ "samples", 'n', "N", 0, "Samples of each operation, at most 100000 (1001)", 0 },
	{ "out", 'o', "FILE", 0, "Write the costs there, as JSON, with their environment", 0 },
	{ "native", OPTION_NATIVE, NULL, 0, "Act on this kernel, without a lab machine", 0 },
	{ NULL, 0, NULL, 0, NULL, 0 },
};

static error_t parse(int key, char *argument, struct argp_state *state)
{
	struct op_costs_options *to = state->input;
	unsigned long n;
	char *end;

	switch (key) {
	case 'n':
		n = strtoul(argument, &end, 10);
		if (*argument < '1' || *argument > '9' || *end || n > OP_COSTS_MOST_SAMPLES)
			argp_error(state, "--samples takes a number from 1 to %d",
				   OP_COSTS_MOST_SAMPLES);
		to->samples = (unsigned int)n;
		return 0;
	case 'o':
		to->output = argument;
		return 0;
	case OPTION_NATIVE:
		to->native = true;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

const struct argp op_costs_argp = { .options = options, .parser = parse };
