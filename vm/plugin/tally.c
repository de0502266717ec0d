/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Keeps tallies and writes them to files. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lg/grown.h"
#include "tally.h"

static const char *const op_names[LG_NR_OPS] = {
	"none",
#define LG_X(NAME, name) #name,
	LG_OPS(LG_X)
#undef LG_X
};

static const char *const where_names[LG_NR_WHERES] = {
#define LG_X(NAME, name) #name,
	LG_WHERES(LG_X)
#undef LG_X
};

uint64_t tally_ticks(const struct tally *tally)
{
	uint64_t ticks = 0;

	for (int i = 0; i < LG_NR_WHERES; i++)
		ticks += tally->insns[i] - tally->abandoned[i] + tally->overcounted[i];
	return ticks;
}

void profile_add(struct profile *profile, uint32_t va, enum lg_where where, uint64_t insns)
{
	profile->place = lg_grown(profile->place, &profile->room, profile->n,
				  sizeof(*profile->place));
	profile->place[profile->n++] = (struct place){ va, (uint8_t)where, 1, insns };
}

static int by_address(const void *a, const void *b)
{
	const struct place *x = a, *y = b;

	if (x->va != y->va)
		return x->va < y->va ? -1 : 1;
	return (int)x->where - (int)y->where;
}

void profile_fold(struct profile *profile)
{
	size_t kept = 0;

	qsort(profile->place, profile->n, sizeof(*profile->place), by_address);
	for (size_t i = 0; i < profile->n; i++) {
		struct place *last = &profile->place[kept - 1], *now = &profile->place[i];

		if (kept && !by_address(last, now)) {
			last->times += now->times;
			last->insns += now->insns;
		} else {
			profile->place[kept++] = *now;
		}
	}
	profile->n = kept;
}

static void profile_copy(struct profile *to, const struct profile *from)
{
	to->place = reallocarray(NULL, from->n + 1, sizeof(*to->place));
	if (!to->place)
		abort();
	memcpy(to->place, from->place, from->n * sizeof(*to->place));
	to->n = from->n;
	profile_fold(to);
}

void series_add(struct series *series, const struct tally *tally, const struct profile *profile)
{
	size_t i;

	for (i = 0; i < series->patterns; i++)
		if (!memcmp(&series->pattern[i].tally, tally, sizeof(*tally)))
			break;
	if (i == series->patterns) {
		series->pattern = lg_grown(series->pattern, &series->pattern_room, i,
					   sizeof(*series->pattern));
		series->pattern[series->patterns++] = (struct pattern){ .tally = *tally };
		profile_copy(&series->pattern[i].profile, profile);
	}
	series->pattern[i].samples++;
	series->sample = lg_grown(series->sample, &series->sample_room, series->samples,
				  sizeof(*series->sample));
	series->sample[series->samples++] = (uint32_t)i;
}

void series_clear(struct series *series)
{
	for (size_t i = 0; i < series->patterns; i++)
		free(series->pattern[i].profile.place);
	series->patterns = series->samples = 0;
}

static FILE *open_in(const char *folder, const char *name, const char *header)
{
	char *path;
	FILE *file;

	if (asprintf(&path, "%s/%s", folder, name) < 0)
		abort();
	file = fopen(path, "w");
	if (!file)
		fprintf(stderr, "ops: cannot write %s: %s\n", path, strerror(errno));
	else
		fprintf(file, "%s\n", header);
	free(path);
	return file;
}

bool files_open(struct files *files, const char *folder)
{
	files->ops = open_in(folder, "ops.csv", "window,pattern,samples,where,what,count");
	files->samples = open_in(folder, "samples.csv", "window,index,pattern,ticks");
	files->blocks = open_in(folder, "blocks.csv",
				   "window,pattern,samples,where,address,times,insns");
	return files->ops && files->samples && files->blocks;
}

void files_close(struct files *files)
{
	fclose(files->ops);
	fclose(files->samples);
	fclose(files->blocks);
}

static void write_row(struct files *files, const char *window, size_t pattern, uint64_t samples,
		      int where, const char *what, uint64_t count)
{
	if (count)
		fprintf(files->ops, "%s,%zu,%llu,%s,%s,%llu\n", window, pattern,
			(unsigned long long)samples, where_names[where], what,
			(unsigned long long)count);
}

void write_tally(struct files *files, const char *window, size_t pattern, uint64_t samples,
		 const struct tally *tally)
{
	for (int i = 0; i < LG_NR_WHERES; i++) {
		write_row(files, window, pattern, samples, i, "insns",
			  tally->insns[i] - tally->abandoned[i]);
		write_row(files, window, pattern, samples, i, "abandoned", tally->abandoned[i]);
		write_row(files, window, pattern, samples, i, "unsure", tally->unsure[i]);
		write_row(files, window, pattern, samples, i, "overcounted",
			  tally->overcounted[i]);
		for (int op = 1; op < LG_NR_OPS; op++)
			write_row(files, window, pattern, samples, i, op_names[op],
				  tally->ops[i][op]);
	}
	fflush(files->ops);
}

void write_profile(struct files *files, const char *window, size_t pattern,
		   const struct pattern *of)
{
	for (size_t i = 0; i < of->profile.n; i++) {
		const struct place *place = &of->profile.place[i];

		fprintf(files->blocks, "%s,%zu,%llu,%s,%08x,%u,%llu\n", window, pattern,
			(unsigned long long)of->samples, where_names[place->where], place->va,
			place->times, (unsigned long long)place->insns);
	}
	fflush(files->blocks);
}

void write_series(struct files *files, const char *window, const struct series *series)
{
	for (size_t i = 0; i < series->patterns; i++) {
		write_tally(files, window, i, series->pattern[i].samples,
			    &series->pattern[i].tally);
		write_profile(files, window, i, &series->pattern[i]);
	}
	for (size_t i = 0; i < series->samples; i++)
		fprintf(files->samples, "%s,%zu,%u,%llu\n", window, i, series->sample[i],
			(unsigned long long)tally_ticks(&series->pattern[series->sample[i]].tally));
	fflush(files->samples);
}

void write_error(struct files *files, const char *window, const char *what)
{
	fprintf(files->ops, "%s,0,0,error,%s,1\n", window, what);
	fflush(files->ops);
	fprintf(stderr, "ops: %s: %s\n", window, what);
}
