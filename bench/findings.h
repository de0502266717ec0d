/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Findings about a machine: {where, subject, verdict, text}.  The verdict is
 * "good"; "bad", which makes the machine unfit; or "note", which only limits
 * the tiers.
 */
#ifndef BENCH_FINDINGS_H
#define BENCH_FINDINGS_H

#include <jansson.h>
#include <stdbool.h>

struct check_options {
	const char *profile;
	/* write the findings to this file, and print nothing */
	const char *save;
	bool json, native, boot;
};

/* Parse the command line of `check`; ends the program with a usage error. */
void check_options_parse(struct check_options *options, bool native, int argc, char **argv);

void finding(json_t *findings, const char *verdict, const char *subject,
	     const char *format, ...) __attribute__((format(printf, 4, 5)));

/* "good" or "bad". */
const char *verdict(bool good);

/* Print the findings and the tiers that follow, or save the findings.  Answers an exit status. */
int check_conclude(const struct check_options *options, json_t *findings);

#endif
