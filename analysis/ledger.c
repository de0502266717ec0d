/* SPDX-License-Identifier: GPL-2.0-or-later */
/*T:106 Phases of a world switch from untrusted stamps, see ledger.h. */
#include <stdio.h>
#include <string.h>

#include "lg/probe.h"

#include "ledger.h"

static const char * const state_names[LG_LEDGER_STATES] = {
	"plain", "good", "forged", "empty", "long", "unknown",
};

/* A phase is named after the probe that ends it; the last ends in C. */
static const struct {
	const char *probe, *name;
} phase_names[] = {
	{ "host_saved", "Host saved" }, { "tables_out", "Host tables left" },
	{ "tr_out", "Guest TR" }, { "cr3_out", "Guest CR3" },
	{ "guest_regs", "Guest registers" }, { "guest_saved", "in the Guest" },
	{ "cr3_in", "Host CR3" }, { "tables_in", "Host tables" },
	{ "tr_in", "Host TR" }, { "host_regs", "Host registers" },
};

static const char * const probes[] = {
#define LG_X(SYMBOL, name, world) #name,
	LG_PROBES(LG_X)
#undef LG_X
};

const char *lg_ledger_state_name(enum lg_ledger_state state)
{
	return state < LG_LEDGER_STATES ? state_names[state] : "?";
}

static bool any_stamp(const struct lg_exit *exit)
{
	uint32_t i;

	for (i = 0; i < exit->n_stamps; i++)
		if (exit->stamps[i])
			return true;
	return false;
}

/* Offsets from tsc_call modulo 2^32: they must rise, and end within the whole. */
static enum lg_ledger_state fill(const struct lg_exit *exit, struct lg_ledger *out)
{
	uint32_t base = (uint32_t)exit->tsc_call, last = 0, i;

	for (i = 0; i < exit->n_stamps; i++) {
		uint32_t offset = exit->stamps[i] - base;

		if (offset < last || offset > out->whole)
			return LG_LEDGER_FORGED;
		out->phase[i] = offset - last;
		last = offset;
	}
	out->phase[i] = out->whole - last;
	return LG_LEDGER_GOOD;
}

void lg_ledger(const struct lg_exit *exit, struct lg_ledger *out)
{
	bool any = any_stamp(exit);

	out->n = exit->n_stamps + 1;
	out->whole = exit->tsc_back - exit->tsc_call;
	if (!exit->probed)
		out->state = any ? LG_LEDGER_FORGED : LG_LEDGER_PLAIN;
	else if (!any)
		out->state = LG_LEDGER_EMPTY;
	else
		out->state = LG_LEDGER_GOOD;
	if (!exit->tsc_call || exit->tsc_back < exit->tsc_call)
		out->state = LG_LEDGER_UNKNOWN;
	else if (out->state == LG_LEDGER_GOOD && out->whole >> 32)
		out->state = LG_LEDGER_LONG;
	if (out->state == LG_LEDGER_GOOD)
		out->state = fill(exit, out);
}

const char *lg_phase_name(uint32_t i, uint32_t n)
{
	static char number[16];
	size_t j;

	if (n != LG_NR_PROBES + 1) {
		snprintf(number, sizeof(number), "phase %u", i);
		return number;
	}
	if (i >= LG_NR_PROBES)
		return "back in C";
	for (j = 0; j < sizeof(phase_names) / sizeof(phase_names[0]); j++)
		if (!strcmp(phase_names[j].probe, probes[i]))
			return phase_names[j].name;
	return probes[i];
}

bool lg_ledger_guest(const struct lg_ledger *ledger, uint64_t *from, uint64_t *to)
{
	*from = 0;
	for (uint32_t i = 0; ledger->state == LG_LEDGER_GOOD && i < ledger->n; i++) {
		*to = *from + ledger->phase[i];
		if (!strcmp(lg_phase_name(i, ledger->n), "in the Guest"))
			return true;
		*from = *to;
	}
	return false;
}
