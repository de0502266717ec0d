// SPDX-License-Identifier: GPL-2.0
/*
 * main.c - loading and unloading the module: what is refused, and the order of the steps.
 *
 * Each step undoes itself if it fails, and the steps before it are undone in the
 * reverse order.
 */
#include <linux/module.h>
#include <asm/cpufeature.h>
#include <asm/special_insns.h>
#include <asm/tlbflush.h>
#include "lg.h"
#include "lg-build.h"

/*
 * Ring 1 is supervisor for paging: with SMEP or SMAP a Guest kernel would fault for
 * ever on its own user pages.  A PAE kernel has page tables of another shape.
 */
static int check_cpu(void)
{
	unsigned long cr4 = __read_cr4();

	if (IS_ENABLED(CONFIG_X86_PAE)) {
		pr_err("switchyard: this is a PAE kernel: boot the non-PAE one (linux-image-686)\n");
		return -ENODEV;
	}
	if (cr4 & (X86_CR4_SMEP | X86_CR4_SMAP)) {
		pr_err("switchyard: SMEP or SMAP is on: boot with clearcpuid=smep,smap (before Linux 5.19: nosmep nosmap)\n");
		return -ENODEV;
	}
	return 0;
}

static int __init switchyard_init(void)
{
	int error = check_cpu();

	if (error)
		return error;
	error = lg_region_init();
	if (error)
		return error;
	error = lg_hostcpu_init();
	if (error)
		goto region;
	error = lg_trace_init();
	if (error)
		goto hostcpu;
	error = lg_stats_init();
	if (error)
		goto trace;
	error = lg_conflict_init();
	if (error)
		goto stats;
	lg_levers_load();
	error = lg_dev_init();
	if (error)
		goto levers;
	pr_info("switchyard: ready, build %s, Guests end at %#x\n", LG_BUILD_ID,
		lg_region_va);
	return 0;
levers:
	lg_levers_unload();
	lg_conflict_exit();
stats:
	lg_stats_exit();
trace:
	lg_trace_exit();
hostcpu:
	lg_hostcpu_exit();
region:
	lg_region_exit();
	return error;
}

static void __exit switchyard_exit(void)
{
	lg_dev_exit();
	lg_levers_unload();
	lg_conflict_exit();
	lg_stats_exit();
	lg_trace_exit();
	lg_hostcpu_exit();
	lg_region_exit();
}

module_init(switchyard_init);
module_exit(switchyard_exit);
MODULE_DESCRIPTION("Switchyard: a performance-instrumented research hypervisor");
MODULE_AUTHOR("The Switchyard developers");
MODULE_LICENSE("GPL");
