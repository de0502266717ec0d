/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Puts the environment record together; see env.h. */
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "env.h"
#include "machine.h"
#include "util/file.h"
#include "util/json.h"
#include "util/process.h"
#include "util/words.h"

enum { FIXED = 6 };
static const char *const fixed[FIXED] = {
	"switchyard.ko", "lttng-probe-lg.ko", "lttng-clock-lg.ko", "lg", "switchyard",
	"variants.list",
};

/* In the payload a file's name is its path from there; an installed module's is the file's own. */
static const char *name_of(const char *path, const char *payload)
{
	size_t prefix = strlen(payload);

	if (!strncmp(path, payload, prefix) && path[prefix] == '/')
		return path + prefix + 1;
	return strrchr(path, '/') ? strrchr(path, '/') + 1 : path;
}

/* Lines of sha256sum: 64 digits, two characters, the path. */
static void read_sums(json_t *record, const char *path, const char *payload)
{
	FILE *file = fopen(path, "r");
	char line[4352];

	while (file && fgets(line, sizeof(line), file)) {
		line[strcspn(line, "\n")] = '\0';
		if (strlen(line) <= 66 || line[64] != ' ')
			continue;
		line[64] = '\0';
		json_object_set_new(record, name_of(line + 66, payload), json_string(line));
	}
	if (file)
		fclose(file);
}

/* A module that the payload has not is the running kernel's own. */
static char *place_of(const char *payload, const char *name)
{
	char *path = text("%s/%s", payload, name), *installed;

	installed = exists(path) ? NULL : machine_module(name);
	if (!installed)
		return path;
	free(path);
	return installed;
}

json_t *env_hashes(const char *payload, const struct words *benches, const char *scratch)
{
	char **argv = calloc(FIXED + benches->n + 3, sizeof(*argv));
	char *output = text("%s/sha256", scratch);
	json_t *record = json_object();
	size_t n = 0;

	if (!argv)
		abort();
	argv[n++] = text("/usr/bin/sha256sum");
	for (size_t i = 0; i < FIXED; i++)
		argv[n++] = place_of(payload, fixed[i]);
	for (size_t i = 0; i < benches->n; i++)
		argv[n++] = text("%s/guests/bench/%s", payload, benches->word[i]);
	if (run_program(argv, output) >= 0)
		read_sums(record, output, payload);
	unlink(output);
	while (n)
		free(argv[--n]);
	free(argv);
	free(output);
	return record;
}

static json_t *workstation_record(void)
{
	char *cpu = machine_cpuinfo("model name");
	struct utsname name;
	json_t *record;

	uname(&name);
	record = json_pack("{s:s, s:s, s:s*, s:i}", "kernel", name.release, "architecture",
			   name.machine, "cpu", cpu, "cpus", (int)sysconf(_SC_NPROCESSORS_ONLN));
	free(cpu);
	return record;
}

/* What differs from boot to boot. */
static json_t *boots_record(const json_t *boots)
{
	json_t *records = json_array(), *boot;
	size_t i;

	json_array_foreach(boots, i, boot) {
		const json_t *machine = json_object_get(boot, "machine");
		json_t *record = json_object();

		json_object_set(record, "id", json_object_get(boot, "boot"));
		json_object_set(record, "date", json_object_get(machine, "date"));
		json_object_set(record, "clock", json_object_get(machine, "clock"));
		json_object_set(record, "layout", json_object_get(machine, "layout"));
		json_array_append_new(records, record);
	}
	return records;
}

json_t *env_join(const struct env_workstation *workstation, const json_t *boots)
{
	json_t *machine = json_object_get(json_array_get(boots, 0), "machine");
	json_t *clock = json_object_get(machine, "clock");
	char *date = time_text();
	json_t *record = json_object();

	json_object_set_new(record, "schema", json_string("switchyard-env-1"));
	json_object_set_new(record, "tool", tool_record());
	json_object_set_new(record, "date", json_string(date));
	json_object_set_new(record, "seed", json_integer((json_int_t)workstation->plan->seed));
	json_object_set_new(record, "profile", json_string(workstation->plan->profile));
	json_object_set(record, "tier", json_object_get(clock, "tier"));
	json_object_set(record, "tier_why", json_object_get(clock, "why"));
	json_object_set(record, "lab", workstation->lab ? workstation->lab : json_null());
	json_object_set(record, "machine", machine ? machine : json_null());
	json_object_set_new(record, "boots", boots_record(boots));
	json_object_set_new(record, "workstation", workstation_record());
	json_object_set_new(record, "files", env_hashes(workstation->payload,
							&workstation->plan->benches,
							workstation->scratch));
	free(date);
	return record;
}
