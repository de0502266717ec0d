# SPDX-License-Identifier: GPL-2.0-or-later
# What an axis of samples measures, in OPERATION: the benchmark by its name if there is but one.
OPERATION_NAME = ""
OPERATION_ONE = 1
stats CSV using (OPERATION_ONE = OPERATION_ONE && (OPERATION_NAME eq "" || OPERATION_NAME eq strcol("bench")), OPERATION_NAME = strcol("bench"), 1) nooutput
OPERATION = "one ".(OPERATION_ONE ? OPERATION_NAME : "operation")." (".UNIT.")"
