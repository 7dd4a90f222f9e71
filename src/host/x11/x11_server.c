/* SPDX-License-Identifier: MIT */
#include "host/x11/x11_server.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "host/x11/x11_cookie.h"
#include "host/x11/x11_requests.h"

static int x_error(const xcb_generic_error_t *x, struct err *e)
{
	if (x->error_code == XCB_ACCESS)
		return err_set(e, EACCES,
			"the X server allows this only to clients of its own machine");
	return err_set(e, EPROTO, "the X server answers request %d.%d with error %d",
		x->major_code, x->minor_code, x->error_code);
}

/* false = the server is gone or silent. */
static bool await(
	struct x11_server *s, unsigned request, void **reply, xcb_generic_error_t **x)
{
	int64_t deadline = clock_ms() + X11_PATIENCE_MS;

	xcb.flush(s->c);
	while (!xcb.poll_for_reply(s->c, request, reply, x))
		if (xcb.connection_has_error(s->c) ||
			!x11_wait(xcb.get_file_descriptor(s->c), POLLIN, deadline))
			return false;
	return !xcb.connection_has_error(s->c);
}

void *x11_answer(struct x11_server *s, unsigned request, struct err *e)
{
	AUTO_FREE xcb_generic_error_t *x = NULL;
	AUTO_FREE void *reply = NULL;
	void *out;

	if (!s->gone) {
		struct x11_hush h = x11_hush_begin();

		s->gone = !await(s, request, &reply, &x);
		x11_hush_end(&h);
	}
	if (s->gone)
		err_set(e, ECONNRESET, "the X server is gone or does not answer");
	else if (x)
		x_error(x, e);
	if (s->gone || x)
		return NULL;
	out = reply;
	reply = NULL;
	return out;
}

/* The answer to a later request proves that the first was carried out, so
 * xcb_request_check() does not wait. */
int x11_done(struct x11_server *s, xcb_void_cookie_t request, struct err *e)
{
	AUTO_FREE void *later = x11_answer(s, xcb.get_input_focus(s->c).sequence, e);
	AUTO_FREE xcb_generic_error_t *x = NULL;

	if (!later)
		return -1;
	x = xcb.request_check(s->c, request);
	return x ? x_error(x, e) : 0;
}

/* libxcb shakes hands with a replay of what the server said, then the server's socket
 * takes the replay's place. */
static xcb_connection_t *adopt(int fd, const struct buf *setup)
{
	struct x11_replay replay;
	xcb_connection_t *c;
	int asking = x11_replay_start(&replay, setup);

	if (asking < 0)
		return NULL;
	c = xcb.connect_to_fd(asking, NULL);
	x11_replay_end(&replay);
	if (!xcb.connection_has_error(c) && dup3(fd, asking, O_CLOEXEC) == asking)
		return c;
	xcb.disconnect(c);
	return NULL;
}

int x11_server_open(const char *display, const struct x11_auth *auth,
	struct x11_server **out, struct err *e)
{
	struct x11_display d;
	struct x11_auth own;
	AUTO_BUF struct buf setup = {0};
	AUTO_FD int fd = -1;
	xcb_connection_t *c;

	*out = NULL;
	if (x11_parse(display, &d, e) < 0 || libxcb_load(e) < 0)
		return -1;
	if (!auth) {
		x11_cookie_find(&d, &own);
		auth = &own;
	}
	fd = x11_connect(&d, auth, &setup, e);
	if (fd < 0)
		return -1;
	c = adopt(fd, &setup);
	if (!c)
		return err_set(
			e, EPROTO, "the X server of %s cannot be talked to", display);
	*out = xcalloc(1, sizeof **out);
	(*out)->c = c;
	(*out)->root = xcb.setup_roots_iterator(xcb.get_setup(c)).data->root;
	return 0;
}

void x11_server_close(struct x11_server *s)
{
	if (!s)
		return;
	xcb.disconnect(s->c);
	free(s);
}

void x11_server_cleanup(struct x11_server **s)
{
	x11_server_close(*s);
}

void x11_server_grab(struct x11_server *s)
{
	xcb.grab_server(s->c);
}

int x11_server_ungrab(struct x11_server *s, struct err *e)
{
	return x11_done(s, xcb.ungrab_server_checked(s->c), e);
}

int x11_server_hosts(struct x11_server *s, struct x11_host_list *out, struct err *e)
{
	AUTO_FREE xcb_list_hosts_reply_t *r =
		x11_answer(s, xcb.list_hosts(s->c).sequence, e);

	*out = (struct x11_host_list){0};
	if (!r)
		return -1;
	out->control = r->mode;
	out->v = xcalloc(r->hosts_len, sizeof *out->v);
	for (xcb_host_iterator_t i = xcb.list_hosts_hosts_iterator(r); i.rem;
		xcb.host_next(&i)) {
		struct x11_host *h = &out->v[out->n];

		if (i.data->address_len > sizeof h->addr)
			continue;
		h->family = i.data->family;
		h->n = i.data->address_len;
		memcpy(h->addr, xcb.host_address(i.data), h->n);
		out->n++;
	}
	return 0;
}

int x11_server_change_host(
	struct x11_server *s, bool insert, const struct x11_host *h, struct err *e)
{
	uint8_t mode = insert ? XCB_HOST_MODE_INSERT : XCB_HOST_MODE_DELETE;

	return x11_done(
		s, xcb.change_hosts_checked(s->c, mode, h->family, h->n, h->addr), e);
}

int x11_server_extension(
	struct x11_server *s, const char *name, uint8_t *opcode, struct err *e)
{
	uint16_t n = (uint16_t)strlen(name);
	AUTO_FREE xcb_query_extension_reply_t *r =
		x11_answer(s, xcb.query_extension(s->c, n, name).sequence, e);

	if (!r)
		return -1;
	*opcode = r->present ? r->major_opcode : 0;
	return 0;
}

/* xcb_send_request() fills in opcode and length, and wants two vectors of room before. */
static unsigned send_raw(struct x11_server *s, void *request, size_t n, bool is_void)
{
	struct iovec parts[3] = {[2] = {request, n}};
	xcb_protocol_request_t how = {
		.count = 1, .opcode = *(uint8_t *)request, .isvoid = is_void};

	return xcb.send_request(s->c, XCB_REQUEST_CHECKED, parts + 2, &how);
}

int x11_server_send(struct x11_server *s, void *request, size_t n, struct err *e)
{
	return x11_done(s, (xcb_void_cookie_t){send_raw(s, request, n, true)}, e);
}

void *x11_server_call(struct x11_server *s, void *request, size_t n, struct err *e)
{
	return x11_answer(s, send_raw(s, request, n, false), e);
}
