/* SPDX-License-Identifier: MIT */
#include "cli/face/hooks.h"

#include "cli/face/consent.h"
#include "cli/face/progress.h"

static void news(void *ctx, const struct progress *p)
{
	struct cli *c = ctx;
	struct progress_sink view;

	if (!c->news)
		c->news = progress_view_new(2);
	view = progress_view_sink(c->news);
	view.event(view.ctx, p);
}

static void news_end(void *ctx)
{
	struct cli *c = ctx;

	if (c->news)
		progress_view_end(c->news);
	c->news = NULL;
}

struct run_hooks terminal_hooks(struct cli *c)
{
	return (struct run_hooks){
		.consent = consent_of(c), .news = {news, c}, .news_end = news_end};
}
