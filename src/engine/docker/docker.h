/* SPDX-License-Identifier: MIT */
/* The Docker Engine API's way to do what struct engine_ops asks for, API >= 1.41. Other
 * engines that speak it take from here what fits them. */
#ifndef CNNRUN_ENGINE_DOCKER_H
#define CNNRUN_ENGINE_DOCKER_H

#include "engine/http/call.h"
#include "engine/ops.h"

extern const struct engine_ops docker_ops;

/* What GET /info said, from the cache unless now. The caller deletes. */
int docker_info(struct engine *g, bool now, cJSON **info, struct err *e);
/* Fills g->facts from it. */
void docker_read_info(struct engine *g, const cJSON *info);
int docker_facts(struct engine *g, bool now, struct err *e);

/* The request body of a create. create_body: what all have in common. The caller deletes.
 */
cJSON *create_body(const struct engine_info *i, const struct resolved *s);
/* Has a file of system calls in it named by value, where it is not NULL: by its text, or
 * for an engine that reads it by its path. */
void put_seccomp(cJSON *body, const char *value);
cJSON *docker_body(const struct engine_info *i, const struct resolved *s);
int create_from(struct engine *g, const struct resolved *s, const cJSON *body, char **id,
	struct strv *warnings, struct err *e);
int docker_create(struct engine *g, const struct resolved *s, char **id,
	struct strv *warnings, struct err *e);

/* Gives e, the refusal of a start, exec or attach, the code that its words mean, and cuts
 * the stack of causes down to the part that names the program. */
void start_error(struct err *e);

int docker_start(
	struct engine *g, const char *id, const char *detach_keys, struct err *e);
int docker_attach(struct engine *g, const char *id, bool tty, bool open_stdin, bool logs,
	const char *detach_keys, struct stream **out, struct err *e);
int docker_exec(struct engine *g, const char *id, const struct exec_request *x,
	char **exec_id, struct stream **out, struct err *e);
int docker_exec_resize(
	struct engine *g, const char *exec_id, int rows, int cols, struct err *e);
int docker_exec_status(
	struct engine *g, const char *exec_id, bool *running, int *status, struct err *e);
int docker_wait(struct engine *g, const char *id, bool started,
	struct container_wait **out, struct err *e);
int docker_logs(struct engine *g, const char *id, bool tty, bool follow, int tail,
	bool timestamps, struct stream **out, struct err *e);
int docker_signal(struct engine *g, const char *id, const char *signal, struct err *e);
int docker_stop(struct engine *g, const char *id, int seconds, struct err *e);
int docker_resize(struct engine *g, const char *id, int rows, int cols, struct err *e);
int docker_remove(
	struct engine *g, const char *id, bool force, bool *gone, struct err *e);
int docker_rename(struct engine *g, const char *id, const char *name, struct err *e);
int docker_inspect(struct engine *g, const char *id, struct container_state *out,
	bool *found, struct err *e);
int docker_list(struct engine *g, const char *label, bool all, struct container_list *out,
	struct err *e);

int docker_get_file(struct engine *g, const char *id, const char *path, size_t max,
	struct buf *out, bool *found, struct err *e);
/* archive_look: without a word on whether a link is direct. */
int archive_look(struct engine *g, const char *id, const char *path,
	struct container_path *out, struct err *e);
int docker_path_look(struct engine *g, const char *id, const char *path,
	struct container_path *out, struct err *e);
int docker_export(struct engine *g, const char *id,
	int (*data)(void *ctx, const char *p, size_t n), void *ctx, struct err *e);
void docker_own_paths(const struct resolved *s, struct strv *out);
/* archive_put: with no files but these. */
int archive_put(struct engine *g, const char *id, const struct resolved *s,
	const struct resolved_file *files, size_t n, struct err *e);
int docker_put_files(struct engine *g, const char *id, const struct resolved *s,
	const struct resolved_file *files, size_t n, struct err *e);

int docker_image(
	struct engine *g, const char *ref, struct image *out, bool *found, struct err *e);
int docker_pull(struct engine *g, const char *ref, const char *platform, bool login,
	const struct progress_sink *sink, struct err *e);
int docker_push(struct engine *g, const char *ref, bool login,
	const struct progress_sink *sink, struct err *e);
int docker_import(struct engine *g, int fd, const char *ref, const struct strv *changes,
	const struct progress_sink *sink, char **id, struct err *e);
int docker_save(struct engine *g, const char *id,
	int (*data)(void *ctx, const char *p, size_t n), void *ctx, struct err *e);
int docker_load(
	struct engine *g, int fd, const struct progress_sink *sink, struct err *e);
int docker_build(struct engine *g, const struct build_request *b,
	const struct progress_sink *sink, const volatile int *cancel, char **id,
	struct err *e);
int docker_image_list(
	struct engine *g, const char *pattern, struct strv *refs, struct err *e);
int docker_image_remove(struct engine *g, const char *ref, struct err *e);

int docker_network_create(
	struct engine *g, const char *name, const struct kvs *labels, struct err *e);
int docker_network_remove(struct engine *g, const char *name, struct err *e);
int docker_network_list(
	struct engine *g, const char *label, struct strv *ids, struct err *e);
int docker_network(struct engine *g, const char *name, bool *yes, struct err *e);
int docker_volumes(struct engine *g, const char *label, const char *key, struct kvs *out,
	struct err *e);
int docker_volume_create(
	struct engine *g, const char *name, const struct kvs *labels, struct err *e);
int docker_volume_remove(struct engine *g, const char *name, struct err *e);

#endif
