/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * switches - `count` null hypercalls (default 100000) under the Guest's own page tables,
 * checking that registers survive each: what storms, migrations and soaks run against.
 * With port=1 each is followed by an IN that the Launcher carries out.
 *
 * test: switches; variants=all; twins=all; moved=spread; groups=demos,contract; expect=INERT
 */
#include "guest.h"

/* One hypercall with a pattern in every register that it might lose. */
static inline bool round_trip(uint32_t n)
{
	uint32_t b = n, c = ~n, d = n * 3, si = n ^ 0x5a5a5a5a, di = n + 7;

	asm volatile("int $0x1f" : "+b" (b), "+c" (c), "+d" (d), "+S" (si), "+D" (di)
		     : "a" (LG_HC_FLUSH_ASYNC) : "memory", "cc");
	return b == n && c == ~n && d == n * 3 && si == (n ^ 0x5a5a5a5a) && di == n + 7;
}

int main(void)
{
	uint32_t count = guest_number("count", 100000), port = guest_number("port", 0), wrong = 0;

	guest_init();
	guest_paging();
	for (uint32_t n = 0; n < count; n++) {
		wrong += !round_trip(n);
		if (port)
			in8(PORT_CONSOLE);
	}
	report(!wrong, "%u round trips, %u wrong", count, wrong);
	return report_status();
}
