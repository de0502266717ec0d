/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Checks that a recording is complete. */
#ifndef REPORT_VERIFY_H
#define REPORT_VERIFY_H

/*
 * Read a recording back from its folder, and print what is missing from it.  Answers `status`, or
 * a worse one.
 */
int verify_recording(const char *folder, int status);

#endif
