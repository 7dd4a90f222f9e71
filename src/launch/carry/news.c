/* SPDX-License-Identifier: MIT */
#include "launch/carry/news.h"

#include "base/clock.h"
#include "base/mem.h"

enum { STEP = 1 };
static const double OFTEN_S = 0.1, SOON_S = 1;

static void tell(const struct carry_news *n, struct progress p)
{
	p.step = STEP;
	if (n->sink && n->sink->event)
		n->sink->event(n->sink->ctx, &p);
}

void carry_news_begin(struct carry_news *n, int64_t total, const char *fmt, ...)
{
	AUTO_FREE char *name = NULL;
	va_list ap;

	va_start(ap, fmt);
	name = xvasprintf(fmt, ap);
	va_end(ap);
	n->total = total;
	n->done = 0;
	n->begin = n->told = clock_seconds();
	tell(n, (struct progress){.kind = PROGRESS_START, .name = name});
}

void carry_news_add(struct carry_news *n, int64_t bytes)
{
	double now, spent;

	n->done += bytes;
	now = clock_seconds();
	if (now - n->told < OFTEN_S)
		return;
	n->told = now;
	spent = now - n->begin;
	tell(n, (struct progress){.kind = PROGRESS_STATUS,
			.current = n->done,
			.total = n->total,
			/* what is left of the time, once that can be told */
			.seconds = spent < SOON_S || !n->done || n->done > n->total
					   ? 0
					   : spent / (double)n->done *
						     (double)(n->total - n->done)});
}

void carry_news_end(struct carry_news *n)
{
	tell(n, (struct progress){
			.kind = PROGRESS_DONE, .seconds = clock_seconds() - n->begin});
}
