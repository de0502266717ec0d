/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * tsc - INIT offers the TSC as a clock only where it is constant: on a CPU model that
 * says so there is a frequency, on one that does not it is 0.
 *
 * test: tsc.none; cpu=qemu32; groups=contract; expect=INERT; args=constant=0
 * test: tsc.constant; cpu=coreduo; groups=contract; expect=INERT; args=constant=1
 */
#include "guest.h"

int main(void)
{
	guest_init();
	report(!lguest_data.tsc_khz == !guest_number("constant", 0), "tsc_khz is %u",
	       lguest_data.tsc_khz);
	return report_status();
}
