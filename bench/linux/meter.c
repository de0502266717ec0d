/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * meter.c - the card is reached through sysfs, whose file `resource0` reads and writes the ports of
 * its BAR.
 */
#include <fcntl.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "meter.h"
#include "workload.h"

static int card = -1;
static uint32_t reading[METER_COUNTERS];	/* what reading adds to each counter */

static bool is_meter(const char *folder)
{
	char path[128], line[16] = "";
	FILE *file;

	snprintf(path, sizeof(path), "%s/vendor", folder);
	file = fopen(path, "r");
	if (!file)
		return false;
	if (!fgets(line, sizeof(line), file))
		line[0] = '\0';
	fclose(file);
	return strtoul(line, NULL, 16) == METER_VENDOR;
}

static void open_card(const char *folder)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/resource0", folder);
	card = open(path, O_RDWR | O_CLOEXEC);
}

void meter_read(uint32_t counters[METER_COUNTERS])
{
	uint32_t latch = 0;

	must(pwrite(card, &latch, sizeof(latch), METER_LATCH) == sizeof(latch), "the meter");
	for (unsigned int i = 0; i < METER_COUNTERS; i++)
		must(pread(card, &counters[i], 4, 4 * i) == 4, "the meter");
}

/* The smallest of several: a tick may fall into one. */
static void calibrate(void)
{
	uint32_t before[METER_COUNTERS], after[METER_COUNTERS];

	memset(reading, 0xff, sizeof(reading));
	for (int times = 0; times < 8; times++) {
		meter_read(before);
		meter_read(after);
		for (unsigned int i = 0; i < METER_COUNTERS; i++)
			if (after[i] - before[i] < reading[i])
				reading[i] = after[i] - before[i];
	}
}

bool meter_open(void)
{
	glob_t found;

	if (!glob("/sys/bus/pci/devices/*", 0, NULL, &found)) {
		for (size_t i = 0; i < found.gl_pathc && card < 0; i++)
			if (is_meter(found.gl_pathv[i]))
				open_card(found.gl_pathv[i]);
		globfree(&found);
	}
	if (card < 0)
		return false;
	calibrate();
	return true;
}

void meter_difference(const uint32_t before[METER_COUNTERS], const uint32_t after[METER_COUNTERS],
		      uint32_t exits[METER_COUNTERS])
{
	for (unsigned int i = 0; i < METER_COUNTERS; i++) {
		uint32_t all = after[i] - before[i];

		exits[i] = all > reading[i] ? all - reading[i] : 0;
	}
}

const char *meter_name(unsigned int counter)
{
	static const char *const names[METER_COUNTERS] = {
		[METER_SWITCHES] = "all",
#define LG_X(NAME, name) [METER_CLASSES + LG_CLASS_##NAME] = #name,
		LG_TRAP_CLASSES(LG_X)
#undef LG_X
#define LG_X(NAME, name) [METER_INSNS + LG_PRIVILEGED_##NAME] = "privileged." #name,
		LG_PRIVILEGED_INSNS(LG_X)
#undef LG_X
	};

	return names[counter];
}
