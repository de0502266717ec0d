/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Checks that a recording is complete. */
#ifndef REPORT_VERIFY_H
#define REPORT_VERIFY_H

/*
 * Read back a recording that is in its folder, and say what is missing from it.  Answers
 * `status`, or what is worse.
 */
int verify_recording(const char *folder, int status);

#endif
