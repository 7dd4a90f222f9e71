/* SPDX-License-Identifier: MIT */
/* One connection to an X server, in the few words that access control needs. Every
 * call is bounded by X11_PATIENCE_MS; once the server fell silent all further calls fail
 * at once. */
#ifndef CNNRUN_HOST_X11_SERVER_H
#define CNNRUN_HOST_X11_SERVER_H

#include "base/strv.h"
#include "host/x11/x11_wire.h"

struct x11_server;

/* auth NULL = the display's own cookie. */
int x11_server_open(const char *display, const struct x11_auth *auth,
	struct x11_server **out, struct err *e);
void x11_server_close(struct x11_server *s); /* NULL is fine */
#define AUTO_X11 __attribute__((cleanup(x11_server_cleanup)))
void x11_server_cleanup(struct x11_server **s);

/* Between the two no other client is served: a mutex that a dying holder gives back. */
void x11_server_grab(struct x11_server *s);
int x11_server_ungrab(struct x11_server *s, struct err *e);

/* An entry of the host list as on the wire. */
struct x11_host {
	uint8_t family;
	uint16_t n;
	uint8_t addr[256];
};

/* Families of X.h and Xauth.h. */
enum {
	X11_INTERNET = 0,
	X11_SERVER_INTERPRETED = 5,
	X11_INTERNET6 = 6,
	X11_LOCAL = 252,
};

struct x11_host_list {
	struct x11_host *v; /* the caller frees */
	size_t n;
	bool control; /* access control is on */
};

int x11_server_hosts(struct x11_server *s, struct x11_host_list *out, struct err *e);
int x11_server_change_host(
	struct x11_server *s, bool insert, const struct x11_host *h, struct err *e);

/* Text properties of the root window; value NULL deletes. */
int x11_server_set(
	struct x11_server *s, const char *property, const char *value, struct err *e);
int x11_server_has(struct x11_server *s, const char *property, bool *yes, struct err *e);
/* Their names that begin with prefix. */
int x11_server_properties(
	struct x11_server *s, const char *prefix, struct strv *out, struct err *e);

/* A lease is a window that nobody sees, tagged with a text; it ends with the connection.
 * One a connection. */
int x11_server_lease(struct x11_server *s, const char *text, struct err *e);
int x11_server_unlease(struct x11_server *s, struct err *e);
/* How many other connections hold one with that text. */
int x11_server_leases(
	struct x11_server *s, const char *text, size_t *others, struct err *e);

/* Major opcode of an extension, 0 = the server has none of that name. */
int x11_server_extension(
	struct x11_server *s, const char *name, uint8_t *opcode, struct err *e);
/* Requests that libxcb has no function for: n bytes (a multiple of 4), the opcodes in the
 * first two; the length is filled in. send is for those without a reply; the caller frees
 * what call returns, NULL = e is set. */
int x11_server_send(struct x11_server *s, void *request, size_t n, struct err *e);
void *x11_server_call(struct x11_server *s, void *request, size_t n, struct err *e);

#endif
