/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * rearm - a ring that is filled again as fast as the Host drains it (E5, R10).
 *
 * A finished call frees its entry in the ring, and a second thread of the Launcher queues it again
 * at once.  A Host that drains until the ring is empty never returns, and sees no signal
 * meanwhile.  Each hypercall here begins with a full ring, and must carry out no more of it than
 * the ring holds: the thread counts what it has queued, which is that and one ring more at the
 * most.  The calls are all FLUSH_ASYNC, so the ring also asks for its own draining.
 *
 * test: rearm; expect=INERT; groups=killers
 */
#include "attack.h"

#define ROUNDS	100

static bool ring_is_full(void)
{
	for (unsigned int n = 0; n < LG_RING_ENTRIES; n++)
		if (READ_ONCE(lguest_data.ring_status[n]) == LG_RING_FREE)
			return false;
	return true;
}

int main(void)
{
	uint32_t queued;

	attack_begin();
	out32(PORT_REARM, (uint32_t)&lguest_data);
	for (uint32_t i = 0; i < ROUNDS; i++) {
		while (!ring_is_full())
			;
		hypercall0(LG_HC_FLUSH_ASYNC);
	}
	queued = in32(PORT_REARM);
	report(queued >= ROUNDS * LG_RING_ENTRIES && queued <= (ROUNDS + 1) * LG_RING_ENTRIES,
	       "%u calls queued for %u hypercalls", queued, ROUNDS);
	return report_status();
}
