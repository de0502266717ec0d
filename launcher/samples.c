/* SPDX-License-Identifier: GPL-2.0-or-later */
/*L:080
 * samples.c - where a benchmark Guest hands over what it measured: the physical
 * address of a block that names a series and its values.  The block is the Guest's
 * word and is checked like any other.
 */
#include <ctype.h>

#include "launcher.h"
#include "lg/ops.h"

struct samples_block {
	uint32_t magic;		/* SAMPLES_MAGIC */
	uint32_t count;
	uint32_t values_pa;	/* count words */
	char series[52];	/* letters, digits, '_', '.', NUL-terminated */
};
#define SAMPLES_MAGIC	0x4c504d53	/* "SMPL" */

_Static_assert(sizeof(struct samples_block) == 64, "shared with guests/lib");

static bool series_is_good(const char *series, size_t bytes)
{
	size_t i;

	for (i = 0; i < bytes && series[i]; i++)
		if (!isalnum((unsigned char)series[i]) && series[i] != '_' && series[i] != '.')
			return false;
	return i && i < bytes;
}

/* Under vm/lab --ops the emulator counts each sample too, and so learns its name. */
static void tell_plugin(const struct samples_block *b)
{
	char line[LG_MAIL_LINE];

	snprintf(line, sizeof(line), "series %s %u", b->series, b->count);
	lg_tell(line);
}

static void samples_out(struct machine *m, uint16_t port, uint8_t width, uint32_t pa)
{
	const struct samples_block *b = guest_range(m, pa, sizeof(*b));
	const uint32_t *values;

	(void)port;
	if (width != 4 || !b || (pa & 3) || b->magic != SAMPLES_MAGIC ||
	    !series_is_good(b->series, sizeof(b->series)) || b->count > m->bytes / 4)
		die(END_FAILED, "the Guest handed over a bad block of samples at %#x", pa);
	values = guest_range(m, b->values_pa, b->count * 4);
	if (!values || (b->values_pa & 3))
		die(END_FAILED, "the Guest's samples lie outside its memory");
	tell_plugin(b);
	for (uint32_t i = 0; m->samples && i < b->count; i++)
		fprintf(m->samples, "%s,%u,%u\n", b->series, i, values[i]);
}

static struct device samples = {
	.name = "samples", .first = PORT_SAMPLES, .count = 4, .out = samples_out,
};
DEVICE(samples)
