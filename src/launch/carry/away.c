/* SPDX-License-Identifier: MIT */
#include "launch/carry/away.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/path.h"
#include "launch/carry/list.h"
#include "launch/carry/work.h"
#include "launch/session/signals.h"

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

struct each {
	const char *url, *name, *project;
	int (*one)(void *ctx, struct carry_state *st);
	void *ctx;
	char *last; /* copy of that name: what it is called begins with its time */
};

static bool same(const char *a, const char *b)
{
	return a && b && !strcmp(a, b);
}

static int find_last(void *ctx, struct carry_state *st)
{
	struct each *x = ctx;

	if (same(st->url, x->url) && same(st->name, x->name) &&
		(!x->last || strcmp(st->volume, x->last) > 0))
		str_set(&x->last, st->volume);
	return 0;
}

static int look(void *ctx, struct carry_state *st)
{
	const struct each *x = ctx;
	bool meant = x->name ? same(st->volume, x->last) : same(st->project, x->project);

	return same(st->url, x->url) && meant ? x->one(x->ctx, st) : 0;
}

int away_each(const char *url, const char *name, const char *project,
	int (*one)(void *ctx, struct carry_state *st), void *ctx)
{
	struct each x = {url, name, project, one, ctx, NULL};
	int rc = name ? carry_states(find_last, &x) : 0;

	if (!rc)
		rc = carry_states(look, &x);
	free(x.last);
	return rc;
}

static int bring(struct carry_work *w, const bool *ended,
	const struct launch_events *events, struct err *e)
{
	struct carry_state *st = w->state;
	AUTO_FREE char *about = path_join(st->dir, "about");
	bool whole = false;
	int rc;

	if (access(about, F_OK) < 0)
		return 0; /* another cnnrun has brought it all meanwhile */
	rc = carry_work_begin(w, NULL, NULL, st->name, events, e);
	if (!rc)
		rc = carry_bring(w, &whole, e);
	carry_work_end(w, events);
	if (!rc && whole && *ended)
		carry_state_remove(st);
	return rc;
}

int away_bring(struct carry_state *st, const struct porter_way *way, const bool *ended,
	bool all, const struct launch_events *events, struct err *e)
{
	AUTO_FD int dir = carry_source(st, e);
	bool unsure = false;
	struct carry_work w = {
		.state = st, .dir = dir, .way = way, .all = all, .unsure = &unsure};
	int rc = dir < 0 ? -1 : carry_state_lock(st, e);

	signals_catch(); /* what is half here is removed first */
	if (!rc)
		rc = bring(&w, ended, events, e);
	signals_release();
	carry_state_unlock(st);
	return rc;
}
