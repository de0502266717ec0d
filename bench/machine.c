/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads /proc, /sys and the counter itself; see machine.h. */
#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include "util/file.h"
#include "lg/dev.h"
#include "machine.h"
#include "prepare.h"

static uint64_t read_tsc(void)
{
	uint32_t low, high;

	__asm__ volatile("lfence; rdtsc" : "=a"(low), "=d"(high) : : "memory");
	return (uint64_t)high << 32 | low;
}

/* Two instructions a turn, so the loop's length is known exactly. */
static uint64_t loop_once(void)
{
	unsigned long turns = MACHINE_LOOP_INSNS / 2;
	uint64_t before = read_tsc();

	__asm__ volatile("1: dec %0; jnz 1b" : "+r"(turns) : : "cc");
	return read_tsc() - before;
}

/* The smallest of some tries has no interrupt in it. */
uint64_t machine_loop_ticks(void)
{
	uint64_t least = UINT64_MAX;

	for (int i = 0; i < 10; i++) {
		uint64_t ticks = loop_once();

		if (ticks < least)
			least = ticks;
	}
	return least;
}

const char *tier_name(enum tier tier)
{
	static const char *const names[] = { "insns", "cycles", "rehearsal" };

	return names[tier];
}

const char *tier_unit(enum tier tier)
{
	static const char *const units[] = { "insns", "cycles", "ticks" };

	return units[tier];
}

/*
 * A clock that counts instructions reads the loop's length and the few
 * instructions of the reading.  No CPU does that: one that retires an
 * instruction a cycle would still disagree by more than a few in 200,000.
 */
enum tier machine_tier(char why[MACHINE_WHY])
{
	uint64_t ticks = machine_loop_ticks();
	bool counts = ticks >= MACHINE_LOOP_INSNS && ticks < MACHINE_LOOP_INSNS + 32;
	bool emulated = machine_has_flag("hypervisor") && !machine_has_flag("nonstop_tsc");
	bool invariant = machine_has_flag("constant_tsc") && machine_has_flag("nonstop_tsc");

	if (why)
		snprintf(why, MACHINE_WHY,
			 "%d instructions took %llu ticks of the TSC, which is%s invariant%s",
			 MACHINE_LOOP_INSNS, (unsigned long long)ticks, invariant ? "" : " not",
			 emulated ? " and is emulated" : "");
	if (counts)
		return TIER_INSNS;
	return invariant && !emulated ? TIER_CYCLES : TIER_REHEARSAL;
}

char *machine_cpuinfo(const char *name)
{
	FILE *file = fopen("/proc/cpuinfo", "r");
	char *line = NULL, *found = NULL;
	size_t room = 0, length = strlen(name);

	while (file && !found && getline(&line, &room, file) > 1) {
		char *colon = strchr(line, ':');

		if (!colon || strncmp(line, name, length) ||
		    !strchr("\t :", line[length]))
			continue;
		colon[strcspn(colon, "\n")] = '\0';
		found = strdup(colon[1] ? colon + 2 : "");
	}
	if (file)
		fclose(file);
	free(line);
	return found;
}

bool machine_has_flag(const char *flag)
{
	char *flags = machine_cpuinfo("flags"), *rest = flags, *word;
	bool found = false;

	while (flags && (word = strsep(&rest, " ")))
		found |= !strcmp(word, flag);
	free(flags);
	return found;
}

const char *machine_kernel(void)
{
	static struct utsname name;

	if (!*name.release)
		uname(&name);
	return name.release;
}

/* Debian says it in the name; a kernel of another make says it in its configuration. */
bool machine_kernel_has_pae(void)
{
	char *path = text("/boot/config-%s", machine_kernel());
	FILE *file = fopen(path, "r");
	bool pae = strstr(machine_kernel(), "pae") != NULL;
	char line[256];

	while (file && fgets(line, sizeof(line), file))
		pae |= !strcmp(line, "CONFIG_X86_PAE=y\n");
	if (file)
		fclose(file);
	free(path);
	return pae;
}

/* Lines of modules.dep begin with a path, which is relative, and a colon. */
char *machine_module(const char *file)
{
	char *folder = text("/lib/modules/%s", machine_kernel());
	char *path = text("%s/modules.dep", folder), *line = NULL, *found = NULL;
	FILE *modules = fopen(path, "r");
	size_t room = 0;

	while (!found && modules && getline(&line, &room, modules) > 0) {
		char *name;

		line[strcspn(line, ":")] = '\0';
		name = strrchr(line, '/');
		if (name && !strcmp(name + 1, file))
			found = text("%s/%s", folder, line);
	}
	if (modules)
		fclose(modules);
	free(line);
	free(path);
	free(folder);
	return found;
}

char *time_text(void)
{
	time_t now = time(NULL);
	char buffer[32];

	strftime(buffer, sizeof(buffer), "%Y-%m-%dT%H:%M:%SZ", gmtime(&now));
	return strdup(buffer);
}

/* Set key to a string that is then freed; null if there is none. */
static void set_text(json_t *object, const char *key, char *value)
{
	json_object_set_new(object, key, value ? json_string(value) : json_null());
	free(value);
}

/* Every file of a /sys folder by its first line. */
static json_t *folder_record(const char *path)
{
	json_t *record = json_object();
	DIR *folder = opendir(path);
	struct dirent *entry;

	while (folder && (entry = readdir(folder))) {
		char *name;

		if (entry->d_name[0] == '.')
			continue;
		name = text("%s/%s", path, entry->d_name);
		set_text(record, entry->d_name, first_line(name));
		free(name);
	}
	if (folder)
		closedir(folder);
	return record;
}

static json_t *cpu_record(void)
{
	static const char *const fields[][2] = {
		{ "vendor", "vendor_id" }, { "model", "model name" },
		{ "family", "cpu family" }, { "model_number", "model" },
		{ "stepping", "stepping" }, { "microcode", "microcode" },
	};
	json_t *record = json_object();

	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		set_text(record, fields[i][0], machine_cpuinfo(fields[i][1]));
	json_object_set_new(record, "online", json_integer(sysconf(_SC_NPROCESSORS_ONLN)));
	return record;
}

static json_t *clock_record(void)
{
	json_t *record = json_object();
	char why[MACHINE_WHY];
	enum tier tier = machine_tier(why);

	json_object_set_new(record, "tier", json_string(tier_name(tier)));
	json_object_set_new(record, "unit", json_string(tier_unit(tier)));
	json_object_set_new(record, "why", json_string(why));
	json_object_set_new(record, "fenced", json_boolean(__builtin_cpu_supports("sse2")));
	set_text(record, "source",
		 first_line("/sys/devices/system/clocksource/clocksource0/current_clocksource"));
	return record;
}

/* {"classic plain": hash of the blob's sources, ...}, from the loaded module. */
static json_t *blobs_record(int fd)
{
	static const char *const twins[LG_TWINS] = { "plain", "probed" };
	struct lg_variant variant = { .index = 0 };
	json_t *record = json_object();

	for (__u32 i = 0; i < 2 * 64; i++) {
		char *name;

		variant.index = i / LG_TWINS;
		variant.twin = i % LG_TWINS;
		if (ioctl(fd, LG_VARIANT, &variant) < 0)
			break;
		name = text("%.*s %s", LG_NAME_BYTES, variant.name, twins[variant.twin]);
		json_object_set_new(record, name,
				    json_stringn(variant.hash, strnlen(variant.hash,
								       sizeof(variant.hash))));
		free(name);
	}
	return record;
}

static json_t *module_record(void)
{
	int fd = open("/dev/switchyard", O_RDWR | O_CLOEXEC);
	struct lg_version version;
	json_t *record = json_object();

	set_text(record, "lttng_tracer", first_line("/sys/module/lttng_tracer/version"));
	if (fd < 0)
		return record;
	if (ioctl(fd, LG_VERSION, &version) == 0)
		json_object_set_new(record, "switchyard_build",
				    json_stringn(version.build, strnlen(version.build,
									sizeof(version.build))));
	json_object_set_new(record, "blobs", blobs_record(fd));
	close(fd);
	return record;
}

/* An address, as `format` finds it in the first line of a file that holds `word`. */
static char *address_of(const char *path, const char *word, const char *format)
{
	FILE *file = fopen(path, "r");
	char *line = NULL, address[20] = "";
	size_t room = 0;

	while (file && !*address && getline(&line, &room, file) > 0)
		if (strstr(line, word))
			sscanf(line, format, address);
	if (file)
		fclose(file);
	free(line);
	return *address ? strdup(address) : NULL;
}

/* Where this boot has put kernel, module and Switcher: counts must not depend on it. */
static json_t *layout_record(void)
{
	json_t *record = json_object();
	const char *shown = "/sys/kernel/debug/switchyard/layout";

	set_text(record, "kernel", address_of("/proc/kallsyms", " _stext\n", "%19s"));
	set_text(record, "module", address_of("/proc/modules", "switchyard ",
						"%*s %*s %*s %*s %*s %19s"));
	set_text(record, "switcher", address_of(shown, "switcher ", "%*s %19s"));
	set_text(record, "classic_stubs", address_of(shown, " classic plain\n", "%*s %19s"));
	set_text(record, "seed", first_line("/sys/module/switchyard/parameters/layout"));
	return record;
}

json_t *machine_record(void)
{
	json_t *record = json_object();

	set_text(record, "kernel", strdup(machine_kernel()));
	set_text(record, "kernel_build", first_line("/proc/version"));
	set_text(record, "command_line", first_line("/proc/cmdline"));
	json_object_set_new(record, "cpu", cpu_record());
	json_object_set_new(record, "mitigations",
			    folder_record("/sys/devices/system/cpu/vulnerabilities"));
	json_object_set_new(record, "clock", clock_record());
	json_object_set_new(record, "layout", layout_record());
	json_object_set_new(record, "modules", module_record());
	if (exists(PREPARED))
		json_object_set_new(record, "changed", prepare_record(""));
	set_text(record, "date", time_text());
	return record;
}
