/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * memory.c - the window: the Guest's memory in ours, with a guard page that nothing may
 * touch on either side, and beyond each guard a page of a pattern that nobody writes.
 *
 *	pattern | guard | window (Guest-physical 0 up) | guard | pattern
 *
 * At the end all four are checked: whatever a Guest or the Host wrote outside the window shows
 * here (docs/testing.md, I4).
 */
#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#include "die.h"
#include "memory.h"

#define PAGE		4096u
#define MARGIN		(2 * PAGE)
#define PATTERN		0x5ea1ed00u

static void fill_pattern(uint8_t *page)
{
	uint32_t *words = (uint32_t *)page;

	for (uint32_t i = 0; i < PAGE / 4; i++)
		words[i] = PATTERN + i;
}

static bool has_pattern(const uint8_t *page)
{
	const uint32_t *words = (const uint32_t *)page;

	for (uint32_t i = 0; i < PAGE / 4; i++)
		if (words[i] != PATTERN + i)
			return false;
	return true;
}

/* A guard page was never written, so it reads as zeroes once it may be read. */
static bool is_untouched(uint8_t *guard)
{
	static const uint8_t zeroes[PAGE];

	return !mprotect(guard, PAGE, PROT_READ) && !memcmp(guard, zeroes, PAGE);
}

void memory_make(struct machine *m, unsigned int mebibytes)
{
	size_t bytes = (size_t)mebibytes << 20;
	uint8_t *all = mmap(NULL, bytes + 2 * MARGIN, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (all == MAP_FAILED || mprotect(all + PAGE, PAGE, PROT_NONE) ||
	    mprotect(all + MARGIN + bytes, PAGE, PROT_NONE))
		die(END_REFUSED, "%u MiB for the Guest: %s", mebibytes, strerror(errno));
	fill_pattern(all);
	fill_pattern(all + MARGIN + bytes + PAGE);
	m->memory = all + MARGIN;
	m->bytes = bytes;
}

/* Check what must be unchanged, then free all of it. */
void memory_free(struct machine *m)
{
	uint8_t *all = m->memory - MARGIN, *after = m->memory + m->bytes;
	bool good = has_pattern(all) && is_untouched(all + PAGE) &&
		    is_untouched(after) && has_pattern(after + PAGE);

	if (!good)
		die(END_ESCAPE, "memory outside the Guest's window has changed");
	munmap(all, m->bytes + 2 * MARGIN);
}

void *guest_range(struct machine *m, uint32_t pa, uint32_t bytes)
{
	if (pa >= m->bytes || bytes > m->bytes - pa)
		return NULL;
	return m->memory + pa;
}
