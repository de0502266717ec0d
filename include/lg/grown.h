/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An array that grows as it is filled, for the programs of user space. */
#ifndef LG_GROWN_H
#define LG_GROWN_H

#include <stdint.h>
#include <stdlib.h>

/*
 * Make room for one more element in an array of @n elements of @size bytes; *@room becomes its
 * capacity in elements.  The array may move, so pointers into it become stale.  The program aborts
 * without memory: a measurement with data missing would be wrong.
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
