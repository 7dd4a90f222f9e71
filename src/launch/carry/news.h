/* SPDX-License-Identifier: MIT */
/* How far a carrying is, for whoever watches. */
#ifndef CNNRUN_LAUNCH_CARRY_NEWS_H
#define CNNRUN_LAUNCH_CARRY_NEWS_H

#include "plan/progress.h"

struct carry_news {
	const struct progress_sink *sink; /* NULL = nobody does */
	int64_t done, total;              /* bytes */
	double begin, told;               /* seconds */
};
__attribute__((format(printf, 3, 4))) void carry_news_begin(
	struct carry_news *n, int64_t total, const char *fmt, ...);
void carry_news_add(struct carry_news *n, int64_t bytes);
void carry_news_end(struct carry_news *n);

#endif
