/* SPDX-License-Identifier: MIT */
/* Host entries between text and wire. */
#ifndef CNNRUN_HOST_X11_ACCESS_H
#define CNNRUN_HOST_X11_ACCESS_H

#include "host/x11/x11_server.h"

/* "LOCAL:" or "SI:type:value". */
int x11_host_parse(const char *address, struct x11_host *out, struct err *e);
/* Appends it as xhost writes it, addresses as numbers. */
void x11_host_text(const struct x11_host *h, struct buf *out);
bool x11_host_listed(const struct x11_host_list *list, const struct x11_host *h);

#endif
