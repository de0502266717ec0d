/* SPDX-License-Identifier: GPL-2.0-or-later */
/*L:030
 * memory.c - the window: the Guest's memory in ours, with a guard page that nothing
 * may touch on either side.
 */
#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#include "launcher.h"

void memory_make(struct machine *m, unsigned int mebibytes)
{
	size_t page = 4096, bytes = (size_t)mebibytes << 20;
	uint8_t *all = mmap(NULL, bytes + 2 * page, PROT_NONE,
			    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (all == MAP_FAILED ||
	    mprotect(all + page, bytes, PROT_READ | PROT_WRITE))
		die(END_REFUSED, "%u MiB for the Guest: %s", mebibytes, strerror(errno));
	m->memory = all + page;
	m->bytes = bytes;
}

void memory_free(struct machine *m)
{
	munmap(m->memory - 4096, m->bytes + 2 * 4096);
}

void *guest_range(struct machine *m, uint32_t pa, uint32_t bytes)
{
	if (pa >= m->bytes || bytes > m->bytes - pa)
		return NULL;
	return m->memory + pa;
}
