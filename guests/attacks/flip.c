/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * flip - a second thread of the Launcher flips bits of lguest_data while the Host reads it
 * (E4, E5, R9).
 *
 * A Guest cannot change a word between check and use, since it does not run while the Host works;
 * its Launcher can.  So the ring re-arms itself, its status bytes are neither free nor queued,
 * noirq_iret and irq_enabled wander, and traps are reflected meanwhile.  Every word must be read
 * once, and no more of the ring than 64 entries a drain.  Calls out of a ring of garbage kill: each
 * life is one more try.
 *
 * test: flip; variants=classic,resident; expect=INERT; groups=killers
 */
#include "attack.h"

#define LIVES	60

static void nothing(struct trap *trap)
{
	(void)trap;
}

int main(void)
{
	uint32_t life = attack_life(LIVES + 1);

	attack_begin();
	if (life == LIVES) {
		report(true, "%u lives", LIVES);
		return report_status();
	}
	guest_gate(LG_IRQ_VECTOR + LG_IRQ_CLOCK, GATE_INTERRUPT, 0, nothing);
	out32(PORT_FLIP, (uint32_t)&lguest_data);
	for (uint32_t i = 0; i < 3000; i++) {
		hypercall1(LG_HC_SET_CLOCKEVENT, 5000);
		hypercall0(LG_HC_FLUSH_ASYNC);
		hypercall0(LG_HC_SEND_INTERRUPTS);
		TRY("ud2");
	}
	guest_shutdown("flipped", LG_SHUTDOWN_RESTART);
}
