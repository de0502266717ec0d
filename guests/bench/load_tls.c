/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * load_tls - LOAD_TLS and the copy-in of its three descriptors.
 *
 * bench: load_tls; insns; loading three TLS descriptors, and their copy-in; -
 */
#include "bench.h"

static uint64_t tls[LG_TLS_ENTRIES] = { 0x00cff3000000ffffull };

int main(void)
{
	guest_init();
	guest_paging();
	BENCH("load_tls.noop", );
	BENCH("load_tls", hypercall1(LG_HC_LOAD_TLS, (uint32_t)tls));
	return 0;
}
