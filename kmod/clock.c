// SPDX-License-Identifier: GPL-2.0
/*
 * clock.c - the virtual timer, virtual irqs, and the time of day.
 */
#include <linux/hrtimer.h>
#include <linux/sched.h>
#include <linux/timekeeping.h>
#include <asm/cpufeature.h>
#include <asm/tsc.h>
#include "lg.h"
#include "trace.h"

/*
 * Raise an irq from anywhere, interrupt handlers too.  Set the bit first, then kick the owner: one
 * that sleeps in HALT wakes, one that runs the Guest on another CPU is interrupted, and one in
 * between checks the bits before it switches.  Another sleep of the owner, in the kernel's own
 * code, must not be ended.
 */
void lg_raise_irq(struct lg_guest *g, u32 irq)
{
	LG_EVENT(irq, g, irq, LG_IRQ_RAISED);
	set_bit(irq, &g->irqs);
	set_bit(LG_ATTENTION_IRQ, &g->attention);
	if (!rcuwait_wake_up(&g->halted))
		kick_process(g->owner);
}

/* The irq goes to the Guest now.  Clear attention, then the bit, and set attention again if others
 * are left: an irq raised meanwhile is not overlooked. */
void lg_lower_irq(struct lg_guest *g, u32 irq)
{
	clear_bit(LG_ATTENTION_IRQ, &g->attention);
	clear_bit(irq, &g->irqs);
	smp_mb__after_atomic();	/* the bit is clear before the others are read */
	if (READ_ONCE(g->irqs))
		set_bit(LG_ATTENTION_IRQ, &g->attention);
}

static enum hrtimer_restart clock_fires(struct hrtimer *timer)
{
	lg_raise_irq(container_of(timer, struct lg_guest, clock), LG_IRQ_CLOCK);
	return HRTIMER_NORESTART;
}

void lg_set_clockevent(struct lg_guest *g, u32 delta_ns)
{
	if (!delta_ns)
		hrtimer_cancel(&g->clock);
	else
		hrtimer_start(&g->clock, ns_to_ktime(delta_ns), HRTIMER_MODE_REL);
}

void lg_tell_time(struct lg_guest *g)
{
	struct timespec64 now;

	if (!g->data)
		return;
	ktime_get_real_ts64(&now);
	WRITE_ONCE(g->data->time_sec, now.tv_sec);
	WRITE_ONCE(g->data->time_nsec, now.tv_nsec);
}

/* A TSC that stops or drifts is no clock for a Guest. */
u32 lg_tsc_khz(void)
{
	if (!boot_cpu_has(X86_FEATURE_CONSTANT_TSC) || check_tsc_unstable())
		return 0;
	return tsc_khz;
}

void lg_clock_init(struct lg_guest *g)
{
	hrtimer_init(&g->clock, CLOCK_MONOTONIC, HRTIMER_MODE_REL);
	g->clock.function = clock_fires;
}

void lg_clock_exit(struct lg_guest *g)
{
	hrtimer_cancel(&g->clock);
}
