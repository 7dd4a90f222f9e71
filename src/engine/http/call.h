/* SPDX-License-Identifier: MIT */
/* Calls of the Engine API, for the files of this folder. */
#ifndef CNNRUN_ENGINE_CALL_H
#define CNNRUN_ENGINE_CALL_H

#include "engine/engine.h"
#include "engine/http/http.h"

/* What answers at once in health and is silent for so long will not answer. */
#define PATIENCE_MS 60000

struct engine {
	struct http *http;
	/* for a question; what changes something may take five times that */
	long patience_ms;
	const struct engine_ops *ops;
	char *url, *server;
	struct engine_info info;
	bool asked; /* facts are there */
	struct engine_facts facts;
	char *version, *security_options, *storage_driver, *cgroup_version, *processor,
		*root;
};

/* As http_do, with the negotiated version put before the path. */
int engine_do(
	struct engine *g, const struct http_request *r, struct reply *out, struct err *e);
/* A plain request with path made by printf, which ends with ETIMEDOUT when the engine
 * stays silent. body may be NULL; any status is a success. */
int engine_send(struct engine *g, const char *method, const cJSON *body,
	struct reply *out, struct err *e, const char *fmt, ...)
	__attribute__((format(printf, 6, 7)));
/* A request whose answer is a stream, on a connection of its own; upgrade asks for the
 * raw connection. body may be NULL. A status >= 300 is an error with the engine's words.
 */
int engine_stream(struct engine *g, const char *method, const char *path,
	const cJSON *body, bool upgrade, struct body_stream *out, struct err *e);
/* How long a request with this method may take. */
long engine_patience(const struct engine *g, const char *method);
/* The body as JSON; NULL with e set when it is none. The caller deletes. */
cJSON *reply_json(const struct reply *r, struct err *e);

/* Sets e to the engine's own words about a status >= 300; -1. */
int engine_fail(struct err *e, const struct reply *r);
/* No engine listens there: why, and what to do. -1. */
int engine_unreachable(struct err *e, int os_error, const char *url);
/* Foreign text as one printable line of at most max bytes. In place. */
void one_line(char *s, size_t max);

/* An escaped path segment. The caller frees. */
char *url_segment(const char *s);
/* The same with what image references hold left alone. The caller frees. */
char *url_ref(const char *ref);
/* Appends ?key=value or &key=value; nothing when value is NULL. */
void url_param(struct buf *b, const char *key, const char *value);

/* filters={"label":["…"]}; NULL for NULL. The caller frees. */
char *label_filter(const char *label);

#endif
