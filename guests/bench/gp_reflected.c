/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * gp_reflected - a general protection fault with an error code, a selector beyond the GDT,
 * to its handler through the Host, which has that vector for itself.
 *
 * bench: gp_reflected; insns; a protection fault and back, reflected; PVM "exception"
 */
#include "faults.h"

int main(void)
{
	guest_init();
	guest_paging();
	lguest_data.irq_enabled = LG_IF;
	fault_gate(13, GATE_INTERRUPT, skip_two_and_code);
	BENCH("gp_reflected.noop", );
	BENCH("gp_reflected", bad_selector());
	return 0;
}
