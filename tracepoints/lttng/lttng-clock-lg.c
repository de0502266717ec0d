// SPDX-License-Identifier: GPL-2.0
/*
 * The clock of our traces: the time-stamp counter itself.
 *
 * LTTng's own clock reads the kernel's nanoseconds, which costs more and, where the counter
 * advances by one per instruction, hides that.  With this module a trace's time is in the same
 * unit as the stamps within its events.
 *
 * The value is what RDTSC gives, without scaling.  The stated frequency is the kernel's
 * calibration; readers that want ticks must take the raw clock value, not the nanoseconds that a
 * trace reader works out from it.
 *
 * LTTng's tracer takes its clock when it is loaded and keeps it until it is unloaded.  So this
 * module goes in after lttng-clock and before lttng-tracer.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/module.h>
#include <asm/msr.h>
#include <asm/tsc.h>
#include <lttng/clock.h>

static u64 lg_clock_read64(void)
{
	return rdtsc();
}

static u64 lg_clock_freq(void)
{
	return (u64)tsc_khz * 1000;
}

/* Any reader may compare our traces with each other only within one boot. */
static int lg_clock_uuid(char *uuid)
{
	return -ENODEV;
}

static const char *lg_clock_name(void)
{
	return "tsc";
}

static const char *lg_clock_description(void)
{
	return "time-stamp counter, raw";
}

static struct lttng_trace_clock lg_clock = {
	.read64 = lg_clock_read64,
	.freq = lg_clock_freq,
	.uuid = lg_clock_uuid,
	.name = lg_clock_name,
	.description = lg_clock_description,
};

static int __init lg_clock_init(void)
{
	int err;

	if (!tsc_khz) {
		pr_err("this machine has no calibrated time-stamp counter\n");
		return -ENODEV;
	}
	err = lttng_clock_register_plugin(&lg_clock, THIS_MODULE);
	if (err)
		pr_err("LTTng has its clock already: load this before lttng-tracer\n");
	return err;
}

static void __exit lg_clock_exit(void)
{
	lttng_clock_unregister_plugin(&lg_clock, THIS_MODULE);
}

module_init(lg_clock_init);
module_exit(lg_clock_exit);

MODULE_LICENSE("GPL");
MODULE_AUTHOR("Switchyard's authors");
MODULE_DESCRIPTION("Switchyard: the time-stamp counter as LTTng's clock");
