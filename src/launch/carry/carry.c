/* SPDX-License-Identifier: MIT */
#include "launch/carry/carry.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/path.h"
#include "launch/carry/over.h"
#include "launch/carry/volume.h"
#include "launch/carry/work.h"
#include "launch/own.h"
#include "launch/session/signals.h"

struct carry {
	struct carry_state state;
	int dir; /* resolve's, borrowed */
	bool went;
};

struct carries {
	struct engine *g;
	const struct launch_events *events;
	const char *project, *profile;
	struct carry *v;
	size_t n;
	bool used;
};

static struct carry *find(const struct carries *c, const char *volume)
{
	for (size_t i = 0; i < c->n; i++)
		if (!strcmp(c->v[i].state.volume, volume))
			return &c->v[i];
	return NULL;
}

static int add(struct carries *c, const struct resolved_mount *m,
	struct ledger_holds *holds, struct err *e)
{
	struct carry *one = find(c, m->source);
	int fd;

	if (one) { /* twice in one launch */
		one->state.comes |= m->comes_home;
		return 0;
	}
	c->v = xrealloc(c->v, (c->n + 1) * sizeof *c->v);
	one = &c->v[c->n++];
	*one = (struct carry){.dir = m->carried_fd, .state = {.users = -1, .lock = -1}};
	if (carry_state_open(&one->state, engine_info(c->g)->url, m->carried, e) < 0)
		return -1;
	if (holds->n == LEDGER_HOLDS_MAX)
		return err_set(e, E2BIG, "too many directories are carried");
	fd = fcntl(one->state.users, F_DUPFD_CLOEXEC, 0);
	if (fd < 0)
		return err_errno(e, "carry %s", m->carried);
	holds->v[holds->n++] = fd;
	return 0;
}

static int add_all(struct carries *c, const struct resolved *s,
	struct ledger_holds *holds, struct err *e)
{
	for (size_t i = 0; i < s->n_mounts; i++)
		if (s->mounts[i].carried && add(c, &s->mounts[i], holds, e) < 0)
			return -1;
	for (size_t i = 0; i < s->n_services; i++)
		if (add_all(c, &s->services[i], holds, e) < 0)
			return -1;
	return 0;
}

static void free_all(struct carries *c)
{
	for (size_t i = 0; c && i < c->n; i++)
		carry_state_close(&c->v[i].state);
	if (c)
		free(c->v);
	free(c);
}

int carries_open(struct carries **out, struct engine *g, const struct resolved *s,
	const struct launch_events *events, struct ledger_holds *holds, struct err *e)
{
	struct carries *c = xcalloc(1, sizeof *c);

	c->g = g;
	c->events = events;
	c->project = s->project;
	c->profile = s->profile;
	if (add_all(c, s, holds, e) < 0) {
		free_all(c);
		return -1;
	}
	if (!c->n) {
		free_all(c);
		c = NULL;
	}
	*out = c;
	return 0;
}

static bool same_text(const char *a, const char *b)
{
	return a && b ? !strcmp(a, b) : a == b;
}

/* Of what is put there. Among the host's users are those of every container, by other
 * numbers; only among them can it be taken from one and given to another. */
static int set_owner(struct porter_place *at, const struct resolved *s, struct err *e)
{
	const struct engine_facts *f;

	if (engine_facts(at->g, &f, e) < 0)
		return -1;
	at->uid = s->owner.uid;
	at->gid = s->owner.gid;
	at->userns = s->userns;
	if (!s->userns && f->root_uid) {
		at->uid += f->root_uid;
		at->gid += f->root_gid;
		at->userns = "host";
	}
	return 0;
}

/* Takes note of this run; does what is there become another's? */
static bool take_over(struct carry_state *st, const struct carries *c,
	const struct resolved *s, const struct porter_place *to, bool there)
{
	bool other = !st->known || st->uid != to->uid || st->gid != to->gid ||
		     !same_text(st->userns, to->userns);

	str_set(&st->project, c->project);
	str_set(&st->profile, c->profile);
	str_set(&st->name, s->set.name);
	if (strstr(st->name, BOX_MAKING)) /* as it is called once it is ready */
		*strstr(st->name, BOX_MAKING) = 0;
	st->stays = s->set.keep || resolved_restarts(s);
	str_set(&st->userns, to->userns);
	st->uid = to->uid;
	st->gid = to->gid;
	return other || !there;
}

static int over_locked(struct carry_work *w, const struct carries *c,
	const struct resolved *s, struct err *e)
{
	struct carry_state *st = w->state;
	bool there, whole, own;

	if (carry_volume_look(c->g, st, &there, e) < 0)
		return -1;
	if (!there) { /* whatever the list says */
		unlink(st->list);
		st->open = st->going = false;
		if (carry_volume_make(c->g, st, c->project, e) < 0)
			return -1;
	}
	if (st->known && st->open && !st->going && st->comes && !st->stays &&
		carry_state_alone(st))
		log_info("%s: the last run did not bring home what it changed",
			st->source);
	own = take_over(st, c, s, &w->place, there);
	if (st->open && carry_bring(w, &whole, e) < 0)
		return -1;
	if (carry_over(w, own, e) < 0 &&
		(e->code != EUCLEAN || carry_bring(w, &whole, e) < 0 ||
			carry_over(w, own, e) < 0))
		return -1;
	st->open = st->comes;
	return carry_state_keep(st, e);
}

static int over(struct carry *one, const struct carries *c, struct ledger *ledger,
	const struct resolved *s, bool *unsure, struct err *e)
{
	struct carry_work w = {.state = &one->state, .dir = one->dir, .unsure = unsure};
	int rc = carry_state_lock(&one->state, e);

	if (!rc)
		rc = carry_work_begin(&w, c->g, ledger, s->set.name, c->events, e);
	if (!rc)
		rc = set_owner(&w.place, s, e);
	if (!rc)
		rc = over_locked(&w, c, s, e);
	carry_work_end(&w, c->events);
	carry_state_unlock(&one->state);
	return rc;
}

int carries_over(struct carries *c, struct ledger *ledger, const struct resolved *s,
	bool *unsure, struct err *e)
{
	for (size_t i = 0; c && i < s->n_mounts; i++) {
		const struct resolved_mount *m = &s->mounts[i];
		struct carry *one = m->carried ? find(c, m->source) : NULL;

		if (!one || one->went)
			continue;
		one->state.comes = m->comes_home;
		if (one->dir < 0)
			one->dir = m->carried_fd; /* made meanwhile */
		if (over(one, c, ledger, s, unsure, e) < 0)
			return -1;
		one->went = true;
	}
	return 0;
}

static int home(struct carry *one, const struct carries *c, struct ledger *ledger,
	const char *name, bool *unsure, struct err *e)
{
	struct carry_work w = {.state = &one->state, .dir = one->dir, .unsure = unsure};
	int rc = carry_state_lock(&one->state, e);
	bool whole = !c->used; /* nothing has changed there */

	if (!rc && c->used)
		rc = carry_work_begin(&w, c->g, ledger, name, c->events, e);
	if (!rc && c->used)
		rc = carry_bring(&w, &whole, e);
	if (c->used)
		carry_work_end(&w, c->events);
	if (!rc)
		rc = carry_state_settle(&one->state, whole, e);
	carry_state_unlock(&one->state);
	return rc;
}

void carries_used(struct carries *c)
{
	if (c)
		c->used = true;
}

static int bring_all(
	struct carries *c, struct ledger *ledger, const char *name, bool *unsure)
{
	int rc = 0;

	if (!c)
		return 0;

	signals_catch();
	for (size_t i = 0; i < c->n; i++) {
		struct err e = {0};

		if (!c->v[i].went || !c->v[i].state.comes)
			continue;
		if (home(&c->v[i], c, ledger, name, unsure, &e) == 0)
			continue;
		rc = -1;
		log_error("%s: what changed over there did not all come home: %s; cnnrun "
			  "fetch %s goes on",
			c->v[i].state.source, e.msg, name);
	}
	signals_release();
	return rc;
}

void carries_close(struct carries **c)
{
	free_all(*c);
	*c = NULL;
}

int carries_end(struct carries **c, struct ledger *ledger, const char *name, bool lives,
	bool *unsure)
{
	int rc = *c && !lives ? bring_all(*c, ledger, name, unsure) : 0;

	carries_close(c);
	return rc;
}
