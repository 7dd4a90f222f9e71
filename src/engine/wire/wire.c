/* SPDX-License-Identifier: MIT */
/* Raw bytes over libcurl's connection. */
#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "base/mem.h"
#include "engine/http/http.h"
#include "engine/http/libcurl.h"

struct wire {
	CURL *easy;
	int fd;
};

int wire_open(const char *socket_path, struct wire **out, struct err *e)
{
	struct wire *w;
	curl_socket_t fd = CURL_SOCKET_BAD;
	CURLcode rc;

	if (http_load(e) < 0)
		return -1;
	w = xcalloc(1, sizeof *w);
	w->easy = curl.easy_init();
	if (!w->easy) {
		free(w);
		return err_set(e, ENOMEM, "libcurl gives no handle");
	}
	libcurl_set_socket(w->easy, socket_path);
	curl.easy_setopt(w->easy, CURLOPT_URL, "http://engine/");
	curl.easy_setopt(w->easy, CURLOPT_CONNECT_ONLY, 1L);
	rc = curl.easy_perform(w->easy);
	if (rc == CURLE_OK)
		rc = curl.easy_getinfo(w->easy, CURLINFO_ACTIVESOCKET, &fd);
	if (rc != CURLE_OK) {
		libcurl_failed(w->easy, rc, socket_path, e);
		wire_free(w);
		return -1;
	}
	w->fd = fd;
	*out = w;
	return 0;
}

void wire_free(struct wire *w)
{
	if (!w)
		return;
	curl.easy_cleanup(w->easy);
	free(w);
}

int wire_fd(const struct wire *w)
{
	return w->fd;
}

ssize_t wire_send(struct wire *w, const void *p, size_t n, struct err *e)
{
	size_t k = 0;
	CURLcode rc = curl.easy_send(w->easy, p, n, &k);

	if (rc == CURLE_AGAIN)
		return 0;
	if (rc != CURLE_OK)
		return err_set(e, EPIPE, "lost the connection to the container engine");
	return (ssize_t)k;
}

ssize_t wire_recv(struct wire *w, void *p, size_t n, struct err *e)
{
	size_t k = 0;
	CURLcode rc = curl.easy_recv(w->easy, p, n, &k);

	if (rc == CURLE_AGAIN)
		return 0;
	if (rc != CURLE_OK)
		return err_set(
			e, ECONNRESET, "lost the connection to the container engine");
	if (!k)
		return err_set(e, 0, "end of stream");
	return (ssize_t)k;
}

void wire_half_close(struct wire *w)
{
	shutdown(w->fd, SHUT_WR);
}
