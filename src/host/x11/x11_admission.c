/* SPDX-License-Identifier: MIT */
/* Grants that end with their connection. All their state is in the X server, so there is
 * no file to go stale: the root property OWN_PREFIX + address says that the entry was
 * added by us, a lease (x11_server.h) stands for each holder, and the server's grab is
 * the lock. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "host/x11/x11_access.h"
#include "host/x11/x11_cookie.h"
#include "host/x11/x11_security.h"

#define OWN_PREFIX "_CNNRUN_OWN_"

struct x11_admission {
	struct x11_server *server;
	char *address, *own; /* host grant: the entry and its root property */
	struct x11_host host;
	struct x11_server *user; /* cookie grant: keeps the cookie in use */
	uint32_t auth;           /* 0 = none */
};

static void grant_free(struct x11_admission *g)
{
	x11_server_close(g->user);
	x11_server_close(g->server);
	free(g->address);
	free(g->own);
	free(g);
}

static void warn_open(const char *display)
{
	log_warn("the X display %s has access control off: every local program can read "
		 "its "
		 "keys and windows; `xhost -` turns it on",
		display);
}

/* The mark comes before the entry: dying between the two leaves a mark without entry,
 * which the next sweep takes away; an entry without mark would stay for ever. */
static int insert(struct x11_admission *g, struct err *e)
{
	if (x11_server_set(g->server, g->own, g->address, e) < 0)
		return -1;
	return x11_server_change_host(g->server, true, &g->host, e);
}

/* With the server grabbed. An entry with our mark but no holder is adopted by not asking
 * where it came from: the last holder removes what is marked. */
static int take(struct x11_admission *g, const char *display, struct err *e)
{
	struct x11_host_list list;
	bool listed, control;

	if (x11_server_hosts(g->server, &list, e) < 0)
		return -1;
	listed = x11_host_listed(&list, &g->host);
	control = list.control;
	free(list.v);
	if (!control)
		warn_open(display);
	if (!listed && insert(g, e) < 0)
		return -1;
	return x11_server_lease(g->server, g->address, e);
}

/* With the server grabbed: removes an entry that is marked as ours and that nobody else
 * leases. Entry first, mark second, for the reason given at insert(). */
static int drop(struct x11_server *s, const char *own, const char *address,
	const struct x11_host *host, bool *removed, struct err *e)
{
	struct x11_host_list list;
	bool ours, listed;
	size_t others;

	*removed = false;
	if (x11_server_has(s, own, &ours, e) < 0 ||
		x11_server_leases(s, address, &others, e) < 0)
		return -1;
	if (!ours || others)
		return 0;
	if (x11_server_hosts(s, &list, e) < 0)
		return -1;
	listed = x11_host_listed(&list, host);
	free(list.v);
	if (listed && x11_server_change_host(s, false, host, e) < 0)
		return -1;
	*removed = listed;
	return x11_server_set(s, own, NULL, e);
}

int x11_admit_host(const char *display, const char *address, struct x11_admission **out,
	struct err *e)
{
	struct x11_admission *g = xcalloc(1, sizeof *g);
	int rc;

	*out = NULL;
	g->address = xstrdup(address);
	g->own = xasprintf(OWN_PREFIX "%s", address);
	if (x11_host_parse(address, &g->host, e) < 0 ||
		x11_server_open(display, NULL, &g->server, e) < 0) {
		grant_free(g);
		return -1;
	}
	x11_server_grab(g->server);
	rc = take(g, display, e);
	if (rc < 0 || x11_server_ungrab(g->server, e) < 0) {
		x11_admission_end(g);
		return err_wrap(e, "admit %s to display %s", address, display);
	}
	*out = g;
	return 0;
}

/* The lease goes while the grab holds: two that leave one after the other must not both
 * see the other's. */
static int end_host(struct x11_admission *g, struct err *e)
{
	bool removed;
	int rc;

	x11_server_grab(g->server);
	rc = x11_server_unlease(g->server, e);
	if (rc == 0)
		rc = drop(g->server, g->own, g->address, &g->host, &removed, e);
	return x11_server_ungrab(g->server, rc < 0 ? NULL : e) < 0 ? -1 : rc;
}

int x11_admit_cookie(const char *display, const char *to_number, unsigned timeout,
	struct buf *out, struct x11_admission **grant, struct err *e)
{
	struct x11_admission *g = xcalloc(1, sizeof *g);
	struct x11_auth auth;

	*grant = NULL;
	if (x11_server_open(display, NULL, &g->server, e) < 0 ||
		x11_security_generate(g->server, timeout, &auth, &g->auth, e) < 0 ||
		x11_server_open(display, &auth, &g->user, e) < 0) {
		x11_admission_end(g);
		return -1;
	}
	x11_cookie_add(out, &auth, to_number);
	*grant = g;
	return 0;
}

/* Best effort: who cannot reach the server any more has nothing to take back there. */
void x11_admission_end(struct x11_admission *g)
{
	struct err e = {.msg = ""};

	if (!g)
		return;
	if (g->auth && x11_security_revoke(g->server, g->auth, &e) < 0)
		log_debug("revoke the X cookie: %s", e.msg);
	if (g->own && end_host(g, &e) < 0)
		log_debug("withdraw %s from the X server: %s", g->address, e.msg);
	grant_free(g);
}

static int sweep(struct x11_server *s, struct err *e)
{
	AUTO_STRV struct strv own = {0};
	int n = 0;

	if (x11_server_properties(s, OWN_PREFIX, &own, e) < 0)
		return -1;
	for (size_t i = 0; i < own.n; i++) {
		const char *address = own.v[i] + sizeof OWN_PREFIX - 1;
		struct x11_host host;
		bool removed;

		/* Not made by us, whatever it is. */
		if (x11_host_parse(address, &host, NULL) < 0)
			continue;
		if (drop(s, own.v[i], address, &host, &removed, e) < 0)
			return -1;
		n += removed;
	}
	return n;
}

int x11_sweep(const char *display, struct err *e)
{
	AUTO_X11 struct x11_server *s = NULL;
	int n;

	if (x11_server_open(display, NULL, &s, e) < 0)
		return -1;
	x11_server_grab(s);
	n = sweep(s, e);
	return x11_server_ungrab(s, n < 0 ? NULL : e) < 0 ? -1 : n;
}
