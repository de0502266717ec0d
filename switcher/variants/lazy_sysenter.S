/* SPDX-License-Identifier: GPL-2.0 */
/*
 * lazy_sysenter - SYSENTER stays off while the Launcher keeps the CPU.
 *
 * A preempt notifier turns it on again when the Launcher is scheduled out, and LG_RUN
 * before it returns to user space.  The notifier also sees every change of CPU and every
 * other Guest's turn, so copy-in need not look for them at each switch.
 */
#define LG_VARIANT		lazy_sysenter
#define LG_VARIANT_LEVERS	(LG_LEVER_LAZY_SYSENTER)
#include "../body.S"
