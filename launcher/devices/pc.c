/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pc.c - the PC around a Linux Guest: its devices behind their ports, and what connects them to
 * the Launcher.
 *
 * The timer's channel 0 is a timerfd that a thread of its own reads; LG_RAISE_IRQ brings the
 * owner out of its Guest.  Whoever touches a device holds the lock.
 */
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include "device.h"
#include "devices/pc.h"
#include "die.h"

#define LINE_TIMER	0
#define LINE_UART	4
#define PORT_UART	0x3f8
#define PORT_KEYBOARD	0x64
#define KEYBOARD_RESET	0xfe

#define STRETCHES	7		/* of ports */

struct pc {
	struct machine *m;
	struct device ports[STRETCHES];
	pthread_mutex_t lock;
	pthread_t timer_thread;
	int timer_fd;
	struct pic pic;
	struct pit pit;
	struct uart uart;
	struct cmos cmos;
};

static uint64_t clock_ns(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return now.tv_sec * 1000000000ull + now.tv_nsec;
}

static uint64_t now_ns(void *context)
{
	(void)context;
	return clock_ns(CLOCK_MONOTONIC);
}

static int64_t now_s(void *context)
{
	(void)context;
	return time(NULL);
}

/* A vector that the Host has no irq for is dropped, as on a PC with no gate for it. */
static void deliver(void *context, uint8_t vector)
{
	struct pc *pc = context;

	if (vector >= LG_IRQ_VECTOR && vector < LG_IRQ_VECTOR + LG_IRQS)
		ioctl(pc->m->fd, LG_RAISE_IRQ, vector - LG_IRQ_VECTOR);
}

static struct timespec to_timespec(uint64_t ns)
{
	return (struct timespec){ .tv_sec = ns / 1000000000u, .tv_nsec = ns % 1000000000u };
}

static void arm(void *context, uint64_t first_ns, uint64_t period_ns)
{
	struct pc *pc = context;
	struct itimerspec when = { to_timespec(period_ns), to_timespec(first_ns) };

	timerfd_settime(pc->timer_fd, 0, &when, NULL);
}

static void send(void *context, uint8_t byte)
{
	struct pc *pc = context;

	console_put(pc->m, byte);
}

/* Ends by pthread_cancel, in read(). */
static void *timer_fires(void *context)
{
	struct pc *pc = context;
	uint64_t times;

	while (read(pc->timer_fd, &times, sizeof(times)) == sizeof(times)) {
		pthread_mutex_lock(&pc->lock);
		pic_line(&pc->pic, LINE_TIMER, true);
		pic_line(&pc->pic, LINE_TIMER, false);
		pthread_mutex_unlock(&pc->lock);
	}
	return NULL;
}

void pc_set_line(struct pc *pc, unsigned int number, bool high)
{
	pthread_mutex_lock(&pc->lock);
	pic_line(&pc->pic, number, high);
	pthread_mutex_unlock(&pc->lock);
}

size_t pc_uart_receive(struct pc *pc, const uint8_t *bytes, size_t n)
{
	size_t taken = 0;

	pthread_mutex_lock(&pc->lock);
	while (taken < n && uart_receive(&pc->uart, bytes[taken]))
		taken++;
	pthread_mutex_unlock(&pc->lock);
	return taken;
}

static void write_port(struct pc *pc, uint16_t port, uint8_t value)
{
	switch (port) {
	case 0x20: case 0x21: case 0xa0: case 0xa1:
		pic_out(&pc->pic, port, value);
		return;
	case 0x40 ... 0x43: case 0x61:
		pit_out(&pc->pit, port, value);
		return;
	case 0x70: case 0x71:
		cmos_out(&pc->cmos, port, value);
		return;
	case PORT_UART ... PORT_UART + 7:
		uart_out(&pc->uart, port, value);
		return;
	case PORT_KEYBOARD:
		if (value == KEYBOARD_RESET)
			pc->m->reset = true;
	}
}

static uint8_t read_port(struct pc *pc, uint16_t port)
{
	switch (port) {
	case 0x20: case 0x21: case 0xa0: case 0xa1:
		return pic_in(&pc->pic, port);
	case 0x40 ... 0x43: case 0x61:
		return pit_in(&pc->pit, port);
	case 0x70: case 0x71:
		return cmos_in(&pc->cmos, port);
	case PORT_UART ... PORT_UART + 7:
		return uart_in(&pc->uart, port);
	}
	return 0;
}

static void port_out(struct machine *m, void *context, uint32_t value)
{
	struct pc *pc = context;

	pthread_mutex_lock(&pc->lock);
	write_port(pc, m->run.port.port, value);
	pthread_mutex_unlock(&pc->lock);
}

static uint32_t port_in(struct machine *m, void *context)
{
	struct pc *pc = context;
	uint8_t value;

	pthread_mutex_lock(&pc->lock);
	value = read_port(pc, m->run.port.port);
	pthread_mutex_unlock(&pc->lock);
	return value;
}

static const struct device stretches[STRETCHES] = {
	{ .name = "pic0", .first = 0x20, .count = 2 },
	{ .name = "pit", .first = 0x40, .count = 4 },
	{ .name = "speaker", .first = 0x61, .count = 1 },
	{ .name = "keyboard", .first = PORT_KEYBOARD, .count = 1 },
	{ .name = "cmos", .first = 0x70, .count = 2 },
	{ .name = "pic1", .first = 0xa0, .count = 2 },
	{ .name = "uart", .first = PORT_UART, .count = 8 },
};

static void add_ports(struct pc *pc)
{
	for (unsigned int i = 0; i < STRETCHES; i++) {
		pc->ports[i] = stretches[i];
		pc->ports[i].context = pc;
		pc->ports[i].in = port_in;
		pc->ports[i].out = port_out;
		ports_add(&pc->ports[i]);
	}
}

static void join_devices(struct pc *pc)
{
	pc->pic = (struct pic){ .deliver = deliver, .context = pc };
	pc->pit = (struct pit){ .now_ns = now_ns, .arm = arm, .context = pc };
	pc->uart = (struct uart){ .send = send, .context = pc,
				  .irq = { pic_line, &pc->pic, LINE_UART } };
	pc->cmos = (struct cmos){ .now_s = now_s, .context = pc };
	pic_reset(&pc->pic);
	pit_reset(&pc->pit);
	uart_reset(&pc->uart);
}

void pc_begin(struct machine *m)
{
	struct pc *pc = calloc(1, sizeof(*pc));
	int error;

	if (!pc)
		die(END_REFUSED, "no memory for the Guest's devices");
	m->pc = pc;
	pc->m = m;
	pthread_mutex_init(&pc->lock, NULL);
	join_devices(pc);
	add_ports(pc);
	pc->timer_fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);
	if (pc->timer_fd < 0)
		die(END_REFUSED, "a timer for the Guest: %s", strerror(errno));
	error = pthread_create(&pc->timer_thread, NULL, timer_fires, pc);
	if (error)
		die(END_REFUSED, "a thread for the Guest's timer: %s", strerror(error));
}

void pc_end(struct machine *m)
{
	struct pc *pc = m->pc;

	pthread_cancel(pc->timer_thread);
	pthread_join(pc->timer_thread, NULL);
	close(pc->timer_fd);
	for (unsigned int i = 0; i < STRETCHES; i++)
		ports_remove(&pc->ports[i]);
	pthread_mutex_destroy(&pc->lock);
	free(pc);
	m->pc = NULL;
}
