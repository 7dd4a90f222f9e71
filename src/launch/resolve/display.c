/* SPDX-License-Identifier: MIT */
/* display and xhost: the least access to the X display that works. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "engine/forward.h"
#include "host/x11/x11.h"
#include "launch/resolve/resolve.h"

#define X11_SOCKETS "/tmp/.X11-unix"
#define COOKIE_PATH "/etc/cnnrun/Xauthority"

static bool has_cookie(const char *display)
{
	AUTO_BUF struct buf cookie = {0};
	bool found = false;

	return x11_cookie(display, "0", &cookie, &found, NULL) == 0 && found;
}

/* Cookie first; an entry in the host list only where no cookie can be had. A listed user
 * is leased too, so that the entry stays while this container needs it. */
static int choose(struct resolving *r, const char *display, const struct x11_state *x,
	struct err *e)
{
	enum display_mode mode = r->p->display.mode;
	bool listed = mode == DISPLAY_XHOST || (mode == DISPLAY_AUTO && x->localuser);
	struct resolved_x *to = &r->s->x;

	if (!x->control) {
		log_warn("access control of display %s is off: every program that "
			 "reaches it "
			 "may use it (xhost - turns it on)",
			display);
		to->access = X_OPEN;
	} else if (x->security && !listed) {
		to->access = X_AUTH;
	} else if (!listed && has_cookie(display)) {
		to->access = X_COOKIE;
	} else if (mode != DISPLAY_COOKIE) {
		to->access = X_LOCALUSER;
	} else {
		return err_set(e, 0,
			"there is no cookie for display %s in $XAUTHORITY or "
			"~/.Xauthority; use c:display \"xhost\"",
			display);
	}
	if (to->access == X_AUTH || to->access == X_COOKIE)
		str_set(&to->cookie_path, COOKIE_PATH);
	return 0;
}

/* A process of ours stands before the X server, and asks whoever comes from there for a
 * cookie of its own; it is let in as this user is. The host list stays as it is. */
static int choose_far(struct resolved_x *to, const char *display,
	const struct x11_state *x, struct err *e)
{
	if (x->control && x->security)
		to->access = X_AUTH;
	else if (x->control && has_cookie(display))
		to->access = X_COOKIE;
	else if (!x->control || x->localuser)
		to->access = X_OPEN;
	else
		return err_set(e, 0,
			"there is no cookie for display %s in $XAUTHORITY or "
			"~/.Xauthority, so nobody could be let in from another machine",
			display);
	str_set(&to->cookie_path, COOKIE_PATH);
	return 0;
}

static void add_socket(struct resolving *r, const struct x11_display *d)
{
	struct resolved *s = r->s;

	s->x.number = xasprintf("%d", d->number);
	if (s->x.carried || (*d->socket && s->set.box)) {
		kvs_setf(&s->env, "DISPLAY", ":%d.%d", d->number, d->screen);
	} else if (*d->socket) {
		AUTO_FREE char *target = xasprintf(X11_SOCKETS "/X%d", d->number);

		/* not the directory: other displays there may let this user in as well.
		 * When X restarts, this container's windows are gone either way. */
		resolved_add_mount(s, MOUNT_BIND, d->socket, target)->readonly = true;
		kvs_setf(&s->env, "DISPLAY", ":%d.%d", d->number, d->screen);
	} else {
		kvs_set(&s->env, "DISPLAY", s->x.display);
	}
	if (s->x.cookie_path)
		kvs_set(&s->env, "XAUTHORITY", s->x.cookie_path);
	/* SysV shared memory with the X server needs the host's IPC */
	if (s->x.by_ssh || !s->set.ipc || strcmp(s->set.ipc, "host") != 0)
		kvs_set(&s->env, "QT_X11_NO_MITSHM", "1");
	if (s->x.by_ssh) /* which passes descriptors */
		kvs_set(&s->env, "LIBGL_DRI3_DISABLE", "1");
}

static int admit(struct resolving *r, const char *display, struct err *e)
{
	struct x11_display d;
	struct x11_state x;
	struct resolved *s = r->s;
	bool far; /* over TCP */

	if (x11_parse(display, &d, e) < 0)
		return -1;
	far = !*d.socket;
	if (far && s->set.box && strcmp(s->set.network, "host") != 0)
		return err_set(e, 0,
			"display %s is reached over the network (ssh -X), which a box is "
			"not given; add c:network \"host\", or do without c:box",
			display);
	s->x.by_ssh = s->elsewhere;
	s->x.carried =
		s->x.by_ssh || (!s->set.box && (far ? strcmp(s->set.network, "host") != 0
						    : access(d.socket, F_OK) < 0));
	str_set(&s->x.display, display);
	s->x.host_uid = s->owner.known && !s->x.carried && !engine_is_rootless(r->facts)
				? s->owner.uid
				: r->me.uid;
	s->x.uid = s->owner.uid;
	s->x.gid = s->owner.gid;
	if (x11_query(display, s->x.host_uid, &x, e) < 0)
		return -1;
	x.localuser &= s->owner.known && !far;
	x.security &= !far; /* sshd takes no cookie but its own */
	if (s->x.by_ssh ? choose_far(&s->x, display, &x, e) < 0
			: r->p->display.mode != DISPLAY_NONE &&
				  choose(r, display, &x, e) < 0)
		return -1;
	s->x.xhost = r->p->xhost;
	add_socket(r, &d);
	return 0;
}

/* A box outlives this display: what it will be called, and its socket, is not known yet.
 * So it sees all sockets of this machine's displays, and needs the right to. */
static void add_sockets(struct resolving *r)
{
	if (!r->p->set.box || access(X11_SOCKETS, F_OK) < 0)
		return;
	resolved_add_mount(r->s, MOUNT_BIND, X11_SOCKETS, X11_SOCKETS)->readonly = true;
	rights_add(r->rights, RIGHT_READ, X11_SOCKETS);
}

static void forget(struct resolved_x *x)
{
	free(x->display);
	free(x->number);
	free(x->cookie_path);
	*x = (struct resolved_x){0};
}

/* As resolve_elsewhere(). */
static int too_far(struct resolving *r, const char *key, struct err *e)
{
	const struct plan *p = r->p;
	bool optional = p->display.optional;

	if (!forward_possible(r->facts->url))
		return resolve_elsewhere(r, key, "the X display", optional,
			"reach it by ssh://, or go without c:display and c:xhost, or "
			"optional = true",
			e);
	if (p->xhost != XHOST_NONE || p->display.mode == DISPLAY_XHOST)
		return resolve_elsewhere(r, key, "the X display's list of users",
			optional, "c:display() leads there without it", e);
	if (p->set.box)
		return resolve_elsewhere(r, key, "the X display, which a box outlives,",
			optional, "go without c:display, or without c:box", e);
	return 0;
}

/* Which display it would be is not known. */
static int lacks(struct resolving *r, const char *key, struct err *e)
{
	plan_fail(r->p, key, e);
	if (r->lacks && r->p->xhost == XHOST_LOCAL)
		rights_add(r->rights, RIGHT_XHOST_LOCAL, NULL);
	return resolve_lacks(r, RIGHT_DISPLAY, "$DISPLAY", e);
}

int resolve_display(struct resolving *r, struct err *e)
{
	const struct plan *p = r->p;
	const char *display = getenv("DISPLAY");
	const char *key = p->display.mode != DISPLAY_NONE ? "display" : "xhost";
	int far;

	if (p->display.mode == DISPLAY_NONE && p->xhost == XHOST_NONE)
		return 0;
	far = too_far(r, key, e);
	if (far)
		return far < 0 ? -1 : 0;
	add_sockets(r);
	if (!display || !*display) {
		if (p->display.optional)
			return 0;
		err_set(e, 0,
			"DISPLAY is not set, so there is no X display to show windows "
			"on; "
			"start it from a desktop session or use profiles/shell.lua");
		return lacks(r, key, e);
	}
	if (admit(r, display, e) == 0)
		return 0;
	forget(&r->s->x);
	if (!p->display.optional)
		return lacks(r, key, e);
	log_warn("%s; going on without a display", e->msg);
	return 0;
}
