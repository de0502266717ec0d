/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pit8254.c - an 8254 interval timer (Intel 8254 data sheet) and port 0x61, with which a PC
 * opens the gate of channel 2 and sees its output.
 *
 * Nothing counts down: the value of a counter is computed from the time since it was loaded.
 */
#include "devices/pc.h"

enum { ONE_SHOT = 0, RATE = 2, SQUARE = 3, STROBE = 4 };
enum { LOW_BYTE = 1, HIGH_BYTE = 2, BOTH_BYTES = 3 };

#define COUNTER_2	0x42
#define CONTROL		0x43
#define SPEAKER		0x61
#define SPEAKER_GATE	0x01
#define SPEAKER_OUTPUT	0x20

static uint64_t ticks_since(struct pit *pit, const struct pit_channel *c)
{
	return (pit->now_ns(pit->context) - c->began_ns) * PIT_HZ / 1000000000u;
}

static uint64_t ticks_to_ns(uint64_t ticks)
{
	return (ticks * 1000000000u + PIT_HZ - 1) / PIT_HZ;
}

static bool is_periodic(const struct pit_channel *c)
{
	return c->mode == RATE || c->mode == SQUARE;
}

/* What the counter holds: 16 bits of it can be read. */
static uint16_t counter(struct pit *pit, const struct pit_channel *c)
{
	uint64_t gone;

	if (!c->is_loaded)
		return c->count;
	gone = ticks_since(pit, c);
	if (is_periodic(c))
		gone %= c->count;
	if (c->mode == SQUARE)
		gone = gone * 2 % c->count;
	return c->count - gone;
}

/* Whether the channel's output is high. */
static bool output(struct pit *pit, const struct pit_channel *c)
{
	uint64_t gone;

	if (!c->is_loaded)
		return c->mode != ONE_SHOT;
	gone = ticks_since(pit, c);
	switch (c->mode) {
	case ONE_SHOT:
		return gone >= c->count;
	case SQUARE:
		return gone % c->count < (c->count + 1) / 2;
	}
	return true;
}

static void load(struct pit *pit, unsigned int n, uint16_t value)
{
	struct pit_channel *c = &pit->channels[n];
	uint64_t ns;

	c->count = value ? value : 65536;
	c->began_ns = pit->now_ns(pit->context);
	c->is_loaded = true;
	if (n)
		return;
	ns = ticks_to_ns(c->count);
	pit->arm(pit->context, ns, is_periodic(c) ? ns : 0);
}

static void write_counter(struct pit *pit, unsigned int n, uint8_t value)
{
	struct pit_channel *c = &pit->channels[n];

	switch (c->access) {
	case LOW_BYTE:
		load(pit, n, value);
		return;
	case HIGH_BYTE:
		load(pit, n, value << 8);
		return;
	}
	if (c->second_byte_in)
		load(pit, n, c->loading | value << 8);
	else
		c->loading = value;
	c->second_byte_in = !c->second_byte_in;
}

static void latch(struct pit *pit, struct pit_channel *c)
{
	if (c->is_latched)
		return;
	c->latched = counter(pit, c);
	c->is_latched = true;
}

static uint8_t read_counter(struct pit *pit, struct pit_channel *c)
{
	uint16_t value = c->is_latched ? c->latched : counter(pit, c);
	bool high = c->access == HIGH_BYTE || (c->access == BOTH_BYTES && c->second_byte_out);

	if (c->access == BOTH_BYTES)
		c->second_byte_out = !c->second_byte_out;
	if (!c->second_byte_out)
		c->is_latched = false;
	return high ? value >> 8 : value;
}

/* Read-back, of the counts alone: nobody asks for the status byte. */
static void read_back(struct pit *pit, uint8_t value)
{
	for (unsigned int n = 0; n < 3 && !(value & 0x20); n++)
		if (value & 2u << n)
			latch(pit, &pit->channels[n]);
}

static void control(struct pit *pit, uint8_t value)
{
	struct pit_channel *c;
	unsigned int n = value >> 6;

	if (n == 3) {
		read_back(pit, value);
		return;
	}
	c = &pit->channels[n];
	if (!(value & 0x30)) {
		latch(pit, c);
		return;
	}
	c->access = value >> 4 & 3;
	c->mode = value >> 1 & 7;
	if (c->mode > 5)
		c->mode -= 4;
	c->is_latched = c->second_byte_in = c->second_byte_out = c->is_loaded = false;
	if (!n)
		pit->arm(pit->context, 0, 0);
}

/* A gate that opens starts its count anew. */
static void write_speaker(struct pit *pit, uint8_t value)
{
	struct pit_channel *c = &pit->channels[2];
	bool gate = value & SPEAKER_GATE;

	if (gate && !c->gate && c->is_loaded)
		c->began_ns = pit->now_ns(pit->context);
	c->gate = gate;
	pit->speaker = value & 3;
}

void pit_out(struct pit *pit, uint16_t port, uint8_t value)
{
	if (port == SPEAKER)
		write_speaker(pit, value);
	else if (port == CONTROL)
		control(pit, value);
	else
		write_counter(pit, port & 3, value);
}

/*
 * The counter of channel 2 reads as 0: Linux would read it some ten thousand times, each an exit,
 * to measure the rate of the TSC, which its command line gives it.  A 0 makes it give up that
 * measurement at once.
 */
uint8_t pit_in(struct pit *pit, uint16_t port)
{
	if (port == SPEAKER)
		return pit->speaker | (output(pit, &pit->channels[2]) ? SPEAKER_OUTPUT : 0);
	if (port == CONTROL)
		return 0xff;
	if (port == COUNTER_2)
		return 0;
	return read_counter(pit, &pit->channels[port & 3]);
}

void pit_reset(struct pit *pit)
{
	for (unsigned int n = 0; n < 3; n++)
		pit->channels[n] = (struct pit_channel){ .count = 65536, .access = BOTH_BYTES,
							 .gate = n != 2 };
	pit->speaker = 0;
}
