/* SPDX-License-Identifier: MIT */
/* The address of an engine as data, and in one form: what two engines are compared by. */
#ifndef CNNRUN_ENGINE_ENDPOINT_H
#define CNNRUN_ENGINE_ENDPOINT_H

#include "base/err.h"

enum endpoint_kind {
	AT_UNIX,  /* unix:///path */
	AT_SSH,   /* ssh://[user@]host[:port][/path of its socket] */
	AT_TCP,   /* tcp://host[:port], with TLS unless it is this machine */
	AT_PLAIN, /* http://host[:port], without, whatever listens on the way */
};

struct endpoint {
	enum endpoint_kind kind;
	char *user, *host, *port, *path; /* NULL where it does not say */
};
void endpoint_free(struct endpoint *p);
#define AUTO_ENDPOINT __attribute__((cleanup(endpoint_free)))

/* Nothing of it can be taken for an option or a word of its own by a program. */
int endpoint_parse(const char *url, struct endpoint *out, struct err *e);
/* The caller frees. */
char *endpoint_url(const struct endpoint *p);

#endif
