/* SPDX-License-Identifier: MIT */
#include "engine/http/http.h"

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "base/mem.h"
#include "engine/http/libcurl.h"

/* All head lines of a reply together; docker's are some hundred bytes. */
#define HEAD_MAX ((size_t)64 << 10)

/* How long a poll sleeps while a cancel flag has to be looked at. */
#define CANCEL_POLL_MS 200

struct http {
	CURL *easy;
	CURLM *multi;
	char *socket;
};

int http_new(const char *socket_path, struct http **out, struct err *e)
{
	struct http *h;

	if (strlen(socket_path) >= sizeof((struct sockaddr_un *)0)->sun_path)
		return err_set(e, ENAMETOOLONG, "the socket's path is too long: %s",
			socket_path);
	if (http_load(e) < 0)
		return -1;
	h = xcalloc(1, sizeof *h);
	h->socket = xstrdup(socket_path);
	h->easy = curl.easy_init();
	h->multi = curl.multi_init();
	if (!h->easy || !h->multi) {
		http_free(h);
		return err_set(e, ENOMEM, "libcurl gives no handle");
	}
	*out = h;
	return 0;
}

void http_free(struct http *h)
{
	if (!h)
		return;
	if (h->easy)
		curl.easy_cleanup(h->easy);
	if (h->multi)
		curl.multi_cleanup(h->multi);
	free(h->socket);
	free(h);
}

void reply_free(struct reply *r)
{
	kvs_free(&r->head);
	buf_free(&r->body);
}

/* One request on its way. */
struct transfer {
	struct http *h;
	const struct http_request *req;
	struct reply *reply;
	bool gave_up, too_long;
	size_t n_head;
};

static size_t on_head(char *line, size_t size, size_t n, void *ctx)
{
	struct transfer *t = ctx;
	const char *end = line + n * size, *colon = memchr(line, ':', n * size);
	AUTO_FREE char *key = NULL, *value = NULL;

	t->n_head += n * size;
	t->too_long = t->n_head > HEAD_MAX;
	if (t->too_long)
		return 0;
	if (!colon)
		return n * size;
	key = xstrndup(line, (size_t)(colon - line));
	for (char *p = key; *p; p++)
		*p = (char)tolower((unsigned char)*p);
	while (++colon < end && *colon == ' ')
		;
	while (end > colon && isspace((unsigned char)end[-1]))
		end--;
	value = xstrndup(colon, (size_t)(end - colon));
	kvs_set(&t->reply->head, key, value);
	return n * size;
}

static size_t on_body(char *p, size_t size, size_t n, void *ctx)
{
	struct transfer *t = ctx;

	n *= size;
	curl.easy_getinfo(t->h->easy, CURLINFO_RESPONSE_CODE, &t->reply->status);
	if (t->req->data && t->reply->status < 400) {
		t->gave_up = t->req->data(t->req->data_ctx, p, n) < 0;
		return t->gave_up ? 0 : n;
	}
	t->too_long = n > HTTP_REPLY_MAX - t->reply->body.n;
	if (t->too_long)
		return 0;
	buf_add(&t->reply->body, p, n);
	return n;
}

static size_t on_read(char *to, size_t size, size_t n, void *ctx)
{
	struct transfer *t = ctx;
	ssize_t k = t->req->read(t->req->read_ctx, to, n * size);

	t->gave_up = k < 0;
	return k < 0 ? CURL_READFUNC_ABORT : (size_t)k;
}

static struct curl_slist *head_lines(const struct http_request *r)
{
	struct curl_slist *l =
		curl.slist_append(NULL, "Expect:"); /* no 100-continue stall */

	if (r->body || r->read) {
		AUTO_FREE char *line = xasprintf(
			"Content-Type: %s", r->type ? r->type : "application/json");

		l = curl.slist_append(l, line);
	}
	for (size_t i = 0; r->head && i < r->head->n; i++) {
		AUTO_FREE char *line =
			xasprintf("%s: %s", r->head->v[i].key, r->head->v[i].value);

		l = curl.slist_append(l, line);
	}
	return l;
}

static void set_body(CURL *c, struct transfer *t)
{
	const struct http_request *r = t->req;

	if (r->read) {
		/* what was read cannot be sent again when a kept connection turns out
		 * to be closed */
		curl.easy_setopt(c, CURLOPT_FRESH_CONNECT, 1L);
		curl.easy_setopt(c, CURLOPT_UPLOAD, 1L);
		curl.easy_setopt(c, CURLOPT_UPLOAD_BUFFERSIZE, 2L << 20);
		curl.easy_setopt(c, CURLOPT_READFUNCTION, on_read);
		curl.easy_setopt(c, CURLOPT_READDATA, t);
	} else if (r->body || !strcmp(r->method, "POST") || !strcmp(r->method, "PUT")) {
		curl.easy_setopt(c, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)r->n_body);
		curl.easy_setopt(c, CURLOPT_POSTFIELDS, r->body ? r->body : "");
	} else if (!strcmp(r->method, "HEAD")) {
		curl.easy_setopt(c, CURLOPT_NOBODY, 1L);
	}
	curl.easy_setopt(c, CURLOPT_CUSTOMREQUEST, r->method);
}

static CURLcode perform(struct http *h, const volatile int *cancel)
{
	CURLcode rc = CURLE_ABORTED_BY_CALLBACK;
	CURLMcode m = curl.multi_add_handle(h->multi, h->easy);
	const CURLMsg *msg;
	int running = 1, left;

	while (m == CURLM_OK && running && !(cancel && *cancel)) {
		m = curl.multi_perform(h->multi, &running);
		if (m == CURLM_OK && running)
			m = curl.multi_poll(
				h->multi, NULL, 0, cancel ? CANCEL_POLL_MS : 10000, NULL);
	}
	while ((msg = curl.multi_info_read(h->multi, &left)))
		if (msg->msg == CURLMSG_DONE)
			rc = msg->data.result;
	/* An unfinished transfer's connection is closed by this. */
	curl.multi_remove_handle(h->multi, h->easy);
	return m == CURLM_OK ? rc : CURLE_RECV_ERROR;
}

int http_do(
	struct http *h, const struct http_request *r, struct reply *out, struct err *e)
{
	struct transfer t = {.h = h, .req = r, .reply = out};
	AUTO_FREE char *url = xasprintf("http://engine%s", r->path);
	struct curl_slist *head = head_lines(r);
	CURLcode rc;

	curl.easy_reset(h->easy);
	libcurl_set_socket(h->easy, h->socket);
	set_body(h->easy, &t);
	curl.easy_setopt(h->easy, CURLOPT_URL, url);
	curl.easy_setopt(h->easy, CURLOPT_PATH_AS_IS, 1L);
	curl.easy_setopt(h->easy, CURLOPT_HTTPHEADER, head);
	curl.easy_setopt(h->easy, CURLOPT_HEADERFUNCTION, on_head);
	curl.easy_setopt(h->easy, CURLOPT_HEADERDATA, &t);
	curl.easy_setopt(h->easy, CURLOPT_WRITEFUNCTION, on_body);
	curl.easy_setopt(h->easy, CURLOPT_WRITEDATA, &t);
	curl.easy_setopt(h->easy, CURLOPT_TIMEOUT_MS, r->timeout_ms);
	rc = perform(h, r->cancel);
	curl.slist_free_all(head);
	if (rc == CURLE_OK) {
		curl.easy_getinfo(h->easy, CURLINFO_RESPONSE_CODE, &out->status);
		return 0;
	}
	if (t.gave_up)
		return -1;
	if (t.too_long)
		return err_set(e, EMSGSIZE,
			"the container engine's reply to %s %s is too long", r->method,
			r->path);
	if (r->cancel && *r->cancel)
		return err_set(e, ERR_INTERRUPTED, "interrupted");
	return libcurl_failed(h->easy, rc, h->socket, e);
}
