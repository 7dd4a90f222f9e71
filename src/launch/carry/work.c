/* SPDX-License-Identifier: MIT */
#include "launch/carry/work.h"

int carry_work_begin(struct carry_work *w, struct engine *g, struct ledger *ledger,
	const char *name, const struct launch_events *events, struct err *e)
{
	const struct carry_state *st = w->state;

	w->place = (struct porter_place){.g = g,
		.ledger = ledger,
		.volume = st->volume,
		.source = st->source,
		.name = name,
		.userns = st->userns,
		.uid = st->uid,
		.gid = st->gid};
	w->news.sink = events ? events->news : NULL;
	return carry_local_open(&w->local, w->dir, st->source, e);
}

void carry_work_end(struct carry_work *w, const struct launch_events *events)
{
	if (events && events->news_end)
		events->news_end(events->news->ctx);
	porter_close(w->porter);
	carry_local_close(&w->local);
	w->porter = NULL;
}
