/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pc.h - the PC devices that a kernel needs if it was not made for a hypervisor: two 8259, an
 * 8254, a 16550 and a CMOS clock.
 *
 * Each is a structure with the functions that change it, and does not depend on the Launcher: an
 * output line is a function with a context, which its maker sets.  pc.c connects them to their
 * ports, under one lock, since the timer has a thread of its own.
 */
#ifndef LAUNCHER_PC_H
#define LAUNCHER_PC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* An interrupt line: high or low. */
struct line {
	void (*set)(void *context, unsigned int number, bool high);
	void *context;
	unsigned int number;
};

static inline void line_set(const struct line *line, bool high)
{
	line->set(line->context, line->number, high);
}

/* Two 8259, the second behind line 2 of the first; edge-triggered, fixed priorities. */
struct pic_chip {
	uint8_t requested, masked, in_service, high;
	uint8_t base;			/* the vector of its line 0 */
	uint8_t init_step;		/* 0: none expected; else the ICW that is, 2 to 4 */
	bool wants_icw4, auto_eoi, reads_in_service, polled;
};

struct pic {
	struct pic_chip chips[2];
	/* The CPU takes this vector: it is in service from now on. */
	void (*deliver)(void *context, uint8_t vector);
	void *context;
};

void pic_reset(struct pic *pic);
void pic_line(void *pic, unsigned int line, bool high);
void pic_out(struct pic *pic, uint16_t port, uint8_t value);
uint8_t pic_in(struct pic *pic, uint16_t port);

/* An 8254 with the gate of channel 2 and the speaker's port 0x61. */
#define PIT_HZ	1193182u

struct pit_channel {
	uint32_t count;			/* as loaded: 1 to 65536 */
	uint64_t began_ns;		/* when it was */
	uint16_t latched, loading;
	uint8_t mode, access;
	bool is_latched, second_byte_in, second_byte_out, is_loaded, gate;
};

struct pit {
	struct pit_channel channels[3];
	uint8_t speaker;
	uint64_t (*now_ns)(void *context);
	/* Channel 0 is to fire after so many ns, and then again each `period_ns` unless that
	 * is 0; first_ns 0: not at all. */
	void (*arm)(void *context, uint64_t first_ns, uint64_t period_ns);
	void *context;
};

void pit_reset(struct pit *pit);
void pit_out(struct pit *pit, uint16_t port, uint8_t value);
uint8_t pit_in(struct pit *pit, uint16_t port);

/* A 16550A whose transmitter is always done at once. */
#define UART_FIFO	16

struct uart {
	uint8_t ier, lcr, mcr, scratch, fcr;
	uint16_t divisor;
	bool sent;			/* the transmitter's interrupt is due */
	uint8_t received[UART_FIFO];
	unsigned int nr_received;
	struct line irq;
	void (*send)(void *context, uint8_t byte);
	void *context;
};

void uart_reset(struct uart *uart);
void uart_out(struct uart *uart, uint16_t port, uint8_t value);
uint8_t uart_in(struct uart *uart, uint16_t port);
/* False: no room for another byte. */
bool uart_receive(struct uart *uart, uint8_t byte);

/* The CMOS clock: the time, in BCD; it cannot be set. */
struct cmos {
	uint8_t index;
	int64_t (*now_s)(void *context);	/* seconds since 1970 */
	void *context;
};

void cmos_out(struct cmos *cmos, uint16_t port, uint8_t value);
uint8_t cmos_in(struct cmos *cmos, uint16_t port);

/* pc.c: m->pc is valid from here until the end. */
struct machine;
struct pc;
void pc_begin(struct machine *m);
void pc_end(struct machine *m);
void pc_set_line(struct pc *pc, unsigned int number, bool high);
/* Answers how many of these bytes the UART had room for. */
size_t pc_uart_receive(struct pc *pc, const uint8_t *bytes, size_t n);

#endif
