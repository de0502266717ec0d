/* SPDX-License-Identifier: GPL-2.0 */
/*
 * user_return - SYSENTER is turned on again by a user-return notifier alone.
 *
 * Whatever task next returns to user space on this CPU finds it on.  Where the Launcher
 * sleeps and only kernel threads run in between, nothing is written at all.
 */
#define LG_VARIANT		user_return
#define LG_VARIANT_LEVERS	(LG_LEVER_USER_RETURN)
#include "../body.S"
