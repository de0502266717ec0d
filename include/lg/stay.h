/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * stay.h - exits that stay: those that the Switcher answers by itself, under the Guest's own page
 * tables (variant resident).
 *
 * X(NAME, name): their classes, each a class of traps too (LG_TRAP_CLASSES of dev.h), which does
 * not count them: no lg_exit and no world switch belongs to them.
 *
 * They are counted in the regs page, since under the Guest's page tables nothing can be written
 * that the Guest could not write as well: ring 1 is supervisor for paging.  So their number and
 * their ticks are the Guest's word, as claimed stamps are (probe.h), and are kept apart from what
 * the Host itself has counted.
 */
#ifndef LG_STAY_H
#define LG_STAY_H

#define LG_STAY_CLASSES(X)			\
	X(HYPERCALL, hypercall)			\
	X(SYSCALL, syscall)			\
	X(OTHER, other)				\
	X(GP_REFLECTED, gp_reflected)		\
	X(PF_REFLECTED, pf_reflected)		\
	X(IO_EMULATED, io_emulated)

#ifndef __ASSEMBLER__
enum lg_stay_class {
#define LG_X(NAME, name) LG_STAY_##NAME,
	LG_STAY_CLASSES(LG_X)
#undef LG_X
	LG_STAYS
};
#endif

#endif
