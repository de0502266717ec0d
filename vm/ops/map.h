/* SPDX-License-Identifier: GPL-2.0-or-later */
/*T:479 Telling the emulator's plugin where what lies (include/lg/ops.h has the messages). */
#ifndef OPS_MAP_H
#define OPS_MAP_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Tell the addresses of the Switcher, the loaded module and the kernel's entries, which
 * replace those told before.  On failure false, and a one-line reason in why[].
 */
enum { OPS_WHY = 160 };
bool ops_map(char why[OPS_WHY]);

#endif
