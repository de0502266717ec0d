/* SPDX-License-Identifier: GPL-2.0-or-later */
/*H:003
 * probe.h - the probe points of a world switch.
 *
 * LG_PROBES(X) lists them in the order in which a round trip passes them:
 * X(SYMBOL, name, world).  A probe stores the low 32 bits of the TSC; `world`
 * says which page tables are live there, and so which page takes the stamp:
 * host: the state page, which no Guest can write; guest: the regs page, which
 * the Guest can write, so those stamps are data and never trusted.
 *
 * A new probe is one line here and one PROBE() in switcher/body.S.
 */
#ifndef LG_PROBE_H
#define LG_PROBE_H

#define LG_PROBES(X)					\
	X(HOST_SAVED,  host_saved,  host)		\
	X(TABLES_OUT,  tables_out,  host)		\
	X(TR_OUT,      tr_out,      host)		\
	X(CR3_OUT,     cr3_out,     guest)		\
	X(GUEST_REGS,  guest_regs,  guest)		\
	X(GUEST_SAVED, guest_saved, guest)		\
	X(CR3_IN,      cr3_in,      host)		\
	X(TABLES_IN,   tables_in,   host)		\
	X(TR_IN,       tr_in,       host)		\
	X(HOST_REGS,   host_regs,   host)

#ifndef __ASSEMBLER__
enum lg_probe {
#define LG_X(SYMBOL, name, world) LG_PROBE_##SYMBOL,
	LG_PROBES(LG_X)
#undef LG_X
	LG_NR_PROBES
};
#endif

#endif
