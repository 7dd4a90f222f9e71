/* SPDX-License-Identifier: MIT */
/* The SECURITY extension (X Security Extension Protocol 1.0), for which libxcb has no
 * binding. */
#ifndef CNNRUN_HOST_X11_SECURITY_H
#define CNNRUN_HOST_X11_SECURITY_H

#include "host/x11/x11_server.h"

int x11_security_present(struct x11_server *s, bool *yes, struct err *e);
/* A fresh trusted cookie; it expires timeout seconds after its last client has left. The
 * connection must be trusted itself. *id is for revoke. */
int x11_security_generate(struct x11_server *s, unsigned timeout, struct x11_auth *out,
	uint32_t *id, struct err *e);
/* The cookie admits nobody any more, and its clients are disconnected. */
int x11_security_revoke(struct x11_server *s, uint32_t id, struct err *e);

#endif
