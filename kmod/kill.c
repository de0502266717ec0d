// SPDX-License-Identifier: GPL-2.0
/*
 * kill.c - the end of a Guest that broke a rule.
 */
#include "lg.h"
#include "trace.h"

/* From the owner's context.  The Guest does not run again; LG_RUN returns the reason.  The
 * first reason stays: whatever follows may only be its consequence. */
void kill_guest(struct lg_guest *g, const char *fmt, ...)
{
	va_list args;

	if (lg_ended(g))
		return;
	va_start(args, fmt);
	vscnprintf(g->message, sizeof(g->message), fmt, args);
	va_end(args);
	set_bit(LG_ATTENTION_ENDED, &g->attention);
	lg_count(g, LG_CLASS_KILLED);
	LG_EVENT(life, g, LG_LIFE_KILLED, g->message);
}
