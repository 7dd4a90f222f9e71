/* SPDX-License-Identifier: MIT */
#include "engine/wire/wire.h"

#include <string.h>

#include "engine/wire/endpoint.h"
#include "engine/wire/ssh.h"
#include "engine/wire/tcp.h"

int wire_open(const char *url, int limit_ms, struct wire **out, struct err *e)
{
	AUTO_ENDPOINT struct endpoint p = {0};
	struct err local = {0};

	e = e ? e : &local;
	if (endpoint_parse(url, &p, e) < 0)
		return -1;
	switch (p.kind) {
	case AT_UNIX:
		return unix_wire_open(p.path, limit_ms, out, e);
	case AT_SSH:
		return ssh_wire_open(url, limit_ms, out, e);
	default:
		return tcp_wire_open(url, &p, limit_ms, out, e);
	}
}

bool wire_is_local(const char *url)
{
	return !strncmp(url, "unix://", 7);
}

void wire_hold(const char *url)
{
	if (!strncmp(url, "ssh://", 6))
		ssh_hold(url);
}

void wire_sweep(const char *dir)
{
	ssh_sweep(dir);
}

void wire_leave(void)
{
	ssh_leave();
}

void wire_free(struct wire *w)
{
	if (w)
		w->ops->close(w);
}

int wire_fd(const struct wire *w)
{
	return w->fd;
}

ssize_t wire_send(struct wire *w, const void *p, size_t n, struct err *e)
{
	return w->ops->send(w, p, n, e);
}

ssize_t wire_recv(struct wire *w, void *p, size_t n, struct err *e)
{
	return w->ops->recv(w, p, n, e);
}

void wire_half_close(struct wire *w)
{
	w->ops->half_close(w);
}
