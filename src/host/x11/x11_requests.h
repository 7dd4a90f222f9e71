/* SPDX-License-Identifier: MIT */
/* Requests on a connection to an X server, for the files that make them of libxcb's. */
#ifndef CNNRUN_HOST_X11_REQUESTS_H
#define CNNRUN_HOST_X11_REQUESTS_H

#include "host/x11/libxcb.h"
#include "host/x11/x11_server.h"

struct x11_server {
	xcb_connection_t *c;
	xcb_window_t root; /* of the first screen: the host list knows no screens */
	xcb_window_t lease;
	bool gone;
};

/* The reply to a request, which the caller frees; NULL with e. */
void *x11_answer(struct x11_server *s, unsigned request, struct err *e);
/* Did a checked request without a reply succeed? */
int x11_done(struct x11_server *s, xcb_void_cookie_t request, struct err *e);

#endif
