/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pic8259.c - two 8259 interrupt controllers (Intel 8259A data sheet).
 *
 * A vector that a chip sends to the CPU counts as taken at once: the Host keeps it until the Guest
 * has interrupts on.  A Guest that masks the line in between gets it all the same, finds it in
 * service, and ends it like any other.
 */
#include "devices/pc.h"

#define CASCADE		2

static unsigned int lowest(uint8_t bits)
{
	return bits ? __builtin_ctz(bits) : 8;
}

/* The line that the chip would interrupt with, or 8. */
static unsigned int pending(const struct pic_chip *chip)
{
	unsigned int line = lowest(chip->requested & ~chip->masked);

	return line < lowest(chip->in_service) ? line : 8;
}

static void take(struct pic_chip *chip, unsigned int line)
{
	chip->requested &= ~(1u << line);
	if (!chip->auto_eoi)
		chip->in_service |= 1u << line;
}

static void update(struct pic *pic)
{
	struct pic_chip *first = &pic->chips[0], *second = &pic->chips[1];
	unsigned int line;

	if (pending(second) < 8)
		first->requested |= 1u << CASCADE;
	while ((line = pending(first)) < 8) {
		uint8_t vector = first->base + line;

		take(first, line);
		if (line == CASCADE) {
			line = pending(second);
			if (line == 8)
				continue;
			take(second, line);
			vector = second->base + line;
		}
		pic->deliver(pic->context, vector);
	}
}

void pic_line(void *context, unsigned int line, bool high)
{
	struct pic *pic = context;
	struct pic_chip *chip = &pic->chips[line / 8];
	uint8_t bit = 1u << line % 8;

	/* An edge is kept until it is taken. */
	if (high && !(chip->high & bit))
		chip->requested |= bit;
	chip->high = (chip->high & ~bit) | (high ? bit : 0);
	update(pic);
}

static void init_word(struct pic_chip *chip, uint8_t value)
{
	switch (chip->init_step) {
	case 2:
		chip->base = value & 0xf8;
		chip->init_step = 3;
		return;
	case 3:
		chip->init_step = chip->wants_icw4 ? 4 : 0;
		return;
	case 4:
		chip->auto_eoi = value & 2;
		chip->init_step = 0;
		return;
	}
}

static void begin_init(struct pic_chip *chip, uint8_t value)
{
	uint8_t high = chip->high;

	*chip = (struct pic_chip){ .high = high, .base = chip->base, .init_step = 2,
				   .wants_icw4 = value & 1 };
}

/* End of interrupt: of the line named, or of the one with the highest priority. */
static void end_of_interrupt(struct pic_chip *chip, uint8_t value)
{
	if (value & 0x40)
		chip->in_service &= ~(1u << (value & 7));
	else
		chip->in_service &= chip->in_service - 1;
}

static void command(struct pic_chip *chip, uint8_t value)
{
	if (value & 0x10) {
		begin_init(chip, value);
	} else if (value & 0x08) {
		if (value & 2)
			chip->reads_in_service = value & 1;
		chip->polled = value & 4;
	} else if (value & 0x20) {
		end_of_interrupt(chip, value);
	}
}

void pic_out(struct pic *pic, uint16_t port, uint8_t value)
{
	struct pic_chip *chip = &pic->chips[port >= 0xa0];

	if (!(port & 1))
		command(chip, value);
	else if (chip->init_step)
		init_word(chip, value);
	else
		chip->masked = value;
	update(pic);
}

/* The poll command answers once, and acknowledges the interrupt that it answers. */
static uint8_t poll(struct pic_chip *chip)
{
	unsigned int line = pending(chip);

	chip->polled = false;
	if (line == 8)
		return 0;
	take(chip, line);
	return 0x80 | line;
}

uint8_t pic_in(struct pic *pic, uint16_t port)
{
	struct pic_chip *chip = &pic->chips[port >= 0xa0];

	if (port & 1)
		return chip->masked;
	if (chip->polled)
		return poll(chip);
	return chip->reads_in_service ? chip->in_service : chip->requested;
}

void pic_reset(struct pic *pic)
{
	for (unsigned int i = 0; i < 2; i++)
		pic->chips[i] = (struct pic_chip){ .masked = 0xff };
}

/*M:
 * Fewer exits for an EOI.  180 of the 1,921 exits of a boot are accesses to the 8259, each 1,703
 * instructions with the Launcher (in_launcher), against 392 where the Host carries an OUT out
 * itself (out_host).  A Host that knew the one mask register and the one EOI could save some
 * 1,300 a tick.  In the way: the state of the chip would stand in two places.
 */
