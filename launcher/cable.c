/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * cable.c - the two kinds of cable: a tap, whose frames the Host's kernel handles, or a socket to
 * lg-usernet (usernet/), a program that lies beside lg.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cable.h"
#include "die.h"

#define TAP		"tap="
#define HELPER		"lg-usernet"
#define PATH_BYTES	4096

static const char *tap_refusal(int error)
{
	switch (error) {
	case EPERM: return "not permitted: run as root, or have it made for you "
			   "(ip tuntap add mode tap user NAME)";
	case EBUSY: return "in use by another program";
	case EINVAL: return "no name of a tap";
	}
	return strerror(error);
}

static void open_tap(struct cable *cable, const char *name)
{
	struct ifreq request = { .ifr_flags = IFF_TAP | IFF_NO_PI };

	if (!*name || strlen(name) >= sizeof(request.ifr_name))
		die(END_USAGE, "tap '%s': a name has 1 to %zu letters", name,
		    sizeof(request.ifr_name) - 1);
	strcpy(request.ifr_name, name);
	cable->fd = open("/dev/net/tun", O_RDWR | O_CLOEXEC | O_NONBLOCK);
	if (cable->fd < 0)
		die(END_REFUSED, "tap '%s': /dev/net/tun: %s: load the module tun", name,
		    strerror(errno));
	if (ioctl(cable->fd, TUNSETIFF, &request))
		die(END_REFUSED, "tap '%s': %s", name, tap_refusal(errno));
}

/* The path of lg-usernet, in the folder of this program. */
static void helper_path(char path[PATH_BYTES])
{
	ssize_t bytes = readlink("/proc/self/exe", path, PATH_BYTES - sizeof(HELPER) - 1);
	char *slash;

	path[bytes > 0 ? bytes : 0] = '\0';
	slash = strrchr(path, '/');
	strcpy(slash ? slash + 1 : path, HELPER);
}

static void open_user(struct cable *cable)
{
	char path[PATH_BYTES];
	int ends[2];

	helper_path(path);
	if (access(path, X_OK))
		die(END_REFUSED, "%s: %s: it must lie beside lg", path, strerror(errno));
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends))
		die(END_REFUSED, "a socket for the Guest's network: %s", strerror(errno));
	cable->helper = fork();
	if (cable->helper < 0)
		die(END_REFUSED, "a process for the Guest's network: %s", strerror(errno));
	if (!cable->helper) {
		dup2(ends[1], STDIN_FILENO);
		execl(path, HELPER, (char *)NULL);
		_exit(END_REFUSED);
	}
	close(ends[1]);
	cable->fd = ends[0];
}

void cable_open(struct cable *cable, const char *what)
{
	*cable = (struct cable){ 0 };
	if (!strcmp(what, "user"))
		open_user(cable);
	else if (!strncmp(what, TAP, strlen(TAP)))
		open_tap(cable, what + strlen(TAP));
	else
		die(END_USAGE, "a network is user or tap=NAME, not '%s'", what);
}

void cable_close(struct cable *cable)
{
	close(cable->fd);
	if (cable->helper)
		waitpid(cable->helper, NULL, 0);
}
