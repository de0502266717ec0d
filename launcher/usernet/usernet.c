/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * usernet.c - lg-usernet, the network behind `lg --net user`: a router, a DHCP server and a
 * name server of libslirp, which needs no privileges.  Standard input is a socket whose datagrams
 * are the frames of the Guest's card; when its other end is closed, this ends.
 *
 * A process of its own, so that the Launcher, which is root and starts for the smallest of
 * Guests, has neither the library nor its connections in it.
 */
#include <errno.h>
#include <grp.h>
#include <poll.h>
#include <slirp/libslirp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

#define CABLE		STDIN_FILENO
#define MAX_POLLED	1024
#define NOBODY		65534
#define STATUS_REFUSED	3

struct polled {
	struct pollfd fds[MAX_POLLED];
	int n;
};

/* A frame that the cable has no room for is lost, as on any network. */
static ssize_t send_packet(const void *frame, size_t bytes, void *opaque)
{
	(void)opaque;
	if (send(CABLE, frame, bytes, MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
		return 0;
	return bytes;
}

/* What the Guest sends wrong is the Guest's affair. */
static void guest_error(const char *message, void *opaque)
{
	(void)message;
	(void)opaque;
}

static int64_t clock_get_ns(void *opaque)
{
	struct timespec now;

	(void)opaque;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000000ll + now.tv_nsec;
}

/* Every descriptor is polled that slirp_pollfds_fill names, at each turn. */
static void changed(int fd, void *opaque)
{
	(void)fd;
	(void)opaque;
}

static void notify(void *opaque)
{
	(void)opaque;
}

static int add_poll(int fd, int events, void *opaque)
{
	struct polled *p = opaque;

	if (p->n == MAX_POLLED)
		return -1;
	p->fds[p->n] = (struct pollfd){
		.fd = fd,
		.events = (events & SLIRP_POLL_IN ? POLLIN : 0) |
			  (events & SLIRP_POLL_OUT ? POLLOUT : 0) |
			  (events & SLIRP_POLL_PRI ? POLLPRI : 0),
	};
	return p->n++;
}

static int get_events(int index, void *opaque)
{
	const struct polled *p = opaque;
	int events = index < 0 ? 0 : p->fds[index].revents;

	return (events & POLLIN ? SLIRP_POLL_IN : 0) | (events & POLLOUT ? SLIRP_POLL_OUT : 0) |
	       (events & POLLPRI ? SLIRP_POLL_PRI : 0) | (events & POLLERR ? SLIRP_POLL_ERR : 0) |
	       (events & POLLHUP ? SLIRP_POLL_HUP : 0);
}

static struct in_addr address(uint8_t last)
{
	return (struct in_addr){ .s_addr = htonl(0x0a000200u | last) };
}

/* 10.0.2.0/24: the workstation is .2, the name server .3, the Guest .15. */
static Slirp *make_network(void)
{
	static const SlirpCb callbacks = {
		.send_packet = send_packet, .guest_error = guest_error,
		.clock_get_ns = clock_get_ns, .register_poll_fd = changed,
		.unregister_poll_fd = changed, .notify = notify,
	};
	const SlirpConfig config = {
		.version = 1, .in_enabled = true,
		.vnetwork = address(0), .vnetmask = { .s_addr = htonl(0xffffff00u) },
		.vhost = address(2), .vnameserver = address(3), .vdhcp_start = address(15),
	};

	return slirp_new(&config, &callbacks, NULL);
}

/* False: the other end is closed. */
static bool take_frames(Slirp *slirp)
{
	uint8_t frame[65536];
	ssize_t bytes;

	while ((bytes = recv(CABLE, frame, sizeof(frame), MSG_DONTWAIT)) > 0)
		slirp_input(slirp, frame, bytes);
	return bytes < 0 && errno == EAGAIN;
}

static void run(Slirp *slirp)
{
	static struct polled p;
	bool goes_on = true;

	while (goes_on) {
		uint32_t timeout_ms = 1000;
		int ready;

		p.n = 0;
		add_poll(CABLE, SLIRP_POLL_IN, &p);
		slirp_pollfds_fill(slirp, &timeout_ms, add_poll, &p);
		ready = poll(p.fds, p.n, timeout_ms);
		if (ready < 0 && errno != EINTR)
			return;
		slirp_pollfds_poll(slirp, ready < 0, get_events, &p);
		if (ready > 0 && p.fds[0].revents)
			goes_on = take_frames(slirp);
	}
}

/* Root has no business here. */
static bool drop_privileges(void)
{
	return getuid() || (!setgroups(0, NULL) && !setgid(NOBODY) && !setuid(NOBODY));
}

int main(void)
{
	Slirp *slirp;

	/* Ctrl-C is for the Launcher, whose end is this one's. */
	signal(SIGINT, SIG_IGN);
	if (!drop_privileges() || prctl(PR_SET_PDEATHSIG, SIGKILL) ||
	    !(slirp = make_network())) {
		perror("lg-usernet");
		return STATUS_REFUSED;
	}
	run(slirp);
	slirp_cleanup(slirp);
	return 0;
}
