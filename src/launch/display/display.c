/* SPDX-License-Identifier: MIT */
#include "launch/display/display.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/path.h"
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

/* Below a directory that is only the user's: no other way leads to it but the mount. */
static int carry(
	struct display *d, const struct ledger *l, struct resolved *s, struct err *e)
{
	AUTO_FREE char *dir = ledger_files(l);
	AUTO_FREE char *path = path_join(dir, SOCKET);
	AUTO_FREE char *target = xasprintf(SOCKETS "/X%s", s->x.number);
	int listener;

	if (dir_make(dir, 0700, e) < 0 || (listener = gate_listen(dir, SOCKET, e)) < 0)
		return -1;
	listen(listener, WAITING);
	d->pid = fork();
	if (d->pid == 0)
		display_carry(d->life, listener, s->x.display);
	close(listener);
	if (d->pid < 0) {
		d->pid = 0;
		return err_errno(e, "fork");
	}
	resolved_add_mount(s, MOUNT_BIND, path, target)->readonly = true;
	return 0;
}

int display_grant(struct display *d, struct ledger *l, struct resolved *s, struct err *e)
{
	AUTO_BUF struct buf cookie = {0};

	if (ledger_admit_x(l, &s->x, &cookie, e) < 0 ||
		(s->x.carried && carry(d, l, s, e) < 0))
		return err_wrap(e, "display %s", s->x.display);
	if (s->x.cookie_path)
		resolved_add_file(s, s->x.cookie_path, buf_str(&cookie), cookie.n, 0600,
			s->x.uid, s->x.gid)
			->secret = true;
	return 0;
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
