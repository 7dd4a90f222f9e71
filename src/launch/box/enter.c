/* SPDX-License-Identifier: MIT */
/* A session in a box: the plan's command, with what this terminal and display are. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/path.h"
#include "launch/box/box.h"
#include "launch/carry/carry.h"
#include "launch/gate/line.h"
#include "launch/gate/kept.h"
#include "launch/ledger/ledger.h"
#include "launch/ledger/owner.h"

/* What somebody inside has of the display, and no longer than he is there. */
struct lease {
	struct ledger *ledger;
	char *cookie; /* its file on this machine */
};

/* Readable to all where we cannot give it away: the directory above is only ours, and the
 * box has one user. */
static int write_cookie(const struct box *b, const struct buf *cookie, struct lease *l,
	struct kvs *env, struct err *e)
{
	const struct resolved_x *x = &b->s->x;
	const char *gate = kvs_get(&b->labels, LABEL_GATE);
	AUTO_FREE char *dir = gate_kept_dir(kvs_get(&b->labels, LABEL_LAUNCH));

	l->cookie = xasprintf("%s/" GATE_COOKIE "%s", dir, ledger_id(l->ledger));
	if (file_write(l->cookie, buf_str(cookie), cookie->n, 0600, e) < 0)
		return -1;
	if (x->uid != getuid() && chown(l->cookie, x->uid, x->gid) < 0 &&
		chmod(l->cookie, 0444) < 0)
		return err_errno(e, "%s", l->cookie);
	kvs_setf(env, "XAUTHORITY", "%s/" GATE_COOKIE "%s", gate, ledger_id(l->ledger));
	return 0;
}

static int admit(const struct box *b, struct lease *l, struct kvs *env, struct err *e)
{
	const struct resolved_x *x = &b->s->x;
	AUTO_RECORD struct record r = {
		.url = xstrdup(engine_info(b->g)->url), .display = xstrdup(x->display)};
	const struct ledger_holds no_holds = {0};
	AUTO_BUF struct buf cookie = {0};

	if (ledger_open(&r, &no_holds, &l->ledger, e) < 0)
		return -1;
	if (ledger_admit_x(l->ledger, x, &cookie, e) < 0)
		return err_wrap(e, "display %s", x->display);
	return x->cookie_path ? write_cookie(b, &cookie, l, env, e) : 0;
}

static int lease_begin(
	const struct box *b, struct lease *l, struct kvs *env, struct err *e)
{
	const struct resolved_x *x = &b->s->x;
	struct err why = {0};

	if (x->access == X_NONE && x->xhost == XHOST_NONE)
		return 0;
	if (admit(b, l, env, &why) == 0)
		return 0;
	if (b->r->plan->display.optional) {
		log_warn("%s; going on without a display", why.msg);
		return 0;
	}
	*e = why;
	return -1;
}

static void lease_end(struct lease *l)
{
	if (l->cookie)
		unlink(l->cookie);
	free(l->cookie);
	ledger_close(l->ledger, LEDGER_CLEAN);
}

/* An image's entrypoint is for the command of a container, which a box has none of. */
static void add_command(const struct settings *set, struct strv *out)
{
	for (size_t i = 0; i < set->entrypoint.n; i++)
		if (set->entrypoint.n > 1 || *set->entrypoint.v[i])
			strv_add(out, set->entrypoint.v[i]);
	for (size_t i = 0; i < set->command.n; i++)
		strv_add(out, set->command.v[i]);
	if (!out->n)
		session_shell(out);
}

void box_terminal(struct kvs *env)
{
	static const char *const names[] = {"TERM", "COLORTERM"};

	for (size_t i = 0; i < COUNT_OF(names); i++) {
		const char *value = getenv(names[i]);

		if (value && *value && !kvs_get(env, names[i]))
			kvs_set(env, names[i], value);
	}
}

int box_explain(struct engine *g, const char *id, const char *name, struct err *e)
{
	AUTO_STATE struct container_state c = {0};
	bool found = false;

	if (container_inspect(g, id, &c, &found, NULL) < 0)
		return -1;
	if (!found)
		return err_set(e, 404, "the box %s has just been removed", name);
	if (c.running)
		return -1;
	return err_set(e, 409, "the box %s has just been stopped", name);
}

static int enter(const struct box *b, struct exec_request *x, int *status, struct err *e)
{
	const struct plan *p = b->r->plan;
	struct lease lease = {0};
	struct line line;
	struct session session = {.tty = p->set.tty,
		.io = b->r->io,
		.events = b->h->events,
		.line = &line,
		.stop_timeout = p->set.stop_timeout};
	int rc;

	x->workdir = b->s->set.workdir;
	x->detach_keys = p->set.detach_keys;
	for (size_t i = 0; i < b->s->env.n; i++)
		kvs_set(&x->env, b->s->env.v[i].key, b->s->env.v[i].value);
	if (session.tty && isatty(0) && isatty(1))
		box_terminal(&x->env);
	add_command(&b->s->set, &x->command);
	line_open(&line, &b->labels, session_awaits_size(b->g, session.tty), &x->command);
	rc = lease_begin(b, &lease, &x->env, e);
	session.ledger = lease.ledger;
	if (!rc)
		rc = session_exec(b->g, b->id, x, &session, status, e);
	line_close(&line);
	if (lease.ledger)
		lease_end(&lease);
	return rc < 0 && *status == 125 ? box_explain(b->g, b->id, b->name, e) : rc;
}

const struct progress_sink *box_news(const struct box *b)
{
	return b->h->news.event ? &b->h->news : NULL;
}

int box_enter(struct box *b, int *status, struct err *e)
{
	struct exec_request x = {0};
	int rc;

	if (b->r->plan->set.detach) {
		*status = 0;
		if (!b->r->io || !b->r->io->take) {
			printf("%s\n", b->name);
			fflush(stdout);
		}
		return 0;
	}
	*status = 125;
	rc = enter(b, &x, status, e);
	carry_again(b->g, b->name, &b->labels, CARRY_LEAVE, box_news(b), b->h->news_end);
	strv_free(&x.command);
	kvs_free(&x.env);
	return rc;
}
