/* SPDX-License-Identifier: GPL-2.0-or-later */
/*T:238
 * Findings about a machine: {where, subject, verdict, text}.  The verdict is
 * "good"; "bad", which makes the machine unfit; or "note", which only limits
 * the tiers.
 */
#ifndef SWITCHYARD_FINDINGS_H
#define SWITCHYARD_FINDINGS_H

#include <jansson.h>
#include <stdbool.h>

void finding(json_t *findings, const char *verdict, const char *subject,
	     const char *format, ...) __attribute__((format(printf, 4, 5)));

/* "good" or "bad". */
const char *verdict(bool good);

/* The verdict on a subject, or NULL if nothing was found about it. */
const char *verdict_on(const json_t *findings, const char *subject);

#endif
