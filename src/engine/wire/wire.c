/* SPDX-License-Identifier: MIT */
#include "engine/wire/wire.h"

#include <errno.h>
#include <string.h>

#define UNIX_URL "unix://"

int wire_open(const char *url, int limit_ms, struct wire **out, struct err *e)
{
	if (!strncmp(url, UNIX_URL, strlen(UNIX_URL)))
		return unix_wire_open(url + strlen(UNIX_URL), limit_ms, out, e);
	return err_set(e, EPROTONOSUPPORT, "no way to %s is known", url);
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
