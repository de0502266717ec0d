/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pass.c - `device pass`: the file of a Guest in other hands (H7).
 *
 * A child has it by fork, a stranger by a socket, a new program by exec.  Only the task that
 * made the Guest runs it, whatever program it has become; the others may do what any thread may,
 * and after the owner's death they can still examine and close the Guest.
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "device.h"

#define TICK_US		20000
#define TICKS_MAX	1000

/* Until its port; where the machine is slow many ticks may come before the Guest gets there. */
static void run_once(int fd)
{
	struct lg_run run = { 0 };
	unsigned int ticks = 0;
	int result;

	do
		result = ioctl(fd, LG_RUN, &run);
	while (result && errno == EINTR && ++ticks < TICKS_MAX);
	if (result || run.reason != LG_RUN_PORT)
		fail("LG_RUN by the owner: %s, reason %u", strerror(errno), run.reason);
}

/* All that a task may do that is not the owner. */
static void use_as_other(int fd)
{
	struct lg_user_regs regs;
	struct lg_run run = { 0 };

	WANT(ioctl(fd, LG_RUN, &run), EPERM);
	WANT(ioctl(fd, LG_GET_REGS, &regs), 0);
	WANT(ioctl(fd, LG_SET_REGS, &regs), 0);
	for (uint32_t irq = 0; irq < LG_IRQS; irq++)
		WANT(ioctl(fd, LG_RAISE_IRQ, irq), 0);
	switches(fd);
}

static void ended_well(pid_t pid, const char *what)
{
	int status;

	pid_t got;

	do
		got = waitpid(pid, &status, 0);
	while (got < 0 && errno == EINTR);
	if (got != pid || status)
		fail("%s: status %#x", what, status);
	printf("%s\n", what);
}

static pid_t child(void)
{
	pid_t pid;

	fflush(NULL);
	pid = fork();
	if (pid < 0)
		err(3, "fork");
	return pid;
}

static void by_fork(void)
{
	uint8_t *window = make_window(MAP_PRIVATE);
	int fd = make_guest(window, "classic");
	uint32_t before;
	pid_t pid;

	run_once(fd);
	pid = child();
	if (!pid) {
		use_as_other(fd);
		/* The child's copy of the window is not the Guest's memory. */
		memset(window, 0, WINDOW_PAGES * PAGE);
		_exit(0);
	}
	ended_well(pid, "a child by fork");
	before = progress(window);
	run_once(fd);
	if (progress(window) == before)
		fail("after fork the Guest's memory is not its Launcher's");
	close(fd);
}

static void send_file(int socket, int fd)
{
	char byte = 0, control[CMSG_SPACE(sizeof(fd))] = "";
	struct iovec part = { &byte, 1 };
	struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1, .msg_control = control,
				  .msg_controllen = sizeof(control) };
	struct cmsghdr *c = CMSG_FIRSTHDR(&message);

	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(sizeof(fd));
	memcpy(CMSG_DATA(c), &fd, sizeof(fd));
	if (sendmsg(socket, &message, 0) != 1)
		err(3, "sendmsg");
}

static int receive_file(int socket)
{
	char byte, control[CMSG_SPACE(sizeof(int))];
	struct iovec part = { &byte, 1 };
	struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1, .msg_control = control,
				  .msg_controllen = sizeof(control) };
	int fd;
	ssize_t got;

	do
		got = recvmsg(socket, &message, 0);
	while (got < 0 && errno == EINTR);
	if (got != 1 || !CMSG_FIRSTHDR(&message))
		err(3, "recvmsg");
	memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof(fd));
	return fd;
}

/* The owner makes it, runs it, sends it, and dies; we have it then. */
static void by_socket(void)
{
	int pair[2], fd;
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair))
		err(3, "socketpair");
	pid = child();
	if (!pid) {
		fd = make_guest(make_window(MAP_PRIVATE), "stacked");
		run_once(fd);
		send_file(pair[0], fd);
		_exit(0);
	}
	fd = receive_file(pair[1]);
	ended_well(pid, "a stranger by a socket, whose owner has died");
	use_as_other(fd);
	if (!switches(fd))
		fail("the Guest has lost its counters");
	close(fd);
	close(pair[0]);
	close(pair[1]);
}

/* The file may lie in a socket that nobody reads, and go with it. */
static void in_flight(void)
{
	int pair[2], fd = make_guest(make_window(MAP_PRIVATE), "classic");

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair))
		err(3, "socketpair");
	run_once(fd);
	send_file(pair[0], fd);
	close(fd);
	close(pair[0]);
	close(pair[1]);
	printf("a file that is never received\n");
}

/* The same task, another program: its own memory is gone, the Guest's is not. */
static void by_exec(void)
{
	char number[16];
	pid_t pid = child();
	int fd;

	if (!pid) {
		fd = make_guest(make_window(MAP_PRIVATE), "classic");
		run_once(fd);
		snprintf(number, sizeof(number), "%d", fd);
		execl("/proc/self/exe", "device", "pass", number, NULL);
		err(3, "exec");
	}
	ended_well(pid, "the owner as another program, by exec");
}

static int after_exec(int fd)
{
	uint64_t before = switches(fd);

	run_once(fd);
	if (switches(fd) == before)
		fail("after exec the Guest does not run");
	close(fd);
	return 0;
}

int do_pass(int argc, char **argv)
{
	tick_every(TICK_US);
	if (argc == 1)
		return after_exec(atoi(argv[0]));
	if (argc)
		return 2;
	by_fork();
	by_socket();
	in_flight();
	by_exec();
	return 0;
}
