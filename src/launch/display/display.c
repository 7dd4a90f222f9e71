/* SPDX-License-Identifier: MIT */
#include "launch/display/display.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/path.h"
#include "engine/forward.h"
#include "host/x11/x11.h"
#include "launch/gate/gate.h"

#define SOCKET  "x" /* in the launch's files */
#define SOCKETS "/tmp/.X11-unix"

enum { WAITING = 128 };

int display_prepare(struct display *d, const struct resolved *s,
	struct ledger_holds *holds, struct err *e)
{
	int life[2];

	if (!s->x.carried)
		return 0;
	if (holds->n == LEDGER_HOLDS_MAX)
		return err_set(e, EMFILE, "the launch holds too much");
	if (pipe2(life, O_CLOEXEC) < 0)
		return err_errno(e, "pipe");
	d->life = life[0];
	holds->v[holds->n++] = life[1];
	return 0;
}

/* Below a directory that is only the user's: no other way leads to it but those that we
 * make. *path is the caller's. */
static int carry(struct display *d, const struct ledger *l, const struct resolved_x *x,
	const struct display_cookies *cookies, char **path, struct err *e)
{
	AUTO_FREE char *dir = ledger_files(l);
	int listener;

	if (dir_make(dir, 0700, e) < 0 || (listener = gate_listen(dir, SOCKET, e)) < 0)
		return -1;
	listen(listener, WAITING);
	d->pid = fork();
	if (d->pid == 0)
		display_carry(d->life, listener, x->display, cookies);
	close(listener);
	if (d->pid < 0) {
		d->pid = 0;
		return err_errno(e, "fork");
	}
	*path = path_join(dir, SOCKET);
	return 0;
}

/* From a socket over there, which only that user, and who is given it, can reach. *path
 * becomes its. */
static int lead(struct ledger *l, const struct resolved *s, char **path, struct err *e)
{
	AUTO_FREE char *name = ledger_place(ledger_id(l)), *place = NULL, *there = NULL;
	AUTO_STRV struct strv words = {0};

	if (strlen(*path) >= sizeof((struct sockaddr_un *)0)->sun_path)
		return err_set(e, ENAMETOOLONG,
			"%s is too long for a socket; set XDG_RUNTIME_DIR to a shorter "
			"directory of yours",
			*path);
	if (forward_place(s->elsewhere, name, &place, e) < 0)
		return -1;
	there = path_join(place, SOCKET);
	strv_addf(&words, "-R%s:%s", there, *path);
	if (ledger_forward(l, &words, e) < 0)
		return err_hint(e, "does sshd over there let sockets through "
				   "(AllowStreamLocalForwarding)?");
	if (forward_place_open(s->elsewhere, there, e) < 0)
		return -1;
	free(*path);
	*path = there;
	there = NULL;
	return 0;
}

static int grant(struct display *d, struct ledger *l, struct resolved *s,
	struct display_cookies *c, struct err *e)
{
	AUTO_FREE char *target = xasprintf(SOCKETS "/X%s", s->x.number), *path = NULL;

	if (ledger_admit_x(l, &s->x, &c->theirs, e) < 0)
		return -1;
	if (s->x.by_ssh && x11_new_cookie(s->x.number, &c->mine, e) < 0)
		return -1;
	if (!s->x.carried)
		return 0;
	if (carry(d, l, &s->x, s->x.by_ssh ? c : NULL, &path, e) < 0 ||
		(s->x.by_ssh && lead(l, s, &path, e) < 0))
		return -1;
	resolved_add_mount(s, MOUNT_BIND, path, target)->readonly = true;
	return 0;
}

int display_grant(struct display *d, struct ledger *l, struct resolved *s, struct err *e)
{
	struct display_cookies c = {0};
	const struct buf *its = s->x.by_ssh ? &c.mine : &c.theirs;
	int rc = grant(d, l, s, &c, e);

	if (rc < 0)
		err_wrap(e, "display %s", s->x.display);
	else if (s->x.cookie_path)
		resolved_add_file(s, s->x.cookie_path, buf_str(its), its->n, 0600,
			s->x.uid, s->x.gid)
			->secret = true;
	buf_free(&c.mine);
	buf_free(&c.theirs);
	return rc;
}

void display_end(struct display *d, bool detached)
{
	if (d->life > 0)
		close(d->life);
	if (d->pid > 0 && !detached) {
		kill(d->pid, SIGKILL);
		while (waitpid(d->pid, NULL, 0) < 0 && errno == EINTR)
			;
	}
	*d = (struct display){0};
}
