/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Compares the environments of two runs: they should have been made on the same machine. */
#ifndef REPORT_SURROUNDINGS_H
#define REPORT_SURROUNDINGS_H

#include "run_folder.h"

/* A line about each difference between the machines of two runs, in a new array of strings. */
json_t *surroundings_differ(const struct run_folder *first, const struct run_folder *last);

/* Warn of each of them; answers how many there are. */
size_t warn_of_surroundings(const struct run_folder *first, const struct run_folder *last);

#endif
