/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Checks a recording by reading it as `report` does; see verify.h. */
#include "run_folder.h"
#include "util/message.h"
#include "util/status.h"
#include "verify.h"

int verify_recording(const char *folder, int status)
{
	struct lg_options options = { 0 };
	struct run_folder run;

	if (run_folder_open(&run, folder) == STATUS_GOOD) {
		run_folder_analyse(&run, &options);
		if (run.analysed && run.status != STATUS_GOOD) {
			if (!run_folder_print_faults(&run))
				message_error("%s", run.why);
			status = status == STATUS_GOOD ? run.status : status;
		}
		if (json_integer_value(json_object_get(run.record, "slow_tsc")) &&
			 !json_is_true(json_object_get(run.record, "slow_seen")))
			message_warning("no switch took longer than that: the trace holds the "
					"last of the run");
	}
	run_folder_close(&run);
	return status;
}
