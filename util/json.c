/* SPDX-License-Identifier: GPL-2.0-or-later */
/* JSON files, and what each says of the program that wrote it. */
#include "file.h"
#include "json.h"
#include "version.h"

json_t *tool_record(void)
{
	return json_pack("{s:s, s:s, s:s, s:b}", "name", "switchyard", "version",
			 SWITCHYARD_VERSION, "commit", SWITCHYARD_COMMIT, "dirty",
			 SWITCHYARD_DIRTY);
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
