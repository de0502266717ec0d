/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * console - prints by a register, by buffers of several parts, and more than there may be at
 * once; with do=read it says what comes in.  tests/host/lab/devices.sh sees what is printed.
 *
 * test: console; launch=--virtio-console; expect=INERT
 */
#include "virtio.h"

enum { RECEIVE, TRANSMIT };
#define WANTED	5

static struct card card;
static struct queue receive, transmit;
static char big[65537];

static void say(const char *a, const char *b)
{
	queue_part(&transmit, 0, a, strlen(a), NEXT);
	queue_part(&transmit, 1, b, strlen(b), 0);
	queue_push(&transmit, 0);
	card_notify(&card, TRANSMIT);
}

static void begin(void)
{
	card_begin(&card, 0);
	queue_enable(&card, RECEIVE, &receive);
	queue_enable(&card, TRANSMIT, &transmit);
	card_go(&card);
	report(receive.used.flags == 1 && !transmit.used.flags,
	       "it wants to hear of what is to be printed, and of room for input not");
}

/* Five bytes come in, one buffer of two bytes at a time. */
static void read_input(void)
{
	static char got[WANTED + 3];
	uint32_t n = 0;

	while (n < WANTED) {
		uint16_t index = receive.used.index + 1;

		queue_part(&receive, 0, got + n, 2, WRITE);
		queue_push(&receive, 0);
		if (!queue_wait(&receive, index))
			break;
		n += receive.used.ring[(index - 1) % ENTRIES].bytes;
	}
	report(!strcmp(got, "typed"), "it reads '%s'", got);
}

static void write_output(void)
{
	out8(card.ports[CAP_DEVICE] + 8, '!');
	out32(card.ports[CAP_DEVICE] + 4, 0x41414141);
	say("said in ", "two\n");
	report(transmit.used.index == 1, "what is printed is used at once");
	memset(big, '.', sizeof(big));
	queue_part(&transmit, 0, big, sizeof(big), 0);
	queue_push(&transmit, 0);
	card_notify(&card, TRANSMIT);
	report(card_is_broken(&card), "64 KiB and one are too much");
	begin();
	queue_part(&transmit, 0, big, 16, WRITE);
	queue_push(&transmit, 0);
	card_notify(&card, TRANSMIT);
	report(transmit.used.index == 1, "a buffer to write to prints nothing");
}

int main(void)
{
	guest_init();
	guest_paging();
	guest_try_ready();
	report(card_find(&card, TYPE_CONSOLE), "there is a console");
	begin();
	if (guest_word("do"))
		read_input();
	else
		write_output();
	return report_status();
}
