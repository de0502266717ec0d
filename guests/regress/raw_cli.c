/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * raw_cli - a `cli` that no macro has replaced is skipped.
 *
 * It was carried out on irq_enabled.  But POPF changes nothing at ring 1 and STI faults, so that
 * after `pushf; cli; popf` no irq came any more.
 *
 * test: raw_cli; expect=INERT
 */
#include "guest.h"

int main(void)
{
	guest_init();
	lguest_data.irq_enabled = LG_IF;
	asm volatile("pushfl; cli; popfl" : : : "memory", "cc");
	report(lguest_data.irq_enabled == LG_IF, "irqs are as before: %x",
	       lguest_data.irq_enabled);
	return report_status();
}
