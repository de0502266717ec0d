/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A limit on LTTng.  A call into liblttng-ctl waits for the session daemon, which waits for
 * the consumer, and neither wait ends by itself: a consumer that is stopped would hold its
 * caller for ever.
 *
 * The limit is on progress, not on time: the watchdog counts looks, WATCHDOG_LOOK_MS apart. It
 * does not count a look at which a thread of LTTng's is running, ready to run or waiting for a
 * disk, nor one at which the trace has grown since the look before, so that a slow or loaded
 * machine does not reach the limit.
 */
#ifndef SESSION_WATCHDOG_H
#define SESSION_WATCHDOG_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

enum {
	WATCHDOG_LOOK_MS = 100,
	/* all of LTTng asleep or stopped, and the trace unchanged */
	WATCHDOG_IDLE_LOOKS = 100,
	WATCHDOG_DRY_LOOKS = 3000,	/* the trace unchanged, whatever LTTng does */
};

/* Called once, from a thread of the watchdog's: it must end the call that is waited for. */
typedef void (*watchdog_fn)(void *arg);

struct watchdog {
	const char *output;		/* folder that the trace grows in */
	watchdog_fn bite;
	void *arg;
	pthread_t thread;
	atomic_bool off;
	bool bitten;			/* to be read after watchdog_stop() */
};

/* Watch from now on; false, after an error message, if that cannot be. */
bool watchdog_start(struct watchdog *dog, const char *output, watchdog_fn bite, void *arg);

/* Watch no longer; true if the limit was reached. */
bool watchdog_stop(struct watchdog *dog);

#endif
