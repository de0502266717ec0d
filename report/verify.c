/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Is a recording whole?  Read back as `report` would, and said event by event. */
#include "run_folder.h"
#include "util/message.h"
#include "util/status.h"
#include "verify.h"

enum { SHOWN = 16 };

static void say_missing(const struct run_folder *run)
{
	struct lg_fault fault[SHOWN];
	size_t n = lg_loss_faults(&run->tally.loss, fault, SHOWN);
	char line[200];

	for (size_t i = 0; i < n && i < SHOWN; i++) {
		lg_fault_text(&run->tally.loss, &fault[i], line, sizeof(line));
		message_error("%s", line);
	}
	if (n > SHOWN)
		message_error("%zu more faults", n - SHOWN);
	if (!n)
		message_error("%s", run->why);
}

int verify_recording(const char *folder, int status)
{
	struct lg_options options = { 0 };
	struct run_folder run;

	if (run_folder_open(&run, folder) == STATUS_GOOD) {
		run_folder_analyse(&run, &options);
		if (run.analysed && run.status != STATUS_GOOD) {
			say_missing(&run);
			status = status == STATUS_GOOD ? run.status : status;
		}
		if (json_integer_value(json_object_get(run.record, "slow_tsc")) &&
			 !json_is_true(json_object_get(run.record, "slow_seen")))
			message_warning("no switch took longer than that: the trace holds the last of the run");
	}
	run_folder_close(&run);
	return status;
}
