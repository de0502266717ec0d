/* SPDX-License-Identifier: GPL-2.0 */
/*
 * lg_enums.h - names of values that events carry (tracepoints/events): X-macros, so that the
 * kernel's own events and their LTTng twins print the same names.  Trap classes and copy-in
 * reasons are in include/lg/dev.h, the variants in the generated lg-variants.h.
 */
#ifndef LG_ENUMS_H
#define LG_ENUMS_H

#define LG_MARKS(X)		\
	X(0, start)		\
	X(1, stop)

/* Where a hypercall came from: X(NAME, name). */
#define LG_CALL_FROM(X)		\
	X(DIRECT, direct)	\
	X(RING,   ring)

/* What became of a virtual irq. */
#define LG_IRQ_WHAT(X)			\
	X(RAISED,        raised)	\
	X(DELIVERED,     delivered)	\
	X(HELD_DISABLED, held_disabled)	\
	X(HELD_BLOCKED,  held_blocked)

/* What happened to the shadow page tables. */
#define LG_PAGES_WHAT(X)		\
	X(FILL,        fill)		\
	X(DIR_HIT,     dir_hit)		\
	X(DIR_MISS,    dir_miss)	\
	X(DIR_EVICTED, dir_evicted)	\
	X(FLUSH,       flush)

/* What was changed on the Host CPU. */
#define LG_HOST_CPU_WHAT(X)		\
	X(SYSENTER_OFF, sysenter_off)	\
	X(SYSENTER_ON,  sysenter_on)	\
	X(PGE_OFF,      pge_off)	\
	X(PGE_ON,       pge_on)		\
	X(FPU_GUEST,    fpu_guest)	\
	X(FPU_HOST,     fpu_host)	\
	X(TS_ON,        ts_on)		\
	X(TS_OFF,       ts_off)

#define LG_NOTIFIER_WHAT(X)		\
	X(IN,          in)		\
	X(OUT,         out)		\
	X(USER_RETURN, user_return)

#define LG_LIFE_WHAT(X)			\
	X(CREATED, created)		\
	X(STARTED, started)		\
	X(KILLED,  killed)		\
	X(CLOSED,  closed)

#define LG_X(NAME, name) LG_CALL_##NAME,
enum lg_call_from { LG_CALL_FROM(LG_X) };
#undef LG_X
#define LG_X(NAME, name) LG_IRQ_##NAME,
enum lg_irq_what { LG_IRQ_WHAT(LG_X) };
#undef LG_X
#define LG_X(NAME, name) LG_PAGES_##NAME,
enum lg_pages_what { LG_PAGES_WHAT(LG_X) };
#undef LG_X
#define LG_X(NAME, name) LG_HOST_CPU_##NAME,
enum lg_host_cpu_what { LG_HOST_CPU_WHAT(LG_X) };
#undef LG_X
#define LG_X(NAME, name) LG_NOTIFIER_##NAME,
enum lg_notifier_what { LG_NOTIFIER_WHAT(LG_X) };
#undef LG_X
#define LG_X(NAME, name) LG_LIFE_##NAME,
enum lg_life_what { LG_LIFE_WHAT(LG_X) };
#undef LG_X

#define LG_TWIN_NAMES(X)	\
	X(0, plain)		\
	X(1, probed)

/* Vectors by name; 32 to 127 and 129 to 255 are the Host's: irq. */
#define LG_VECTORS(X)			\
	X(0,  divide_error)		\
	X(1,  debug)			\
	X(2,  nmi)			\
	X(3,  breakpoint)		\
	X(4,  overflow)			\
	X(5,  bounds)			\
	X(6,  invalid_opcode)		\
	X(7,  device_not_available)	\
	X(8,  double_fault)		\
	X(9,  coprocessor_overrun)	\
	X(10, invalid_tss)		\
	X(11, segment_not_present)	\
	X(12, stack_fault)		\
	X(13, general_protection)	\
	X(14, page_fault)		\
	X(15, reserved_15)		\
	X(16, fpu_error)		\
	X(17, alignment_check)		\
	X(18, machine_check)		\
	X(19, simd_error)		\
	X(20, virtualization)		\
	X(21, control_protection)	\
	X(22, reserved_22)		\
	X(23, reserved_23)		\
	X(24, reserved_24)		\
	X(25, reserved_25)		\
	X(26, reserved_26)		\
	X(27, reserved_27)		\
	X(28, reserved_28)		\
	X(29, reserved_29)		\
	X(30, reserved_30)		\
	X(31, hypercall)		\
	X(128, syscall)

#endif
