/* SPDX-License-Identifier: GPL-2.0-or-later */
/* JSON files, and the record of the program that wrote them; see json.h. */
#include "file.h"
#include "json.h"
#include "version.h"

json_t *tool_record(void)
{
	return json_pack("{s:s, s:s, s:s, s:b}", "name", "switchyard", "version",
			 SWITCHYARD_VERSION, "commit", SWITCHYARD_COMMIT, "dirty",
			 SWITCHYARD_DIRTY);
}

json_t *words_json(const struct words *words)
{
	json_t *record = json_array();

	for (size_t i = 0; i < words->n; i++)
		json_array_append_new(record, json_string(words->word[i]));
	return record;
}

bool words_from_json(struct words *words, const json_t *json)
{
	json_t *word;
	size_t i;

	words_free(words);
	json_array_foreach(json, i, word)
		if (json_is_string(word))
			words_add(words, json_string_value(word));
	return json_is_array(json) && words->n == json_array_size(json);
}

bool json_write(const json_t *json, const char *path)
{
	struct whole_file file;

	if (!whole_open(&file, path))
		return false;
	json_dumpf(json, file.stream, JSON_INDENT(1) | JSON_REAL_PRECISION(15));
	fputc('\n', file.stream);
	return whole_commit(&file);
}
