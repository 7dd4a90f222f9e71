/* SPDX-License-Identifier: MIT */
/* The user's SSH agent, for steps with --mount=type=ssh: each of their connections is one
 * to the agent. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/mem.h"
#include "engine/docker/session/session.h"

enum {
	PIECE = 16 << 10,
	CALLS_MAX = 32,
	WAITING_MAX =
		1 << 20 /* bytes that the agent does not take; a message has 256 KiB */
};

struct agent_call {
	struct rpc *r;
	int fd;
	struct buf to;
	bool half; /* nothing comes after to */
	struct agent_call *next;
};

/* The name that `--mount=type=ssh` without an id has. */
static bool is_given(const struct session *s, const char *id)
{
	return s->b->offer->agent >= 0 && (!id || !*id || !strcmp(id, "default"));
}

static void refuse(struct rpc *r)
{
	rpc_end(r, RPC_NOT_FOUND, "the build was given no such SSH agent");
}

/* 1 = its name */
void agent_check(struct rpc *r, struct pb m)
{
	AUTO_FREE char *id = NULL;
	struct pb_field f;
	const struct buf nothing = {0};

	while (pb_next(&m, &f)) {
		if (f.number != 1)
			continue;
		free(id);
		id = pb_text(&f);
	}
	if (!is_given(r->ctx, id)) {
		refuse(r);
		return;
	}
	rpc_send(r, &nothing);
	rpc_end(r, RPC_OK, NULL);
}

/* The very socket that was found, whatever bears its name by now. */
static int dial(int held)
{
	struct sockaddr_un a = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	snprintf(a.sun_path, sizeof a.sun_path, "/proc/self/fd/%d", held);
	if (fd >= 0 && connect(fd, (struct sockaddr *)&a, sizeof a) < 0) {
		close(fd);
		return -1;
	}
	return fd;
}

void agent_begin(struct rpc *r)
{
	struct session *s = r->ctx;
	struct agent_call *call;
	size_t n = 0;
	int fd;

	for (call = s->agents; call; call = call->next)
		n++;
	if (!is_given(s, kvs_get(&r->meta, "buildkit.ssh.id"))) {
		refuse(r);
		return;
	}
	fd = n < CALLS_MAX ? dial(s->b->offer->agent) : -1;
	if (fd < 0) {
		rpc_end(r, RPC_UNAVAILABLE, "the SSH agent does not answer");
		return;
	}
	call = xcalloc(1, sizeof *call);
	call->r = r;
	call->fd = fd;
	call->next = s->agents;
	s->agents = call;
	r->own = call;
}

static void flush(struct agent_call *call)
{
	ssize_t k = 0;

	if (call->to.n)
		k = send(call->fd, call->to.p, call->to.n, MSG_NOSIGNAL | MSG_DONTWAIT);
	if (k < 0 && errno != EAGAIN && errno != EINTR)
		rpc_end(call->r, RPC_UNAVAILABLE, "the SSH agent has ended");
	if (k > 0)
		buf_drop(&call->to, (size_t)k);
	if (call->half && !call->to.n)
		shutdown(call->fd, SHUT_WR);
}

/* 1 = bytes */
void agent_message(struct rpc *r, struct pb m)
{
	struct agent_call *call = r->own;
	struct pb_field f;

	while (pb_next(&m, &f))
		if (f.number == 1 && f.is_bytes)
			buf_add(&call->to, f.bytes, f.n);
	if (call->to.n > WAITING_MAX)
		rpc_end(r, RPC_EXHAUSTED, "more than an SSH agent takes");
	else
		flush(call);
}

void agent_said(struct rpc *r)
{
	struct agent_call *call = r->own;

	if (!call)
		return;
	call->half = true;
	flush(call);
}

void agent_end(struct rpc *r)
{
	struct session *s = r->ctx;
	struct agent_call *call = r->own, **at = &s->agents;

	if (!call)
		return;
	while (*at != call)
		at = &(*at)->next;
	*at = call->next;
	close(call->fd);
	buf_free(&call->to);
	free(call);
}

size_t agents_poll(const struct session *s, struct pollfd *v, size_t max)
{
	size_t n = 0;

	for (const struct agent_call *c = s->agents; c && n < max; c = c->next, n++)
		v[n] = (struct pollfd){.fd = c->r->status < 0 ? c->fd : -1,
			.events = (short)((rpc_busy(c->r) ? 0 : POLLIN) |
					  (c->to.n ? POLLOUT : 0))};
	return n;
}

static void hear(struct agent_call *call)
{
	char piece[PIECE];
	ssize_t k = recv(call->fd, piece, sizeof piece, MSG_DONTWAIT);
	AUTO_BUF struct buf out = {0};

	if (k > 0) {
		pb_add_bytes(&out, 1, piece, (size_t)k);
		rpc_send(call->r, &out);
	} else if (k == 0 || (errno != EAGAIN && errno != EINTR)) {
		rpc_end(call->r, RPC_OK, NULL);
	}
}

void agents_step(struct session *s, const struct pollfd *v, size_t n)
{
	struct agent_call *c = s->agents;

	/* none of them ends before its call does, in rpc_step() */
	for (size_t i = 0; c && i < n; c = c->next, i++) {
		if (v[i].revents & POLLOUT)
			flush(c);
		if (v[i].revents & (POLLIN | POLLHUP | POLLERR))
			hear(c);
	}
}
