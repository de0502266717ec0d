/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * disk.h - the file that a Guest has as its disk.
 */
#ifndef LAUNCHER_DISK_H
#define LAUNCHER_DISK_H

#include <stdbool.h>
#include <stdint.h>

struct disk {
	int fd;			/* locked for as long as it is open */
	uint64_t sectors;	/* of 512 bytes */
	bool read_only;
};

/* FILE or FILE,ro; dies with one line if it cannot be opened. */
void disk_open(struct disk *disk, const char *what);
void disk_close(struct disk *disk);

#endif
