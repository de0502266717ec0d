/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * usernet.c - lg-usernet, the network behind `lg --net user`: a router, a DHCP server and a
 * name server of libslirp, which needs no privileges.  Standard input is a socket whose datagrams
 * are the frames of the Guest's card; when its other end is closed, this ends.  10.0.2.4 has a
 * service of its own: port 7 echoes what it receives (RFC 862), so that a connection can be tried
 * without any other machine.
 *
 * It is a process of its own, so that the Launcher, which runs as root, does not contain the
 * library or its connections.
 */
#include <errno.h>
#include <grp.h>
#include <poll.h>
#include <slirp/libslirp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

#define CABLE		STDIN_FILENO
#define MAX_POLLED	1024
#define NOBODY		65534
#define STATUS_REFUSED	3
#define ECHO_PORT	7
#define ECHO_BYTES	65536

struct polled {
	struct pollfd fds[MAX_POLLED];
	int n;
};

/* What a Guest has sent to the echo service and not yet got back. */
struct echo {
	uint8_t bytes[ECHO_BYTES];
	size_t n;
};

/* A frame that the cable has no room for is lost, as on any network. */
static ssize_t send_packet(const void *frame, size_t bytes, void *opaque)
{
	(void)opaque;
	if (send(CABLE, frame, bytes, MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
		return 0;
	return bytes;
}

/* Errors in what the Guest sends are ignored. */
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

/* 10.0.2.0/24: this machine is .2, the name server .3, the echo .4, the Guest .15. */
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

static struct in_addr echo_address(void)
{
	return address(4);
}

/* libslirp keeps what there is no room for, and tries again. */
static ssize_t take_for_echo(const void *bytes, size_t n, void *opaque)
{
	struct echo *echo = opaque;
	size_t room = ECHO_BYTES - echo->n;

	if (n > room)
		n = room;
	memcpy(echo->bytes + echo->n, bytes, n);
	echo->n += n;
	return n;
}

/* Send back what the Guest can still receive. */
static void send_echo(Slirp *slirp, struct echo *echo)
{
	size_t n = slirp_socket_can_recv(slirp, echo_address(), ECHO_PORT);

	if (n > echo->n)
		n = echo->n;
	if (!n)
		return;
	slirp_socket_recv(slirp, echo_address(), ECHO_PORT, echo->bytes, n);
	echo->n -= n;
	memmove(echo->bytes, echo->bytes + n, echo->n);
}

static bool add_echo(Slirp *slirp, struct echo *echo)
{
	struct in_addr at = echo_address();

	return !slirp_add_guestfwd(slirp, take_for_echo, echo, &at, ECHO_PORT);
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

static void run(Slirp *slirp, struct echo *echo)
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
		send_echo(slirp, echo);
	}
}

/* Root has no business here. */
static bool drop_privileges(void)
{
	return getuid() || (!setgroups(0, NULL) && !setgid(NOBODY) && !setuid(NOBODY));
}

int main(void)
{
	static struct echo echo;
	Slirp *slirp;

	/* Ctrl-C is for the Launcher, whose end is this one's. */
	signal(SIGINT, SIG_IGN);
	if (!drop_privileges() || prctl(PR_SET_PDEATHSIG, SIGKILL) ||
	    !(slirp = make_network()) || !add_echo(slirp, &echo)) {
		perror("lg-usernet");
		return STATUS_REFUSED;
	}
	run(slirp, &echo);
	slirp_cleanup(slirp);
	return 0;
}
