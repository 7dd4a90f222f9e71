/* SPDX-License-Identifier: MIT */
#include "launch/carry/away.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/path.h"
#include "launch/carry/each.h"
#include "launch/carry/list.h"
#include "launch/carry/work.h"

/* What both sides have. */
static int write_list(const struct carry_state *st, const char *snapshot, struct err *e)
{
	AUTO_FD int dir = open(snapshot, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct carry_local local = {0};
	struct carry_writer out = {0};
	struct carry_entry one;
	int got;

	if (dir < 0)
		return err_errno(e, "%s", snapshot);
	got = carry_local_open(&local, dir, snapshot, e);
	if (!got)
		got = carry_writer_open(&out, st->list, e);
	while (!got && (got = carry_local_next(&local, &one, e)) > 0) {
		carry_writer_add(&out, &one);
		got = 0;
	}
	if (!got)
		got = carry_writer_keep(&out, e);
	carry_writer_close(&out);
	carry_local_close(&local);
	return got;
}

int away_begin(const struct away *a, const char *snapshot, const struct strv *only,
	struct err *e)
{
	struct carry_state st = {.users = -1, .lock = -1};
	int rc = carry_state_open_copy(&st, a->url, a->copy, a->project, e);

	if (!rc)
		rc = carry_state_lock(&st, e);
	if (!rc)
		rc = write_list(&st, snapshot, e);
	if (!rc) {
		str_set(&st.project, a->project);
		str_set(&st.profile, a->profile);
		str_set(&st.name, a->name);
		strv_free(&st.only);
		for (size_t i = 0; i < only->n; i++)
			strv_add(&st.only, only->v[i]);
		st.open = st.comes = st.stays = true;
		rc = carry_state_keep(&st, e);
	}
	if (rc < 0 && st.dir)
		carry_state_remove(&st);
	carry_state_close(&st);
	return rc;
}

/* Which of them. */
struct sought {
	const struct away_wish *wish;
	char *last; /* copy of that name: what it is called begins with its time */
};

static bool same(const char *a, const char *b)
{
	return a && b && !strcmp(a, b);
}

static int find_last(void *ctx, struct carry_state *st)
{
	struct sought *s = ctx;

	if (same(st->url, s->wish->url) && same(st->name, s->wish->name) &&
		(!s->last || strcmp(st->volume, s->last) > 0))
		str_set(&s->last, st->volume);
	return 0;
}

static bool is_meant(void *ctx, const struct carry_state *st)
{
	const struct sought *s = ctx;

	return same(st->url, s->wish->url) &&
	       (s->wish->name ? same(st->volume, s->last)
			      : same(st->project, s->wish->project));
}

static int bring_locked(struct carry_work *w, const struct away_wish *wish, struct err *e)
{
	struct carry_state *st = w->state;
	AUTO_FREE char *about = path_join(st->dir, "about");
	bool whole = false;
	int rc;

	if (access(about, F_OK) < 0)
		return 0; /* another cnnrun has brought it all meanwhile */
	rc = carry_work_begin(w, NULL, NULL, st->name, wish->events, e);
	if (!rc)
		rc = carry_bring(w, &whole, e);
	carry_work_end(w, wish->events);
	if (wish->copy->gone || (!rc && whole && wish->copy->ended))
		carry_state_remove(st);
	return rc;
}

static int bring(void *ctx, struct carry_state *st, struct err *e)
{
	const struct sought *s = ctx;
	const struct away_wish *wish = s->wish;
	AUTO_FD int dir = carry_source(st, e);
	bool unsure = false;
	struct carry_work w = {.state = st,
		.dir = dir,
		.way = &wish->way,
		.all = wish->all,
		.unsure = &unsure};

	*wish->copy = (struct away_copy){.name = st->volume};
	if (dir < 0 || carry_state_use(st, e) < 0 || carry_state_lock(st, e) < 0)
		return -1;
	return bring_locked(&w, wish, e);
}

int away_fetch(const struct away_wish *w, size_t *n, struct err *e)
{
	struct sought s = {.wish = w};
	struct carry_each x = {.meant = is_meant, .bring = bring, .ctx = &s};
	int rc;

	if (w->name)
		carry_states(find_last, &s);
	rc = carry_each(&x, e);
	free(s.last);
	*n = x.n;
	return rc;
}
