/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * probe.h - the probe points of a world switch, in the Switcher and in the Host's C.
 *
 * A probe stores the low 32 bits of the TSC, and is two instructions: rdtsc and a store.
 * Only the probed twin has them.
 *
 * LG_PROBES(X) lists those of the Switcher in the order in which a round trip passes them:
 * X(SYMBOL, name, world).  `world` says which page holds the stamp, and whether it can be trusted:
 *	host	the state page, which no Guest can write
 *	claimed	the regs page, before the Guest runs: the Guest can write this page while it
 *		runs, so what the Host reads afterwards may be forged.  In a trace its name
 *		begins with claimed_, and a phase that begins or ends there is marked "claimed"
 *	guest	the regs page, after the Guest has run: nothing can change it before the Host reads
 *	it
 *
 * LG_C_PROBES(X) lists those of the run loop, in the order from back in C to the next
 * enter: X(SYMBOL, name).  Their stamps lie in the Host's own memory.  Not every path passes all
 * of them: the stamp of one that was not passed is 0.  Between the last of them and the enter the
 * Host CPU is prepared (hostcpu.h).
 *
 * A new probe is one line here and one PROBE_HOST() or PROBE_GUEST() in switcher/body.S, or
 * lg_stamp() in kmod/; the name of the phase that it ends is in analysis/model/breakdown.c.
 */
#ifndef LG_PROBE_H
#define LG_PROBE_H

#define LG_PROBES(X)					\
	X(HOST_SAVED,  host_saved,  host)		\
	X(TABLES_OUT,  tables_out,  host)		\
	X(TR_OUT,      tr_out,      host)		\
	X(CR3_OUT,     cr3_out,     claimed)	\
	X(GUEST_REGS,  guest_regs,  claimed)	\
	X(GUEST_SAVED, guest_saved, guest)		\
	X(CR3_IN,      cr3_in,      host)		\
	X(TABLES_IN,   tables_in,   host)		\
	X(TR_IN,       tr_in,       host)		\
	X(HOST_REGS,   host_regs,   host)

#define LG_C_PROBES(X)					\
	X(RECORDED,    recorded)	/* the events of the way out are emitted */	\
	X(FAST,        fast)		/* fast re-entry has handled what it can */	\
	X(LEVERS_BACK, levers_back)	/* the Host CPU is the Host's again */	\
	X(HOST_IRQS,   host_irqs)	/* and so are its interrupts */		\
	X(RING,        ring_drained)	/* the async ring is empty */		\
	X(HANDLED,     handled)							\
	X(LAUNCHER,    launcher)	/* the Launcher has called LG_RUN again */	\
	X(READY,       ready)		/* no signal is pending, and no irq keeps the Guest */	\
	X(LEVERS,      levers)							\
	X(COPIED,      copied)

/* The name of a stamp of the Switcher in a trace: as a token and as a string. */
#define LG_PROBE_FIELD(name, world)	LG_PROBE_FIELD_##world(name)
#define LG_PROBE_FIELD_host(name)	name
#define LG_PROBE_FIELD_guest(name)	name
#define LG_PROBE_FIELD_claimed(name)	claimed_##name
#define LG_PROBE_LABEL(name, world)	LG_PROBE_STRING(LG_PROBE_FIELD(name, world))
#define LG_PROBE_STRING(field)		LG_PROBE_STRING_OF(field)
#define LG_PROBE_STRING_OF(field)	#field

/* 1 if the Guest can overwrite a stamp of that world. */
#define LG_IS_CLAIMED(world)		LG_IS_CLAIMED_##world
#define LG_IS_CLAIMED_host		0
#define LG_IS_CLAIMED_guest		0
#define LG_IS_CLAIMED_claimed		1

#ifndef __ASSEMBLER__
enum lg_probe {
#define LG_X(SYMBOL, name, world) LG_PROBE_##SYMBOL,
	LG_PROBES(LG_X)
#undef LG_X
	LG_NR_PROBES
};

enum lg_c_probe {
#define LG_X(SYMBOL, name) LG_C_PROBE_##SYMBOL,
	LG_C_PROBES(LG_X)
#undef LG_X
	LG_NR_C_PROBES
};
#endif

#endif
