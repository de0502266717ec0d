/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * cpu_move - one Guest that moves to the other CPU and back, because its Launcher moves: the first
 * switch on each CPU finds old state on that CPU's page.  The no-op twin makes no request to the
 * Launcher.
 *
 * bench: cpu_move; insns; a Guest's move from one CPU to the other and back; ISCA'16 "VM Switch" (migration); two CPUs; needs moves
 */
#include "bench.h"

static inline void there_and_back(void)
{
	out8(PORT_MOVE, 0);
	out8(PORT_MOVE, 0);
}

static inline void nowhere(void)
{
	(void)in8(PORT_MOVE);
	(void)in8(PORT_MOVE);
}

int main(void)
{
	guest_init();
	guest_paging();
	report(in8(PORT_MOVE) > 1, "there is another CPU");
	BENCH("cpu_move.noop", nowhere());
	BENCH("cpu_move", there_and_back());
	return report_status();
}
