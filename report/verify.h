/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether a recording is whole. */
#ifndef SWITCHYARD_VERIFY_H
#define SWITCHYARD_VERIFY_H

/*
 * Read back a recording that is in its folder, and say what is missing from it.  Answers
 * `status`, or what is worse.
 */
int verify_recording(const char *folder, int status);

#endif
