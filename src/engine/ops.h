/* SPDX-License-Identifier: MIT */
/* What a kind of engine is: a table of functions. container.h, image.h and network.h say
 * what each of them does; those that need an ability are called only where it is there.
 */
#ifndef CNNRUN_ENGINE_OPS_H
#define CNNRUN_ENGINE_OPS_H

#include "engine/container.h"
#include "engine/image.h"
#include "engine/network.h"

struct http_request;
struct reply;

struct engine_ops {
	const char *name, *title; /* "docker", "Docker" */
	unsigned can;             /* enum engine_can, as far as the kind tells it */
	const char *server;       /* what its Server: header has in it */
	const char *oldest;       /* that has all we call */
	const char *service;      /* systemd's */
	/* Where it usually listens; not absolute = below $XDG_RUNTIME_DIR. Ends with
	 * NULL. */
	const char *sockets[4];

	/* Makes the status of a failed request what it should be; may be NULL. */
	void (*mend)(struct reply *r);
	/* May this answer be another one in a moment? NULL = never. */
	bool (*is_moment)(const struct http_request *q, const struct reply *r);
	/* Fills g->facts; now: what was told before does not count. */
	int (*facts)(struct engine *g, bool now, struct err *e);

	int (*create)(struct engine *g, const struct resolved *s, char **id,
		struct strv *warnings, struct err *e);
	/* These three tell a program's fault by ERR_NO_PROGRAM and ERR_NOT_PROGRAM. */
	int (*start)(
		struct engine *g, const char *id, const char *detach_keys, struct err *e);
	int (*attach)(struct engine *g, const char *id, bool tty, bool open_stdin,
		bool logs, const char *detach_keys, struct stream **out, struct err *e);
	int (*exec)(struct engine *g, const char *id, const struct exec_request *x,
		char **exec_id, struct stream **out, struct err *e);
	int (*exec_resize)(
		struct engine *g, const char *exec_id, int rows, int cols, struct err *e);
	int (*exec_status)(struct engine *g, const char *exec_id, bool *running,
		int *status, struct err *e);
	int (*wait)(struct engine *g, const char *id, bool started,
		struct container_wait **out, struct err *e);
	int (*logs)(struct engine *g, const char *id, bool tty, bool follow, int tail,
		bool timestamps, struct stream **out, struct err *e);
	int (*signal)(
		struct engine *g, const char *id, const char *signal, struct err *e);
	int (*stop)(struct engine *g, const char *id, int seconds, struct err *e);
	int (*resize)(
		struct engine *g, const char *id, int rows, int cols, struct err *e);
	int (*remove)(
		struct engine *g, const char *id, bool force, bool *gone, struct err *e);
	int (*rename)(struct engine *g, const char *id, const char *name, struct err *e);
	int (*inspect)(struct engine *g, const char *id, struct container_state *out,
		bool *found, struct err *e);
	int (*list)(struct engine *g, const char *label, bool all,
		struct container_list *out, struct err *e);
	int (*get)(struct engine *g, const char *id, const char *path, size_t max,
		struct buf *out, bool *found, struct err *e);
	int (*look)(struct engine *g, const char *id, const char *path,
		struct container_path *out, struct err *e);
	int (*export)(struct engine *g, const char *id,
		int (*data)(void *ctx, const char *p, size_t n), void *ctx,
		struct err *e);
	void (*own_paths)(const struct resolved *s, struct strv *out);
	/* May be NULL: the engine writes it. */
	const char *(*hosts)(const struct resolved *s);
	int (*put)(struct engine *g, const char *id, const struct resolved *s,
		const struct resolved_file *files, size_t n, struct err *e);

	int (*image)(struct engine *g, const char *ref, struct image *out, bool *found,
		struct err *e);
	int (*pull)(struct engine *g, const char *ref, const char *platform, bool login,
		const struct progress_sink *sink, struct err *e);
	int (*push)(struct engine *g, const char *ref, bool login,
		const struct progress_sink *sink, struct err *e);
	int (*import)(struct engine *g, int fd, const char *ref,
		const struct strv *changes, const struct progress_sink *sink, char **id,
		struct err *e);
	int (*save)(struct engine *g, const char *id,
		int (*data)(void *ctx, const char *p, size_t n), void *ctx,
		struct err *e);
	int (*load)(struct engine *g, int fd, const struct progress_sink *sink,
		struct err *e);
	int (*build)(struct engine *g, const struct build_request *b,
		const struct progress_sink *sink, const volatile int *cancel, char **id,
		struct err *e);
	int (*images)(
		struct engine *g, const char *pattern, struct strv *refs, struct err *e);
	int (*image_remove)(struct engine *g, const char *ref, struct err *e);

	int (*network_create)(struct engine *g, const char *name,
		const struct kvs *labels, struct err *e);
	int (*network_remove)(struct engine *g, const char *name, struct err *e);
	int (*network_list)(
		struct engine *g, const char *label, struct strv *ids, struct err *e);
	int (*network)(struct engine *g, const char *name, bool *yes, struct err *e);
	int (*volumes)(struct engine *g, const char *label, const char *key,
		struct kvs *out, struct err *e);
	int (*volume_create)(struct engine *g, const char *name, const struct kvs *labels,
		struct err *e);
	int (*volume_remove)(struct engine *g, const char *name, struct err *e);
};

/* Every kind; ends with NULL. The first is taken for what names itself otherwise. */
extern const struct engine_ops *const engine_kinds[];
/* The kind that usually listens on a socket of this name; else the first. */
const struct engine_ops *engine_at(const char *socket);

/* An engine of this kind without a connection; url is copied. engine_close() frees. */
struct engine *engine_new(const struct engine_ops *ops, const char *url);

/* What waits for a container's end; each kind's own begins with this. */
struct container_wait {
	struct engine *g;
	char *id;
	int fd; /* to poll for reading */
	int (*poll)(struct container_wait *w, int *status, struct err *e);
	void (*free)(struct container_wait *w); /* all but id and w themselves */
};

#endif
