/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Of what each figure was drawn, see drawn.h. */
#include <stdlib.h>
#include <string.h>

#include "drawn.h"
#include "util/file.h"
#include "util/json.h"
#include "util/sha256.h"

/* The records hold the digests of the samples and of the trace; sysenter.csv has none. */
static char *digest_of_run(const char *run)
{
	static const char *const names[] = { "run.json", "record.json", "sysenter.csv" };
	char *all = text("%s", "");

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		char *path = text("%s/%s", run, names[i]);
		char *digest = exists(path) ? sha256_of(path) : NULL;
		char *longer = text("%s%s%.16s", all, i ? "-" : "", digest ? digest : "none");

		free(digest);
		free(path);
		free(all);
		all = longer;
	}
	return all;
}

static json_t *read_notes(const char *path)
{
	json_t *notes = json_load_file(path, 0, NULL);

	if (json_is_object(notes))
		return notes;
	json_decref(notes);
	return json_object();
}

bool drawn_note(const struct run_folder *run, const char *name)
{
	char *path = text("%s/figures/drawn.json", run->path), *digest = digest_of_run(run->path);
	char *svg = text("%s/figures/%s.svg", run->path, name), *sum = sha256_of(svg);
	json_t *notes = read_notes(path);
	bool good;

	json_object_set_new(notes, name, json_pack("{s:s, s:s?}", "run", digest, "svg", sum));
	good = json_write(notes, path);
	json_decref(notes);
	free(sum);
	free(svg);
	free(digest);
	free(path);
	return good;
}

static bool is_fresh(const char *source, const char *name, const char *sum)
{
	char *path = text("%s/figures/drawn.json", source), *digest = digest_of_run(source);
	json_t *notes = read_notes(path), *note = json_object_get(notes, name);
	const char *of = json_string_value(json_object_get(note, "run"));
	const char *svg = json_string_value(json_object_get(note, "svg"));
	bool fresh = of && svg && sum && !strcmp(of, digest) && !strcmp(svg, sum);

	json_decref(notes);
	free(digest);
	free(path);
	return fresh;
}

enum drawn drawn_state(const char *source, const char *name, const char *svg)
{
	enum drawn state;
	char *sum;

	if (!exists(svg))
		return DRAWN_NONE;
	sum = sha256_of(svg);
	state = is_fresh(source, name, sum) ? DRAWN_FRESH : DRAWN_STALE;
	free(sum);
	return state;
}
