// SPDX-License-Identifier: GPL-2.0
/*
 * The LTTng probe of our events.  The kernel's own definition of them comes
 * first, so that a prototype which differs does not compile.
 */
#include <linux/module.h>
#include <lttng/tracer.h>

#include "lg-trace.h"

#include <wrapper/tracepoint.h>

#undef TRACE_INCLUDE_PATH
#undef TRACE_INCLUDE_FILE
#define LTTNG_PACKAGE_BUILD
#define CREATE_TRACE_POINTS

#include "lttng-lg.h"

MODULE_LICENSE("GPL");
MODULE_AUTHOR("Switchyard's authors");
MODULE_DESCRIPTION("Switchyard: LTTng probe of the lg events");
