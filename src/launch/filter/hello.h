/* SPDX-License-Identifier: MIT */
/* The name that a TLS client asks for. */
#ifndef CNNRUN_LAUNCH_HELLO_H
#define CNNRUN_LAUNCH_HELLO_H

#include <stddef.h>
#include <stdint.h>

#include "plan/host_rule.h"

enum hello {
	HELLO_MORE,    /* it goes on */
	HELLO_NONE,    /* it is no ClientHello */
	HELLO_UNNAMED, /* it asks for no name that is one */
	HELLO_NAMED
};

enum { HELLO_MAX = 32768 };

/* Of the first n bytes that a client sent. */
enum hello hello_name(const uint8_t *p, size_t n, char out[HOST_MAX]);

#endif
