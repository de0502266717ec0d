/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * lives.c - a Guest of many lives, so that one file can be killed for many reasons.
 *
 *	PORT_LIVES	that many lives: after a kill the Guest is made again, and reads
 *			`restarts=` on its command line
 *	PORT_LIMIT	from now on no port is answered in this life, and after that many
 *			milliseconds it counts as killed: a Guest that jumps at random may go
 *			round for ever, or come by its own shutdown, after which the next life
 *			follows too
 *	PORT_TALLY	words that outlive the lives: what is written is added.  The Launcher
 *			itself adds to TALLY_DEATHS for each life that did not end by itself
 */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/time.h>

#include "device.h"
#include "die.h"
#include "lg/ports.h"

struct lives {
	uint32_t wanted, tallies[TALLIES];
	bool limited;		/* this life has a limit */
};

/* Ended, and not by itself. */
static bool has_died(int end)
{
	return end == END_KILLED || end == END_SIGNAL + SIGALRM;
}

static void set_limit(uint32_t ms)
{
	struct timeval time = { ms / 1000, ms % 1000 * 1000 };
	struct itimerval limit = { time, time };

	if (setitimer(ITIMER_REAL, &limit, NULL))
		die(END_FAILED, "a limit of %u ms: %s", ms, strerror(errno));
}

static void life_ended(struct machine *m, void *context, int end)
{
	struct lives *lives = context;

	(void)m;
	set_limit(0);
	lives->tallies[TALLY_DEATHS] += has_died(end);
}

static bool again(void *context, int end, unsigned int restarts)
{
	struct lives *lives = context;
	bool off = lives->limited && (end == END_FINISHED || end == END_FAILED);

	lives->limited = false;
	return (has_died(end) || off) && restarts + 1 < lives->wanted;
}

static void limit_life(struct machine *m, struct lives *lives, uint32_t ms)
{
	struct lg_ports all = { 0, 65536, 0 };

	if (ioctl(m->fd, LG_CLAIM_PORTS, &all))
		die(END_REFUSED, "ports: %s", strerror(errno));
	lives->limited = true;
	set_limit(ms);
}

static void lives_out(struct machine *m, void *context, uint32_t value)
{
	struct lives *lives = context;

	switch (m->run.port.port) {
	case PORT_LIVES:
		lives->wanted = value;
		break;
	case PORT_LIMIT:
		limit_life(m, lives, value);
		break;
	default:
		lives->tallies[m->run.port.port - PORT_TALLY] += value;
	}
}

static uint32_t lives_in(struct machine *m, void *context)
{
	struct lives *lives = context;

	return m->run.port.port < PORT_TALLY ? ~0u :
	       lives->tallies[m->run.port.port - PORT_TALLY];
}

static struct lives the_lives;
static struct device lives = {
	.name = "lives", .first = PORT_LIVES, .count = 2 + TALLIES, .context = &the_lives,
	.out = lives_out, .in = lives_in, .life_ended = life_ended, .again = again,
};
TEST_DEVICE(lives)
