/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * cable.h - what a Guest's network card is plugged into.
 */
#ifndef LAUNCHER_CABLE_H
#define LAUNCHER_CABLE_H

#include <sys/types.h>

struct cable {
	int fd;		/* a datagram of it is a frame; it does not block */
	pid_t helper;	/* 0: none */
};

/* `user` or `tap=NAME`; dies with one line if it cannot be had. */
void cable_open(struct cable *cable, const char *what);
void cable_close(struct cable *cable);

#endif
