/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An array that grows as it is filled, for the programs of user space. */
#ifndef LG_GROWN_H
#define LG_GROWN_H

#include <stdint.h>
#include <stdlib.h>

/*
 * The array of @n elements of @size bytes with room for one more, *@room elements in all;
 * moved, maybe, so what points into it is stale.  Without memory the program aborts: what
 * counts must not go on with less than all.
 */
static inline void *lg_grown(void *array, size_t *room, size_t n, size_t size)
{
	if (n < *room)
		return array;
	*room = *room ? *room * 2 : 64;
	if (*room > SIZE_MAX / size || !(array = realloc(array, *room * size)))
		abort();
	return array;
}

#endif
