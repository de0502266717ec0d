/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * samples.c - where a benchmark Guest hands over what it measured: the physical
 * address of a block that names a series and its values.  As harmless as the console: a Guest can
 * write nothing but well-formed lines into the file of --samples.
 *
 * The block is untrusted: it is read once, then checked, then used.
 */
#include <ctype.h>

#include "device.h"
#include "die.h"
#include "lg/ops.h"
#include "lg/ports.h"
#include "memory.h"

_Static_assert(sizeof(struct samples_block) == 64, "the same in every program");

/* A letter first: series name files too, and no file's name may begin with a dot. */
static bool series_is_good(const char *series, size_t bytes)
{
	size_t i;

	if (!isalpha((unsigned char)*series))
		return false;
	for (i = 0; i < bytes && series[i]; i++)
		if (!isalnum((unsigned char)series[i]) && series[i] != '_' && series[i] != '.')
			return false;
	return i < bytes;
}

/* Under vm/lab --ops the emulator counts each sample too, and so must learn the series' name. */
static void tell_plugin(const struct samples_block *b)
{
	char line[LG_MAIL_LINE];

	snprintf(line, sizeof(line), "series %s %u", b->series, b->count);
	lg_tell(line);
}

static struct samples_block read_block(struct machine *m, uint32_t pa)
{
	const struct samples_block *there = guest_range(m, pa, sizeof(*there));
	struct samples_block b = { 0 };

	if (there && !(pa & 3))
		b = *there;
	if (m->run.port.width != 4 || b.magic != SAMPLES_MAGIC ||
	    !series_is_good(b.series, sizeof(b.series)) || b.count > m->bytes / 4)
		die(END_FAILED, "the Guest handed over a bad block of samples at %#x", pa);
	return b;
}

static void samples_out(struct machine *m, void *context, uint32_t pa)
{
	const struct samples_block b = read_block(m, pa);
	const uint32_t *values = guest_range(m, b.values_pa, b.count * 4);

	(void)context;
	if (!values || (b.values_pa & 3))
		die(END_FAILED, "the Guest's samples lie outside its memory");
	tell_plugin(&b);
	for (uint32_t i = 0; m->samples && i < b.count; i++)
		fprintf(m->samples, "%s,%u,%u\n", b.series, i, values[i]);
}

static struct device samples = {
	.name = "samples", .first = PORT_SAMPLES, .count = 1, .out = samples_out,
};
DEVICE(samples)
