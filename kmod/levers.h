/* SPDX-License-Identifier: GPL-2.0 */
/*
 * levers.h - the part of the levers that runs at each switch.  `levers` is a constant
 * wherever it can be, so a variant pays for its own levers and for no other's.
 */
#ifndef KMOD_LEVERS_H
#define KMOD_LEVERS_H

#include "hostcpu.h"
#include "lg.h"
#include "trace.h"

/* Levers under which SYSENTER is not turned off and on at each switch. */
#define LG_LEVERS_SYSENTER	(LG_LEVER_LAZY_SYSENTER | LG_LEVER_USER_RETURN)

void lg_arm_user_return(struct lg_cpu *cpu);

/* Without a lever: at each switch. */
static __always_inline void lever_sysenter_off(struct lg_guest *g)
{
	LG_EVENT(host_cpu, g, LG_HOST_CPU_SYSENTER_OFF);
	host_sysenter_off();
}

static __always_inline void lever_sysenter_on(struct lg_guest *g)
{
	host_sysenter_on();
	LG_EVENT(host_cpu, g, LG_HOST_CPU_SYSENTER_ON);
}

/* lazy_sysenter: off at the first switch after the Launcher got the CPU. */
static __always_inline void lever_sysenter_once(struct lg_guest *g, struct lg_cpu *cpu)
{
	if (likely(cpu->kept.sysenter_off))
		return;
	LG_EVENT(host_cpu, g, LG_HOST_CPU_SYSENTER_OFF);
	host_sysenter_keep_off(&cpu->kept);
}

/* user_return: off until some task of this CPU returns to user space. */
static __always_inline void lever_sysenter_until_user(struct lg_guest *g,
						      struct lg_cpu *cpu)
{
	if (likely(cpu->kept.sysenter_off))
		return;
	LG_EVENT(host_cpu, g, LG_HOST_CPU_SYSENTER_OFF);
	lg_arm_user_return(cpu);
	host_sysenter_keep_off(&cpu->kept);
}

/* pge_toggle: on in the Host while this Launcher has the CPU, off while its Guest runs
 * and for everybody else.  The first run finds it off. */
static __always_inline void lever_pge_off(struct lg_guest *g, struct lg_cpu *cpu)
{
	if (!cpu->kept.pge_on)
		return;
	LG_EVENT(host_cpu, g, LG_HOST_CPU_PGE_OFF);
	host_pge_give_back(&cpu->kept);
}

static __always_inline void lever_pge_on(struct lg_guest *g, struct lg_cpu *cpu)
{
	if (!static_cpu_has(X86_FEATURE_PGE))
		return;
	LG_EVENT(host_cpu, g, LG_HOST_CPU_PGE_ON);
	host_pge_keep_on(&cpu->kept);
}

/* Before copy-in, and after the Host is itself again; interrupts off. */
static __always_inline void levers_before(struct lg_guest *g, struct lg_cpu *cpu,
					  u32 levers)
{
	if (levers & LG_LEVER_ALWAYS_COPY)
		g->changed = LG_CHANGED_ALL;
	if (levers & LG_LEVER_LAZY_SYSENTER)
		lever_sysenter_once(g, cpu);
	else if (levers & LG_LEVER_USER_RETURN)
		lever_sysenter_until_user(g, cpu);
	else
		lever_sysenter_off(g);
	if (levers & LG_LEVER_PGE_TOGGLE)
		lever_pge_off(g, cpu);
	if (levers & LG_LEVER_ALIAS_TABLES)
		g->dir[lg_alias_slot] = cpu->alias_pde;
}

static __always_inline void levers_after(struct lg_guest *g, struct lg_cpu *cpu, u32 levers)
{
	if (!(levers & LG_LEVERS_SYSENTER))
		lever_sysenter_on(g);
	if (levers & LG_LEVER_PGE_TOGGLE)
		lever_pge_on(g, cpu);
}

#endif
