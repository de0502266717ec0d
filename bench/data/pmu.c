/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Counts of the perf interface in memory and as CSV. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "lg/grown.h"
#include "pmu.h"

void pmu_free(struct pmu *pmu)
{
	for (size_t i = 0; i < pmu->n; i++) {
		free(pmu->row[i].bench);
		free(pmu->row[i].variant);
		free(pmu->row[i].twin);
		free(pmu->row[i].event);
		free(pmu->row[i].ring);
	}
	free(pmu->row);
	memset(pmu, 0, sizeof(*pmu));
}

void pmu_add(struct pmu *pmu, const struct pmu_row *row)
{
	struct pmu_row *own;

	pmu->row = lg_grown(pmu->row, &pmu->room, pmu->n, sizeof(*pmu->row));
	own = &pmu->row[pmu->n++];
	*own = *row;
	own->bench = strdup(row->bench);
	own->variant = strdup(row->variant);
	own->twin = strdup(row->twin);
	own->event = strdup(row->event);
	own->ring = strdup(row->ring);
}

double pmu_per_sample(const struct pmu_row *row)
{
	return ((double)row->more_count - (double)row->fewer_count) / (row->more - row->fewer);
}

void pmu_write(const struct pmu *pmu, FILE *stream)
{
	fputs(PMU_HEADER "\n", stream);
	for (size_t i = 0; i < pmu->n; i++) {
		const struct pmu_row *row = &pmu->row[i];

		fprintf(stream, "%s,%s,%s,%u,%u,%s,%s,%u,%" PRIu64 ",%u,%" PRIu64 "\n", row->bench,
			row->variant, row->twin, row->boot, row->run, row->event, row->ring,
			row->fewer, row->fewer_count, row->more, row->more_count);
	}
}

#define WORD "%63[A-Za-z0-9_.+-]"

static bool read_row(struct pmu *pmu, const char *line)
{
	char bench[64], variant[64], twin[64], event[64], ring[64];
	struct pmu_row row = {
		.bench = bench, .variant = variant, .twin = twin, .event = event, .ring = ring,
	};
	int end = -1;

	if (sscanf(line, WORD "," WORD "," WORD ",%u,%u," WORD "," WORD ",%u,%" SCNu64 ",%u,%"
		   SCNu64 "\n%n", bench, variant, twin, &row.boot, &row.run, event, ring,
		   &row.fewer, &row.fewer_count, &row.more, &row.more_count, &end) != 11 ||
	    end < 0 || line[end] || row.more <= row.fewer)
		return false;
	pmu_add(pmu, &row);
	return true;
}

bool pmu_read(struct pmu *pmu, FILE *stream, char why[PMU_WHY])
{
	char *line = NULL;
	size_t room = 0, number = 0;
	bool good = true;

	while (good && getline(&line, &room, stream) > 0)
		good = number++ ? read_row(pmu, line) : !strcmp(line, PMU_HEADER "\n");
	if (!good)
		snprintf(why, PMU_WHY, "line %zu of " PMU_FILE " makes no sense", number);
	free(line);
	return good;
}
