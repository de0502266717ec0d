/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * nth.c - `device nth VARIANT`: each allocation in turn, and each copy from or to user space, is
 * made to fail by a kernel with fault injection (H11): of opening the device, each request, and
 * closing it.  Whichever it is, nothing of what was done before it is left.
 *
 * /proc/thread-self/fail-nth counts down at every point of this thread where the kernel could fail,
 * and fails there at zero.
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "device.h"

#define MODULE		"switchyard"
#define MOST		20000u
#define TEXT_BYTES	65536

static int fail_nth = -1;

/* What is tried, and what it works on. */
static struct {
	const char *variant;
	uint8_t *window;
	struct lg_create create;
	int fd;
} at = { .fd = -1 };

static void arm(unsigned int n)
{
	char text[16];
	int length = snprintf(text, sizeof(text), "%u", n);

	if (pwrite(fail_nth, text, length, 0) != length)
		err(3, "/proc/thread-self/fail-nth");
}

/* Whether it has failed.  Looking is a copy too, as is disarming: if that fails, nothing had. */
static bool disarm(void)
{
	char text[16] = "";
	ssize_t got = pread(fail_nth, text, sizeof(text) - 1, 0);

	if (got > 0 && !atoi(text))
		return true;
	if (pwrite(fail_nth, "0", 1, 0) != 1 && pwrite(fail_nth, "0", 1, 0) != 1)
		err(3, "/proc/thread-self/fail-nth");
	return false;
}

static long number_in(const char *path, const char *name)
{
	static char text[TEXT_BYTES];
	int fd = open(path, O_RDONLY);
	ssize_t got = fd < 0 ? 0 : read(fd, text, sizeof(text) - 1);
	const char *found;

	if (fd >= 0)
		close(fd);
	text[got < 0 ? 0 : got] = '\0';
	found = strstr(text, name);
	return found ? atol(found + strlen(name)) : 0;
}

/* What a Guest holds of the Host that can be seen at once. */
static void held(long now[2])
{
	number_in("/proc/sys/vm/stat_refresh", "");
	now[0] = number_in("/proc/vmstat", "nr_foll_pin_acquired ") -
		 number_in("/proc/vmstat", "nr_foll_pin_released ");
	now[1] = number_in("/sys/module/" MODULE "/refcnt", "");
}

static int act_open(void)
{
	at.fd = open("/dev/switchyard", O_RDWR);
	return at.fd;
}

static int act_version(void)
{
	struct lg_version version;

	return ioctl(at.fd, LG_VERSION, &version);
}

static int act_variant(void)
{
	struct lg_variant variant = { 0 };

	return ioctl(at.fd, LG_VARIANT, &variant);
}

static int act_create(void)
{
	at.create = create_for(at.window);
	snprintf(at.create.variant, sizeof(at.create.variant), "%s", at.variant);
	return ioctl(at.fd, LG_CREATE, &at.create);
}

static int act_create_privileged(void)
{
	at.create = create_for(at.window);
	snprintf(at.create.variant, sizeof(at.create.variant), "%s", at.variant);
	at.create.flags = LG_CREATE_PRIVILEGED;
	return ioctl(at.fd, LG_CREATE, &at.create);
}

static int act_claim(void)
{
	struct lg_ports port = { GUEST_PORT, 1, 1 };

	return ioctl(at.fd, LG_CLAIM_PORTS, &port);
}

/* To its port, which it must reach if nothing has failed; or it was killed. */
static int act_run(void)
{
	struct lg_run run = { 0 };
	int result = ioctl(at.fd, LG_RUN, &run);

	if (!result && run.reason != LG_RUN_PORT && run.reason != LG_RUN_KILLED)
		fail("LG_RUN came back with reason %u", run.reason);
	return result;
}

static int act_get_regs(void)
{
	struct lg_user_regs regs;

	return ioctl(at.fd, LG_GET_REGS, &regs);
}

static int act_set_regs(void)
{
	struct lg_user_regs regs;

	return ioctl(at.fd, LG_GET_REGS, &regs) ?: ioctl(at.fd, LG_SET_REGS, &regs);
}

static int act_irq(void)
{
	return ioctl(at.fd, LG_RAISE_IRQ, 1);
}

static int act_trap(void)
{
	struct lg_trap trap = { .vector = 3 };

	return ioctl(at.fd, LG_TRAP, &trap);
}

static int act_counters(void)
{
	struct lg_counters counters;

	return ioctl(at.fd, LG_COUNTERS, &counters);
}

static int act_close(void)
{
	int result = close(at.fd);

	at.fd = -1;
	return result;
}

/* How much of a Guest there must be before a request. */
enum before { NOTHING, A_FILE, A_GUEST, A_GUEST_THAT_RAN };

static const struct {
	const char *name;
	int (*act)(void);
	enum before before;
} requests[] = {
	{ "open", act_open, NOTHING },
	{ "LG_VERSION", act_version, A_FILE },
	{ "LG_VARIANT", act_variant, A_FILE },
	{ "LG_CREATE", act_create, A_FILE },
	{ "LG_CREATE, privileged", act_create_privileged, A_FILE },
	{ "LG_CLAIM_PORTS", act_claim, A_GUEST },
	{ "LG_RUN", act_run, A_GUEST },
	{ "LG_RUN again", act_run, A_GUEST_THAT_RAN },
	{ "LG_GET_REGS", act_get_regs, A_GUEST },
	{ "LG_SET_REGS", act_set_regs, A_GUEST },
	{ "LG_RAISE_IRQ", act_irq, A_GUEST },
	{ "LG_TRAP", act_trap, A_GUEST_THAT_RAN },
	{ "LG_COUNTERS", act_counters, A_GUEST },
	{ "close", act_close, A_GUEST_THAT_RAN },
};

static void prepare(enum before before)
{
	at.window = make_window(MAP_PRIVATE);
	if (before == A_FILE)
		at.fd = open_device();
	if (before >= A_GUEST)
		at.fd = make_guest(at.window, at.variant);
	if (before == A_GUEST_THAT_RAN)
		WANT(act_run(), 0);
}

static void undo(void)
{
	if (at.fd >= 0)
		close(at.fd);
	at.fd = -1;
	munmap(at.window, WINDOW_PAGES * PAGE);
}

/* With the n-th point failing; false: there are not so many, and all was good. */
static bool request_fails(size_t i, unsigned int n)
{
	long was[2], is[2];
	bool failed;
	int result;

	held(was);
	prepare(requests[i].before);
	arm(n);
	result = requests[i].act() < 0 ? errno : 0;
	failed = disarm();
	undo();
	held(is);
	if (memcmp(was, is, sizeof(was)))
		fail("%s, point %u: %ld pages and %ld uses are left", requests[i].name, n,
		     is[0] - was[0], is[1] - was[1]);
	if (result && (!failed || (result != ENOMEM && result != EFAULT)))
		fail("%s, point %u: %s", requests[i].name, n, strerrorname_np(result));
	return failed;
}

static int over_requests(const char *variant)
{
	unsigned int n, all = 0;

	setlinebuf(stdout);
	at.variant = variant;
	for (size_t i = 0; i < ARRAY_SIZE(requests); i++) {
		for (n = 1; n < MOST && request_fails(i, n); n++)
			;
		printf("%s: %u points fail\n", requests[i].name, n - 1);
		all += n - 1;
	}
	printf("%s: %u points in all\n", variant, all);
	return all ? 0 : 1;
}

/* A page of this program's own that is not there yet would be one more point. */
static void have_memory(void)
{
	volatile char stack[64 * 1024];

	for (size_t i = 0; i < sizeof(stack); i += PAGE)
		stack[i] = 0;
	if (mlockall(MCL_CURRENT | MCL_FUTURE))
		err(3, "mlockall");
}

int do_nth(int argc, char **argv)
{
	if (argc != 1)
		return 2;
	fail_nth = open("/proc/thread-self/fail-nth", O_RDWR | O_CLOEXEC);
	if (fail_nth < 0)
		err(3, "/proc/thread-self/fail-nth");
	have_memory();
	return over_requests(argv[0]);
}
