/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Two runs differ in what they measure; in the machine that they were made on they should not. */
#ifndef REPORT_SURROUNDINGS_H
#define REPORT_SURROUNDINGS_H

#include "run_folder.h"

/* Warn of each difference between the machines of two runs; answers how many there are. */
size_t warn_of_surroundings(const struct run_folder *first, const struct run_folder *last);

#endif
