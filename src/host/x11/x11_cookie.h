/* SPDX-License-Identifier: MIT */
/* Cookies between Xauthority files and connections. */
#ifndef CNNRUN_HOST_X11_COOKIE_H
#define CNNRUN_HOST_X11_COOKIE_H

#include "host/x11/x11_wire.h"

/* The cookie that $XAUTHORITY or ~/.Xauthority holds for the display; false = none. */
bool x11_cookie_find(const struct x11_display *d, struct x11_auth *out);
/* Appends the bytes of an Xauthority file that fits any host name. */
void x11_cookie_add(struct buf *out, const struct x11_auth *auth, const char *number);

#endif
