/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * virtio_console.c - a console of one port (Virtual I/O Device Version 1.0, 5.3).
 *
 * What the Guest prints is printed before its notification returns: Linux's driver spins until
 * the buffer is used, so a thread would only make it spin longer.  For the same reason the
 * interrupt that says so comes a little later, one for all that was printed meanwhile.
 */
#include "devices/cards.h"

#define F_SIZE		(1u << 0)
#define F_EMERG_WRITE	(1u << 2)

enum { RECEIVE = 0, TRANSMIT = 1 };
enum { CONFIG_COLUMNS = 0, CONFIG_ROWS = 2, CONFIG_EMERG_WRITE = 8 };

/* No driver prints more at once, and one that does must not hold up the Guest's thread. */
#define REQUEST_BYTES	65536u

static void print(struct console_card *console, const struct virtio_chain *chain)
{
	for (unsigned int i = 0; i < chain->nr_out; i++)
		console->send(console->context, chain->parts[i].iov_base,
			      chain->parts[i].iov_len);
}

static void transmit(struct console_card *console)
{
	struct virtio *v = &console->virtio;
	struct virtio_chain chain;
	bool any = false;

	while (virtio_take(v, TRANSMIT, &chain)) {
		if (chain.out_bytes > REQUEST_BYTES) {
			virtio_break(v);
			return;
		}
		print(console, &chain);
		virtio_give(v, TRANSMIT, &chain, 0);
		any = true;
	}
	if (any)
		console->printed(console->context);
}

void console_card_printed(struct console_card *console)
{
	virtio_interrupt(&console->virtio, TRANSMIT);
}

static void notify(struct virtio *v, unsigned int queue)
{
	(void)queue;
	transmit((struct console_card *)v);
}

size_t console_card_receive(struct console_card *console, const uint8_t *bytes, size_t n)
{
	struct virtio *v = &console->virtio;
	struct virtio_chain chain;
	size_t done = 0;

	while (done < n && virtio_take(v, RECEIVE, &chain)) {
		size_t here = virtio_copy_in(&chain, 0, bytes + done, n - done);

		virtio_give(v, RECEIVE, &chain, here);
		done += here;
	}
	if (done)
		virtio_interrupt(v, RECEIVE);
	return done;
}

/* A byte printed through a register alone, before there are queues. */
static void configure(struct virtio *v, unsigned int at, uint8_t value)
{
	struct console_card *console = (struct console_card *)v;

	if (at == CONFIG_EMERG_WRITE)
		console->send(console->context, &value, 1);
}

static const struct virtio_kind kind = {
	.name = "console", .id = 3, .pci_class = 0x0780, .nr_queues = 2,
	.unnotified = 1u << RECEIVE, .notify = notify,
	.configure = configure,
};

void console_card_init(struct console_card *console, struct virtio_memory memory)
{
	virtio_init(&console->virtio, &kind, F_EMERG_WRITE, memory);
}

void console_card_size(struct console_card *console, uint16_t columns, uint16_t rows)
{
	console->virtio.offered |= F_SIZE;
	virtio_config16(&console->virtio, CONFIG_COLUMNS, columns);
	virtio_config16(&console->virtio, CONFIG_ROWS, rows);
}
