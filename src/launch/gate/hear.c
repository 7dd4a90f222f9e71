/* SPDX-License-Identifier: MIT */
/* The container's first words. */
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/path.h"
#include "hold/hold.h"
#include "launch/gate/gate.h"
#include "launch/ledger/owner.h"

/* The mount that a line of the plan is about. */
static const struct resolved_mount *mount_at(const struct resolved *s, unsigned index)
{
	for (size_t i = 0; i < s->n_mounts; i++)
		if (s->mounts[i].fd >= 0 && !index--)
			return &s->mounts[i];
	return NULL;
}

static int moved(const struct resolved *s, const struct hold_report *r, struct err *e)
{
	const struct resolved_mount *m =
		mount_at(s, r->index[0] | (unsigned)r->index[1] << 8);

	return err_set(e, ESTALE,
		"mount %s: something else was at %s in the container, so nothing was "
		"run; "
		"see who else writes there (cnnrun ps), then run it again",
		m ? m->source : "?", m ? m->target : "?");
}

static int no_program(
	const struct resolved *s, const struct hold_report *r, int *status, struct err *e)
{
	const char *program = s->held.n > 1 ? s->held.v[1] : "";
	bool missing = r->code == ENOENT || r->code == ENOTDIR;

	*status = missing ? 127 : 126;
	if (r->kind == HOLD_NO_INTERPRETER)
		return err_set(e, ERR_NO_PROGRAM,
			"%s of the image %s cannot be executed: the image lacks the "
			"interpreter or loader that it names",
			program, s->image);
	if (missing)
		err_set(e, ERR_NO_PROGRAM,
			"the image %s has no program %s; is it spelt right, and "
			"installed in the image?",
			s->image, program);
	else
		err_set(e, ERR_NOT_PROGRAM,
			"%s of the image %s cannot be executed; is it a program, and may "
			"this user run it?",
			program, s->image);
	if (missing && !s->set.has_command && !s->set.has_entrypoint)
		err_hint(e, "give a command after --");
	return -1;
}

static int explain(
	const struct resolved *s, const struct hold_report *r, int *status, struct err *e)
{
	*status = 125;
	switch (r->kind) {
	case HOLD_MOVED:
		return moved(s, r, e);
	case HOLD_NO_EXEC:
	case HOLD_NO_INTERPRETER:
		return no_program(s, r, status, e);
	case HOLD_NO_FILTER:
		return err_set(e, EIO,
			"the ports of the network's filter could not be opened in the "
			"container (%s), so nothing was run",
			strerror(r->code));
	default:
		return err_set(e, EIO,
			"what was mounted could not be looked at in the container (%s), "
			"so nothing was run",
			strerror(r->code));
	}
}

static bool wait_for(int fd, int64_t end)
{
	int64_t left = end - clock_ms();
	struct pollfd p = {.fd = fd, .events = POLLIN};

	return poll(&p, 1, left < 0 ? 0 : (int)left) == 1;
}

/* From now on another boot is another boot, not another machine. */
static void note_start(const struct gate *g, const struct resolved *s)
{
	AUTO_FREE char *path = xasprintf("%s/" HOLD_JUDGED, g->dir);

	if (s->set.keep || resolved_restarts(s))
		file_write(path, "", 0, 0444, NULL);
}

int gate_hear(struct gate *g, const struct resolved *s, int limit_ms, int *status,
	struct err *e)
{
	int64_t end = clock_ms() + limit_ms;
	struct hold_report r;
	ssize_t n;

	if (g->caller < 0 && g->listener >= 0 && wait_for(g->listener, end)) {
		g->caller =
			accept4(g->listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
		/* it is the one: whatever calls later is the command's */
		close(g->listener);
		g->listener = -1;
	}
	if (g->caller < 0 || !wait_for(g->caller, end))
		return 0;
	n = recv(g->caller, &r, sizeof r, 0);
	close(g->caller);
	g->caller = -1;
	if (n == sizeof r)
		return explain(s, &r, status, e);
	note_start(g, s);
	return 1;
}
