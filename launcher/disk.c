/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * disk.c - a raw image: a file or a block device.  A writer has it exclusively; any number may
 * read.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "die.h"
#include "disk.h"

#define SECTOR		512
#define READ_ONLY	",ro"
#define PATH_BYTES	4096

static void split(const char *what, char path[PATH_BYTES], bool *read_only)
{
	size_t bytes = strlen(what), suffix = strlen(READ_ONLY);

	*read_only = bytes > suffix && !strcmp(what + bytes - suffix, READ_ONLY);
	if (*read_only)
		bytes -= suffix;
	if (bytes >= PATH_BYTES)
		die(END_USAGE, "a disk's name is longer than %d bytes", PATH_BYTES - 1);
	memcpy(path, what, bytes);
	path[bytes] = '\0';
}

static void check(const struct disk *disk, const char *path, off_t bytes)
{
	struct stat stat;

	if (fstat(disk->fd, &stat) || (!S_ISREG(stat.st_mode) && !S_ISBLK(stat.st_mode)))
		die(END_USAGE, "%s: not a disk: it is neither a file nor a block device", path);
	if (bytes <= 0 || bytes % SECTOR)
		die(END_USAGE, "%s: not a disk: its size is not a multiple of %d bytes", path,
		    SECTOR);
}

void disk_open(struct disk *disk, const char *what)
{
	char path[PATH_BYTES];
	off_t bytes;

	split(what, path, &disk->read_only);
	disk->fd = open(path, (disk->read_only ? O_RDONLY : O_RDWR) | O_CLOEXEC);
	if (disk->fd < 0 && !disk->read_only &&
	    (errno == EACCES || errno == EROFS || errno == EPERM))
		die(END_USAGE, "%s: %s: if the Guest may only read it, say %s,ro", path,
		    strerror(errno), path);
	if (disk->fd < 0)
		die(END_USAGE, "%s: %s", path, strerror(errno));
	bytes = lseek(disk->fd, 0, SEEK_END);
	check(disk, path, bytes);
	if (flock(disk->fd, (disk->read_only ? LOCK_SH : LOCK_EX) | LOCK_NB))
		die(END_REFUSED, "%s: in use by another Launcher", path);
	disk->sectors = bytes / SECTOR;
}

void disk_close(struct disk *disk)
{
	close(disk->fd);
}
