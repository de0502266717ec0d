/* SPDX-License-Identifier: GPL-2.0-or-later */
/* World switches as CSV lines; an interval that is not known is an empty cell. */
#include <ctype.h>
#include <inttypes.h>

#include "lg/probe.h"

#include "pairs_csv.h"

/* Write a name in lower case, with one '_' for each run of other characters than letters and
 * digits. */
static void column(FILE *out, const char *name)
{
	bool gap = false;

	putc(',', out);
	for (; *name; name++) {
		if (!isalnum((unsigned char)*name)) {
			gap = true;
			continue;
		}
		if (gap)
			putc('_', out);
		gap = false;
		putc(tolower((unsigned char)*name), out);
	}
}

static void header(struct lg_pairs_csv *csv, uint32_t n_phases, uint32_t n_c_phases)
{
	uint32_t i;

	fputs("time,cpu,guest,variant,twin,exit,number,error,cr2,eip,ring,seq,state,"
	      "entry,trip,handling,inner_events,hypercall,breakdown", csv->out);
	for (i = 0; i < n_phases; i++)
		column(csv->out, lg_phase_name(i, n_phases));
	for (i = 0; i < n_c_phases; i++)
		column(csv->out, lg_c_phase_name(i, n_c_phases));
	putc('\n', csv->out);
	csv->n_phases = n_phases;
	csv->n_c_phases = n_c_phases;
}

static void interval(FILE *out, bool known, uint64_t value)
{
	putc(',', out);
	if (known)
		fprintf(out, "%" PRIu64, value);
}

static void phases(FILE *out, const struct lg_breakdown *breakdown, uint32_t columns)
{
	uint32_t i;

	for (i = 0; i < columns; i++)
		interval(out, breakdown->state == LG_BREAKDOWN_GOOD && i < breakdown->n,
			 breakdown->phase[i]);
}

void lg_pairs_csv(const struct lg_pair *pair, void *arg)
{
	const struct lg_exit *exit = &pair->exit.exit;
	struct lg_pairs_csv *csv = arg;

	if (!csv->n_phases)
		header(csv, pair->breakdown.n, pair->c_breakdown.n ? pair->c_breakdown.n :
		       LG_NR_C_PROBES + 1);
	fprintf(csv->out, "%" PRIu64 ",%u,%u,%s,%s,%s,%u,0x%x,0x%x,0x%x,%u,%u,%s",
		pair->exit.ts, pair->exit.cpu, pair->exit.guest,
		lg_name_of(csv->names, pair->exit.variant),
		lg_name_of(csv->names, pair->exit.twin), lg_name_of(csv->names, exit->exit),
		exit->number, exit->error, exit->cr2, exit->eip, exit->ring, pair->exit.seq,
		lg_pair_state_name(pair->state));
	interval(csv->out, pair->has_entry, pair->entry);
	interval(csv->out, pair->has_trip, pair->trip);
	interval(csv->out, pair->state == LG_PAIR_TIMED, pair->handling);
	fprintf(csv->out, ",%u,%s,%s", pair->inner,
		pair->hypercall ? lg_name_of(csv->names, pair->hypercall) : "",
		lg_breakdown_state_name(pair->breakdown.state));
	phases(csv->out, &pair->breakdown, csv->n_phases);
	phases(csv->out, &pair->c_breakdown, csv->n_c_phases);
	putc('\n', csv->out);
}

void lg_pairs_csv_end(struct lg_pairs_csv *csv)
{
	if (!csv->n_phases)
		header(csv, 1, 1);
}
