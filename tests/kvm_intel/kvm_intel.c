// SPDX-License-Identifier: GPL-2.0
/*
 * kvm_intel.c - a module of that name that does nothing: the lab machine's CPU has no VT-x,
 * and what is tested is that the Host knows it by its name.
 */
#include <linux/module.h>

static int __init nothing_init(void)
{
	return 0;
}

static void __exit nothing_exit(void)
{
}

module_init(nothing_init);
module_exit(nothing_exit);
MODULE_DESCRIPTION("Switchyard's tests: stands for kvm-intel");
MODULE_AUTHOR("The Switchyard developers");
MODULE_LICENSE("GPL");
