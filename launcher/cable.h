/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * cable.h - what a Guest's network card is plugged into.
 */
#ifndef LAUNCHER_CABLE_H
#define LAUNCHER_CABLE_H

#include <sys/types.h>

struct cable {
	int fd;		/* each datagram is a frame; non-blocking */
	pid_t helper;	/* 0: none */
};

/* `user` or `tap=NAME`; dies with one line if it cannot be opened. */
void cable_open(struct cable *cable, const char *what);
void cable_close(struct cable *cable);

#endif
