/* SPDX-License-Identifier: MIT */
/* The X display of this machine: where it is, who is admitted, and admissions that end
 * with the connection that made them. libxcb and libXau only here. A server that is
 * silent for 5 s counts as gone: no call waits for ever. e.code: EINVAL = no name of a
 * display, EACCES = refused, ENOENT, ECONNREFUSED = nobody there, ETIMEDOUT, ECONNRESET =
 * silent, gone. */
#ifndef CNNRUN_HOST_X11_H
#define CNNRUN_HOST_X11_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/buf.h"
#include "base/err.h"

struct x11_display {
	char host[256]; /* "" = local */
	int number, screen;
	char socket[128]; /* "/tmp/.X11-unix/X0", "" when it is reached by TCP (ssh -X) */
};

/* Parses ":0", "unix:0.0", "localhost:10.0", "/path/to/socket:0". */
int x11_parse(const char *display, struct x11_display *out, struct err *e);

/* A socket to it, over which nothing was said yet; non-blocking. -1 = nobody answers. */
int x11_reach(const char *display, struct err *e);

/* What the server says about a client that is local and has uid host_uid. */
struct x11_state {
	bool control;   /* access control is on */
	bool local;     /* LOCAL: is listed: every local user is admitted */
	bool localuser; /* SI:localuser for that uid (by number or name) is listed */
	bool security;  /* has the SECURITY extension */
};
int x11_query(const char *display, uid_t host_uid, struct x11_state *out, struct err *e);

/* The display's own cookie, as the bytes of an Xauthority file with family FamilyWild and
 * display number to_number, so that it fits any host name. *found = false: no cookie for
 * this display in $XAUTHORITY or ~/.Xauthority. */
int x11_cookie(const char *display, const char *to_number, struct buf *out, bool *found,
	struct err *e);

/* A cookie of our own, which no server knows, in the same form. */
int x11_new_cookie(const char *to_number, struct buf *out, struct err *e);
/* For whoever stands before a server: reads a client's first message. Where that shows
 * the cookie mine, out gets what is to be said to the server: the same with theirs, which
 * may be empty. false = it was refused, and told so. */
bool x11_exchange(
	int client, const struct buf *mine, const struct buf *theirs, struct buf *out);

/* The host list as text lines ("LOCAL:", "SI:localuser:alice", "INET:…") for doctor and
 * tests. */
int x11_hosts(const char *display, struct buf *out, bool *control, struct err *e);

/* A grant is an X connection: it lives in the janitor. address: "LOCAL:" or
 * "SI:localuser:#1000". Inserted if absent, counted in the X server itself, deleted with
 * the last holder (facts: a root property tells whether the entry is ours; a lease window
 * per holder). A crash of every holder leaves an entry that the next grant or
 * x11_sweep() adopts and removes. */
struct x11_admission;
int x11_admit_host(const char *display, const char *address, struct x11_admission **out,
	struct err *e);
/* A fresh trusted cookie by the SECURITY extension with a timeout (seconds) that runs
 * only while nobody uses it; one connection is held with it. Xauthority bytes go to out
 * as for x11_cookie. */
int x11_admit_cookie(const char *display, const char *to_number, unsigned timeout,
	struct buf *out, struct x11_admission **grant, struct err *e);
/* Takes back and disconnects. Safe when the server is gone. NULL is fine. */
void x11_admission_end(struct x11_admission *g);
/* Removes entries of ours that no living holder leases. Returns how many, -1 = no
 * display. */
int x11_sweep(const char *display, struct err *e);

#endif
