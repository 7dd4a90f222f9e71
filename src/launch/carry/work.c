/* SPDX-License-Identifier: MIT */
#include "launch/carry/work.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/path.h"

int carry_source(const struct carry_state *st, struct err *e)
{
	int fd = open(st->source, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	AUTO_FREE char *real = fd < 0 ? NULL : path_of(fd);

	if (real && !strcmp(real, st->source))
		return fd;
	if (fd >= 0) {
		close(fd);
		errno = ELOOP;
	}
	return err_errno(e, "%s", st->source);
}

int carry_work_begin(struct carry_work *w, struct engine *g, struct ledger *ledger,
	const char *name, const struct launch_events *events, struct err *e)
{
	const struct carry_state *st = w->state;

	w->place = (struct porter_place){.way = w->way,
		.g = g,
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
