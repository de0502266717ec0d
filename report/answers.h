/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a page opens with: questions, each answered in a few sentences made of the run's numbers. */
#ifndef REPORT_ANSWERS_H
#define REPORT_ANSWERS_H

#include "run_folder.h"

enum { MOST_ANSWERS = 8, ANSWER_FIGURES = 2 };

struct answer {
	const char *question;
	char *text;
	const char *shown[ANSWER_FIGURES];	/* that show it; NULL behind the last */
};

struct answers {
	struct answer one[MOST_ANSWERS];
	size_t n;
};

/* Those that the run has data for, in the order in which they are read. */
void answers_make(struct answers *answers, struct run_folder *run);
void answers_free(struct answers *answers);

#endif
