/* SPDX-License-Identifier: MIT */
#include "engine/http/libcurl.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "engine/http/call.h"

struct libcurl curl;

static int load_symbols(void *lib, struct err *e)
{
	const struct {
		const char *name;
		void *slot;
	} table[] = {
#define X(name) {"curl_" #name, &curl.name},
		LIBCURL_FUNCTIONS
#undef X
	};

	for (size_t i = 0; i < COUNT_OF(table); i++) {
		void *p = dlsym(lib, table[i].name);

		if (!p)
			return err_set(e, ENOSYS,
				"libcurl has no %s; version 7.66 or newer is needed",
				table[i].name);
		memcpy(table[i].slot, &p, sizeof p);
	}
	return 0;
}

/* The GnuTLS flavour loads in less time than the OpenSSL one; lazily, for of its thirty
 * libraries few functions are ever called. GnuTLS need not set itself up, nor tell
 * standard error that it cannot. */
static void *open_library(void)
{
	static const char *const names[] = {"libcurl-gnutls.so.4", "libcurl.so.4"};
	static const char no_setup[] = "GNUTLS_NO_IMPLICIT_INIT";
	bool ours = !getenv(no_setup) && setenv(no_setup, "1", 0) == 0;
	void *lib = NULL;

	for (size_t i = 0; i < COUNT_OF(names) && !lib; i++)
		lib = dlopen(names[i], RTLD_LAZY | RTLD_LOCAL);
	if (ours)
		unsetenv(no_setup);
	return lib;
}

int http_load(struct err *e)
{
	void *lib;

	if (curl.lib)
		return 0;
	lib = open_library();
	if (!lib)
		return err_set(e, ENOENT,
			"libcurl is missing; install it: apt-get install "
			"libcurl3-gnutls");
	if (load_symbols(lib, e) < 0) {
		dlclose(lib);
		return -1;
	}
	/* No TLS set-up: unix sockets have no use for it. */
	if (curl.global_init(CURL_GLOBAL_NOTHING) != CURLE_OK) {
		dlclose(lib);
		return err_set(e, EIO, "libcurl does not start");
	}
	curl.lib = lib;
	return 0;
}

/* A credential helper must not inherit the way to the engine. */
static int close_on_exec(void *ctx, curl_socket_t fd, curlsocktype purpose)
{
	(void)ctx;
	(void)purpose;
	return fcntl(fd, F_SETFD, FD_CLOEXEC) < 0 ? CURL_SOCKOPT_ERROR : CURL_SOCKOPT_OK;
}

void libcurl_set_socket(CURL *c, const char *socket_path)
{
	curl.easy_setopt(c, CURLOPT_SOCKOPTFUNCTION, close_on_exec);
	curl.easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
	curl.easy_setopt(c, CURLOPT_PROXY, ""); /* http_proxy must not apply */
	curl.easy_setopt(c, CURLOPT_UNIX_SOCKET_PATH, socket_path);
	curl.easy_setopt(c, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
}

int libcurl_failed(CURL *easy, CURLcode rc, const char *socket_path, struct err *e)
{
	long os = 0;

	if (rc == CURLE_COULDNT_CONNECT) {
		curl.easy_getinfo(easy, CURLINFO_OS_ERRNO, &os);
		return engine_unreachable(e, (int)os, socket_path);
	}
	if (rc == CURLE_OPERATION_TIMEDOUT)
		return err_set(e, ETIMEDOUT,
			"the container engine at unix://%s does not answer", socket_path);
	if (rc == CURLE_GOT_NOTHING || rc == CURLE_RECV_ERROR || rc == CURLE_SEND_ERROR ||
		rc == CURLE_PARTIAL_FILE)
		return err_set(e, ECONNRESET,
			"lost the container engine at unix://%s in the middle of a reply",
			socket_path);
	return err_set(e, EPROTO,
		"unreadable reply of the container engine at unix://%s: %s", socket_path,
		curl.easy_strerror(rc));
}
