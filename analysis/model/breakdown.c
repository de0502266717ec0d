/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Phases of a world switch from untrusted stamps, see breakdown.h. */
#include <stdio.h>
#include <string.h>

#include "lg/probe.h"

#include "breakdown.h"

#define N(array) (sizeof(array) / sizeof((array)[0]))

static const char * const state_names[LG_BREAKDOWN_STATES] = {
	"plain", "good", "forged", "empty", "long", "unknown",
};

/* A phase is named after the probe that ends it; the last ends at tsc_back, or at the enter. */
static const struct name {
	const char *probe, *name, *claimed;
} phase_names[] = {
#define NAME(probe, name) { #probe, name, name " (claimed)" }
	NAME(host_saved, "Host saved"), NAME(tables_out, "Host tables left"),
	NAME(tr_out, "Guest TR"), NAME(cr3_out, "Guest CR3"),
	NAME(guest_regs, "Guest registers"), NAME(guest_saved, "in the Guest"),
	NAME(cr3_in, "Host CR3"), NAME(tables_in, "Host tables"),
	NAME(tr_in, "Host TR"), NAME(host_regs, "Host registers"),
}, c_phase_names[] = {
	NAME(recorded, "way out recorded"), NAME(fast, "fast re-entry"),
	NAME(levers_back, "levers back"), NAME(host_irqs, "Host interrupts"),
	NAME(ring_drained, "ring"), NAME(handled, "handling"), NAME(launcher, "Launcher"),
	NAME(ready, "interrupts"), NAME(levers, "levers"), NAME(copied, "copy-in"),
#undef NAME
};

static const struct probe {
	const char *name;
	bool claimed;
} probes[] = {
#define LG_X(SYMBOL, name, world) { #name, LG_IS_CLAIMED(world) },
	LG_PROBES(LG_X)
#undef LG_X
}, c_probes[] = {
#define LG_X(SYMBOL, name) { #name, false },
	LG_C_PROBES(LG_X)
#undef LG_X
};

const char *lg_breakdown_state_name(enum lg_breakdown_state state)
{
	return state < LG_BREAKDOWN_STATES ? state_names[state] : "?";
}

static bool any_stamp(const uint32_t *stamps, uint32_t n)
{
	uint32_t i;

	for (i = 0; i < n; i++)
		if (stamps[i])
			return true;
	return false;
}

/* Offsets from @from modulo 2^32: they must rise, and end within the whole.  With @gaps a
 * stamp of 0 was not passed, and its phase is empty. */
static enum lg_breakdown_state fill(const uint32_t *stamps, uint32_t from, bool gaps,
				 struct lg_breakdown *out)
{
	uint32_t last = 0, offset, i;

	for (i = 0; i < out->n - 1; i++) {
		offset = gaps && !stamps[i] ? last : stamps[i] - from;
		if (offset < last || offset > out->whole)
			return LG_BREAKDOWN_FORGED;
		out->phase[i] = offset - last;
		last = offset;
	}
	out->phase[i] = out->whole - last;
	return LG_BREAKDOWN_GOOD;
}

static void make(const uint32_t *stamps, bool probed, uint64_t from, bool gaps,
		 struct lg_breakdown *out)
{
	bool any = any_stamp(stamps, out->n - 1);

	if (!probed)
		out->state = any ? LG_BREAKDOWN_FORGED : LG_BREAKDOWN_PLAIN;
	else if (!any)
		out->state = LG_BREAKDOWN_EMPTY;
	else if (out->whole >> 32)
		out->state = LG_BREAKDOWN_LONG;
	else
		out->state = fill(stamps, from, gaps, out);
}

void lg_breakdown(const struct lg_exit *exit, struct lg_breakdown *out)
{
	out->n = exit->n_stamps + 1;
	out->whole = exit->tsc_back - exit->tsc_call;
	if (!exit->tsc_call || exit->tsc_back < exit->tsc_call)
		out->state = LG_BREAKDOWN_UNKNOWN;
	else
		make(exit->stamps, exit->probed, exit->tsc_call, false, out);
}

void lg_c_breakdown(const struct lg_exit *exit, const struct lg_enter *enter,
		 struct lg_breakdown *out)
{
	out->n = enter->n_stamps + 1;
	out->whole = enter->tsc - exit->tsc_back;
	if (enter->tsc < exit->tsc_back)
		out->state = LG_BREAKDOWN_UNKNOWN;
	else
		make(enter->stamps, exit->probed, exit->tsc_back, true, out);
}

static const char *name_of(const struct name *names, size_t n, const char *probe, bool claimed)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (!strcmp(names[i].probe, probe))
			return claimed ? names[i].claimed : names[i].name;
	return probe;
}

bool lg_phase_claimed(uint32_t i, uint32_t n)
{
	if (n != LG_NR_PROBES + 1)
		return false;
	return (i < LG_NR_PROBES && probes[i].claimed) || (i && probes[i - 1].claimed);
}

static const char *numbered(const char *what, uint32_t i)
{
	static char text[24];

	snprintf(text, sizeof(text), "%s %u", what, i);
	return text;
}

const char *lg_phase_name(uint32_t i, uint32_t n)
{
	if (n != LG_NR_PROBES + 1)
		return numbered("phase", i);
	return i < LG_NR_PROBES ? name_of(phase_names, N(phase_names), probes[i].name,
					  lg_phase_claimed(i, n)) : "back in C";
}

const char *lg_c_phase_name(uint32_t i, uint32_t n)
{
	if (n != LG_NR_C_PROBES + 1)
		return numbered("phase in C", i);
	return i < LG_NR_C_PROBES ? name_of(c_phase_names, N(c_phase_names), c_probes[i].name,
					    c_probes[i].claimed) : "Host CPU ready";
}

bool lg_breakdown_guest(const struct lg_breakdown *breakdown, uint64_t *from, uint64_t *to)
{
	*from = 0;
	if (breakdown->state != LG_BREAKDOWN_GOOD || breakdown->n != LG_NR_PROBES + 1)
		return false;
	for (uint32_t i = 0; i < LG_PROBE_GUEST_SAVED; i++)
		*from += breakdown->phase[i];
	*to = *from + breakdown->phase[LG_PROBE_GUEST_SAVED];
	return true;
}
