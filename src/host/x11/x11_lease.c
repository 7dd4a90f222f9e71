/* SPDX-License-Identifier: MIT */
/* Texts on windows: properties of the root, and the leases. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "host/x11/x11_requests.h"

static const char lease_property[] = "_CNNRUN_LEASE";

enum { TEXT_UNITS = 64 }; /* of four bytes: more than any address of a host entry */

static int atom(struct x11_server *s, const char *name, xcb_atom_t *out, struct err *e)
{
	uint16_t n = (uint16_t)strlen(name);
	AUTO_FREE xcb_intern_atom_reply_t *r =
		x11_answer(s, xcb.intern_atom(s->c, 0, n, name).sequence, e);

	if (!r)
		return -1;
	*out = r->atom;
	return 0;
}

/* On any window; value NULL deletes. */
static int set_property(struct x11_server *s, xcb_window_t w, const char *property,
	const char *value, struct err *e)
{
	xcb_atom_t a;

	if (atom(s, property, &a, e) < 0)
		return -1;
	if (!value)
		return x11_done(s, xcb.delete_property_checked(s->c, w, a), e);
	return x11_done(s,
		xcb.change_property_checked(s->c, XCB_PROP_MODE_REPLACE, w, a,
			XCB_ATOM_STRING, 8, (uint32_t)strlen(value), value),
		e);
}

int x11_server_set(
	struct x11_server *s, const char *property, const char *value, struct err *e)
{
	return set_property(s, s->root, property, value, e);
}

static xcb_get_property_cookie_t get_text(
	struct x11_server *s, xcb_window_t w, xcb_atom_t a)
{
	return xcb.get_property(s->c, 0, w, a, XCB_ATOM_STRING, 0, TEXT_UNITS);
}

int x11_server_has(struct x11_server *s, const char *property, bool *yes, struct err *e)
{
	AUTO_FREE xcb_get_property_reply_t *r = NULL;
	xcb_atom_t a;

	if (atom(s, property, &a, e) < 0)
		return -1;
	r = x11_answer(s, get_text(s, s->root, a).sequence, e);
	if (!r)
		return -1;
	*yes = r->type != XCB_ATOM_NONE;
	return 0;
}

/* All names are asked for before the first answer is read: one way to and fro, however
 * far the server is. */
int x11_server_properties(
	struct x11_server *s, const char *prefix, struct strv *out, struct err *e)
{
	AUTO_FREE xcb_list_properties_reply_t *r =
		x11_answer(s, xcb.list_properties(s->c, s->root).sequence, e);
	AUTO_FREE unsigned *asked = NULL;

	if (!r)
		return -1;
	asked = xcalloc(r->atoms_len, sizeof *asked);
	for (unsigned i = 0; i < r->atoms_len; i++)
		asked[i] =
			xcb.get_atom_name(s->c, xcb.list_properties_atoms(r)[i]).sequence;
	for (unsigned i = 0; i < r->atoms_len; i++) {
		AUTO_FREE xcb_get_atom_name_reply_t *a = x11_answer(s, asked[i], e);
		AUTO_FREE char *name = NULL;

		if (!a)
			return -1;
		name = xstrndup(xcb.get_atom_name_name(a), a->name_len);
		if (!strncmp(name, prefix, strlen(prefix)))
			strv_add(out, name);
	}
	return 0;
}

/* override_redirect: no window manager takes an interest. */
int x11_server_lease(struct x11_server *s, const char *text, struct err *e)
{
	static const uint32_t on = 1;

	s->lease = xcb.generate_id(s->c);
	if (x11_done(s,
		    xcb.create_window_checked(s->c, 0, s->lease, s->root, -1, -1, 1, 1, 0,
			    XCB_WINDOW_CLASS_INPUT_ONLY, 0, XCB_CW_OVERRIDE_REDIRECT,
			    &on),
		    e) < 0)
		return -1;
	return set_property(s, s->lease, lease_property, text, e);
}

int x11_server_unlease(struct x11_server *s, struct err *e)
{
	xcb_window_t w = s->lease;

	s->lease = 0;
	return w ? x11_done(s, xcb.destroy_window_checked(s->c, w), e) : 0;
}

static bool holds(const xcb_get_property_reply_t *r, const char *text)
{
	size_t n = (size_t)xcb.get_property_value_length(r);

	return n == strlen(text) && !memcmp(xcb.get_property_value(r), text, n);
}

int x11_server_leases(
	struct x11_server *s, const char *text, size_t *others, struct err *e)
{
	AUTO_FREE xcb_query_tree_reply_t *tree = NULL;
	AUTO_FREE unsigned *asked = NULL;
	const xcb_window_t *w;
	xcb_atom_t a;

	*others = 0;
	if (atom(s, lease_property, &a, e) < 0)
		return -1;
	tree = x11_answer(s, xcb.query_tree(s->c, s->root).sequence, e);
	if (!tree)
		return -1;
	w = xcb.query_tree_children(tree);
	asked = xcalloc(tree->children_len, sizeof *asked);
	for (unsigned i = 0; i < tree->children_len; i++)
		asked[i] = get_text(s, w[i], a).sequence;
	for (unsigned i = 0; i < tree->children_len; i++) {
		AUTO_FREE xcb_get_property_reply_t *r = x11_answer(s, asked[i], e);

		if (!r)
			return -1;
		*others += w[i] != s->lease && holds(r, text);
	}
	return 0;
}
