/* SPDX-License-Identifier: MIT */
/* One connection to a container engine: Docker Engine's HTTP API, API >= 1.41, or
 * Podman's compatible one, over a unix socket. All functions return 0, or -1 with e set;
 * where the engine answered with an error, e->code is the HTTP status and e->msg its
 * message. */
#ifndef CNNRUN_ENGINE_ENGINE_H
#define CNNRUN_ENGINE_ENGINE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/buf.h"
#include "base/json.h"

struct engine;

/* --host/--context override, else DOCKER_HOST, DOCKER_CONTEXT, the docker config's
 * currentContext, /var/run/docker.sock, $XDG_RUNTIME_DIR/docker.sock, podman's sockets.
 * host and context may be NULL. *url ("unix:///…") is the caller's. tcp:// and ssh:// end
 * in an error that says they come later. */
int engine_find(const char *host, const char *context, char **url, struct err *e);

/* The path of the socket in such a url, borrowed from it. */
const char *engine_socket(const char *url);

/* Loads the HTTP library (a few ms of CPU); idempotent. Call it while something else
 * computes. */
int engine_load(struct err *e);

/* Connects and negotiates the version with /_ping. */
int engine_open(const char *url, struct engine **out, struct err *e);
void engine_close(struct engine *g); /* NULL is fine */
void engine_close_ptr(struct engine **g);
#define AUTO_ENGINE __attribute__((cleanup(engine_close_ptr)))

struct engine_info {
	const char *url;
	int api_minor;      /* negotiated: 41 = API 1.41 */
	const char *server; /* Server: header, "Docker/20.10.24 (linux)" */
	bool podman;
	bool buildkit; /* the engine offers BuildKit builds */
};
const struct engine_info *engine_info(const struct engine *g);

/* From /info, asked once in an engine's life: what it said is kept in the user's cache.
 */
struct engine_system {
	const char *version; /* "20.10.24" */
	bool rootless, userns_remap;
	bool nvidia_runtime;          /* nvidia runtime or hook known (runtimes list) */
	bool cdi;                     /* CDI devices can be asked for */
	const char *security_options; /* joined by spaces */
	const char *storage_driver;
	const char *cgroup_version; /* "1" | "2" */
	int64_t n_cpu, memory;
};
int engine_system(struct engine *g, const struct engine_system **out, struct err *e);
/* The same, asked anew; what was told before is gone. */
int engine_system_now(struct engine *g, const struct engine_system **out, struct err *e);

/* A plain call: JSON in (may be NULL), JSON out (*reply may be NULL when out is not
 * wanted; the caller deletes). path starts with "/" and is without version. An HTTP
 * status
 * >= 400 is an error. Used by the verbs of this folder and by tests. */
int engine_call(struct engine *g, const char *method, const char *path, const cJSON *body,
	cJSON **reply, struct err *e);

#endif
