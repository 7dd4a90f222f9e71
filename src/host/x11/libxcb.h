/* SPDX-License-Identifier: MIT */
/* libxcb and libXau, loaded when the first display is asked for: linking them would cost
 * every start of the program half a millisecond. For the files that ask the server. */
#ifndef CNNRUN_HOST_LIBXCB_H
#define CNNRUN_HOST_LIBXCB_H

#include <X11/Xauth.h>
#include <xcb/xcb.h>
#include <xcb/xcbext.h>

#include "base/err.h"

#define LIBXCB_FUNCTIONS                                                                 \
	X(change_hosts_checked)                                                          \
	X(change_property_checked)                                                       \
	X(connect_to_fd)                                                                 \
	X(connection_has_error)                                                          \
	X(create_window_checked)                                                         \
	X(delete_property_checked)                                                       \
	X(destroy_window_checked)                                                        \
	X(disconnect)                                                                    \
	X(flush)                                                                         \
	X(generate_id)                                                                   \
	X(get_atom_name)                                                                 \
	X(get_atom_name_name)                                                            \
	X(get_file_descriptor)                                                           \
	X(get_input_focus)                                                               \
	X(get_property)                                                                  \
	X(get_property_value)                                                            \
	X(get_property_value_length)                                                     \
	X(get_setup)                                                                     \
	X(grab_server)                                                                   \
	X(host_address)                                                                  \
	X(host_next)                                                                     \
	X(intern_atom)                                                                   \
	X(list_hosts)                                                                    \
	X(list_hosts_hosts_iterator)                                                     \
	X(list_properties)                                                               \
	X(list_properties_atoms)                                                         \
	X(poll_for_reply)                                                                \
	X(query_extension)                                                               \
	X(query_tree)                                                                    \
	X(query_tree_children)                                                           \
	X(request_check)                                                                 \
	X(send_request)                                                                  \
	X(setup_roots_iterator)                                                          \
	X(ungrab_server_checked)

#define LIBXAU_FUNCTIONS                                                                 \
	X(DisposeAuth)                                                                   \
	X(FileName)                                                                      \
	X(ReadAuth)

/* xcb.flush() is xcb_flush() and so on, once libxcb_load() was called. */
struct libxcb {
#define X(name) __typeof__(xcb_##name) *name;
	LIBXCB_FUNCTIONS
#undef X
};
extern struct libxcb xcb;

/* xau.ReadAuth() is XauReadAuth() and so on, once libxau_load() was called. */
struct libxau {
#define X(name) __typeof__(Xau##name) *name;
	LIBXAU_FUNCTIONS
#undef X
};
extern struct libxau xau;

/* Both are idempotent. */
int libxcb_load(struct err *e);
int libxau_load(struct err *e);

#endif
