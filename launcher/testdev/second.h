/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * second.h - the Launcher's second thread, which works against the Guest or for it while the
 * first is in LG_RUN.  A life has at most one.
 */
#ifndef TESTDEV_SECOND_H
#define TESTDEV_SECOND_H

#include <stdbool.h>

/* Start the thread; `argument` must last as long as it runs. */
void second_start(void *(*function)(void *), void *argument);

/* On a CPU other than the caller's: on the same one it would stand still while the Host works
 * for the Guest. */
void second_keep_apart(void);

/* What the thread asks in each turn of its loop. */
bool second_goes_on(void);

/* End it, if there is one. */
void second_stop(void);

#endif
