/* SPDX-License-Identifier: MIT */
/* libcurl, loaded when the first engine is needed: linking it would cost every start of
 * the program 4 to 7 ms of dynamic linking (TLS, Kerberos, LDAP …). For http.c and
 * wire.c. */
#ifndef CNNRUN_ENGINE_LIBCURL_H
#define CNNRUN_ENGINE_LIBCURL_H

#include <curl/curl.h>

#include "base/err.h"

#define LIBCURL_FUNCTIONS                                                                \
	X(global_init)                                                                   \
	X(easy_init)                                                                     \
	X(easy_cleanup)                                                                  \
	X(easy_reset)                                                                    \
	X(easy_setopt)                                                                   \
	X(easy_getinfo)                                                                  \
	X(easy_perform)                                                                  \
	X(easy_send)                                                                     \
	X(easy_recv)                                                                     \
	X(easy_strerror)                                                                 \
	X(multi_init)                                                                    \
	X(multi_cleanup)                                                                 \
	X(multi_add_handle)                                                              \
	X(multi_remove_handle)                                                           \
	X(multi_perform)                                                                 \
	X(multi_poll)                                                                    \
	X(multi_info_read)                                                               \
	X(slist_append)                                                                  \
	X(slist_free_all)

/* curl.easy_init() is curl_easy_init() and so on, once http_load() was called. */
struct libcurl {
	void *lib;
#define X(name) __typeof__(curl_##name) *name;
	LIBCURL_FUNCTIONS
#undef X
};
extern struct libcurl curl;

/* What every handle needs: the socket, no proxy, no signals. */
void libcurl_set_socket(CURL *c, const char *socket);
/* Why a transfer ended, in words; -1. */
int libcurl_failed(CURL *c, CURLcode rc, const char *socket, struct err *e);

#endif
