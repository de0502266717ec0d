/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * uart16550.c - a 16550A (National Semiconductor PC16550D data sheet).  A byte written is
 * sent at once, so the transmitter is always empty, and its interrupt is due right after.
 */
#include <string.h>

#include "devices/pc.h"

enum { DATA, IER, IIR, LCR, MCR, LSR, MSR, SCRATCH };

#define IER_RECEIVED	0x01
#define IER_SENT	0x02
#define LCR_DIVISOR	0x80
#define MCR_OUT2	0x08		/* a PC's gate to the interrupt line */
#define MCR_LOOP	0x10
#define FCR_ENABLE	0x01
#define FCR_CLEAR	0x02
#define LSR_RECEIVED	0x01
#define LSR_EMPTY	0x60
#define IIR_NONE	0x01
#define IIR_SENT	0x02
#define IIR_RECEIVED	0x04
#define IIR_FIFO	0xc0
#define MSR_CONNECTED	0xb0		/* carrier, ready, clear to send */

static uint8_t reason(const struct uart *u)
{
	if (u->ier & IER_RECEIVED && u->nr_received)
		return IIR_RECEIVED;
	if (u->ier & IER_SENT && u->sent)
		return IIR_SENT;
	return IIR_NONE;
}

static void update(struct uart *u)
{
	line_set(&u->irq, u->mcr & MCR_OUT2 && reason(u) != IIR_NONE);
}

static unsigned int room(const struct uart *u)
{
	return (u->fcr & FCR_ENABLE ? UART_FIFO : 1) - u->nr_received;
}

bool uart_receive(struct uart *u, uint8_t byte)
{
	if (!room(u))
		return false;
	u->received[u->nr_received++] = byte;
	update(u);
	return true;
}

static uint8_t take_received(struct uart *u)
{
	uint8_t byte = u->received[0];

	if (!u->nr_received)
		return 0;
	u->nr_received--;
	memmove(u->received, u->received + 1, u->nr_received);
	return byte;
}

static void write_data(struct uart *u, uint8_t value)
{
	if (u->mcr & MCR_LOOP)
		uart_receive(u, value);
	else
		u->send(u->context, value);
	/* Down and up again: each time the line rises is an interrupt. */
	u->sent = false;
	update(u);
	u->sent = true;
}

static void write_ier(struct uart *u, uint8_t value)
{
	if (value & IER_SENT && !(u->ier & IER_SENT))
		u->sent = true;
	u->ier = value & 0x0f;
}

static void write_fcr(struct uart *u, uint8_t value)
{
	if (value & FCR_CLEAR || (value ^ u->fcr) & FCR_ENABLE)
		u->nr_received = 0;
	u->fcr = value & 0xc9;
}

void uart_out(struct uart *u, uint16_t port, uint8_t value)
{
	bool divisor = u->lcr & LCR_DIVISOR;

	switch (port & 7) {
	case DATA:
		if (divisor)
			u->divisor = (u->divisor & 0xff00) | value;
		else
			write_data(u, value);
		break;
	case IER:
		if (divisor)
			u->divisor = (u->divisor & 0x00ff) | value << 8;
		else
			write_ier(u, value);
		break;
	case IIR: write_fcr(u, value); break;
	case LCR: u->lcr = value; break;
	case MCR: u->mcr = value & 0x1f; break;
	case SCRATCH: u->scratch = value; break;
	}
	update(u);
}

/* In loop mode the modem's inputs are its outputs: RTS, DTR, OUT1, OUT2. */
static uint8_t modem_status(const struct uart *u)
{
	if (!(u->mcr & MCR_LOOP))
		return MSR_CONNECTED;
	return (u->mcr & 0x02) << 3 | (u->mcr & 0x01) << 5 | (u->mcr & 0x0c) << 4;
}

/* Reading that the transmitter is empty clears that reason. */
static uint8_t read_reason(struct uart *u)
{
	uint8_t value = reason(u);

	if (value == IIR_SENT)
		u->sent = false;
	return value | (u->fcr & FCR_ENABLE ? IIR_FIFO : 0);
}

uint8_t uart_in(struct uart *u, uint16_t port)
{
	bool divisor = u->lcr & LCR_DIVISOR;
	uint8_t value = 0xff;

	switch (port & 7) {
	case DATA: value = divisor ? u->divisor & 0xff : take_received(u); break;
	case IER: value = divisor ? u->divisor >> 8 : u->ier; break;
	case IIR: value = read_reason(u); break;
	case LCR: value = u->lcr; break;
	case MCR: value = u->mcr; break;
	case LSR: value = LSR_EMPTY | (u->nr_received ? LSR_RECEIVED : 0); break;
	case MSR: value = modem_status(u); break;
	case SCRATCH: value = u->scratch; break;
	}
	update(u);
	return value;
}

void uart_reset(struct uart *u)
{
	u->ier = u->lcr = u->mcr = u->scratch = u->fcr = 0;
	u->divisor = 0;
	u->sent = false;
	u->nr_received = 0;
}
