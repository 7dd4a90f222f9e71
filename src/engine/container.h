/* SPDX-License-Identifier: MIT */
/* Containers: the verbs of the Engine API on one container, and lists of them. */
#ifndef CNNRUN_ENGINE_CONTAINER_H
#define CNNRUN_ENGINE_CONTAINER_H

#include "engine/engine.h"
#include "engine/stream.h"
#include "plan/resolved.h"

/* HostConfig is built from the resolved plan's typed fields only. Warnings of the engine
 * are added to warnings (may be NULL). *id is the caller's. */
int container_create(struct engine *g, const struct resolved *s, char **id,
	struct strv *warnings, struct err *e);

/* On failure *status is what docker gives: 127 (no such program), 126 (not executable) or
 * 125. e then names the program, with ERR_NO_PROGRAM or ERR_NOT_PROGRAM. */
int container_start(struct engine *g, const char *id, const char *detach_keys,
	int *status, struct err *e);
int container_kill(struct engine *g, const char *id, const char *signal, struct err *e);
/* seconds -1 = the container's own time-out. Fine when it is stopped already. */
int container_stop(struct engine *g, const char *id, int seconds, struct err *e);
/* Removes with its anonymous volumes; force kills first. *gone (may be NULL) tells that
 * there was none. */
int container_remove(
	struct engine *g, const char *id, bool force, bool *gone, struct err *e);
/* e->code 409: the name is taken. */
int container_rename(struct engine *g, const char *id, const char *name, struct err *e);
int container_resize(struct engine *g, const char *id, int rows, int cols, struct err *e);

struct container_state {
	char id[80];
	char *name;
	char *image, *image_id;
	bool running, tty, open_stdin;
	int exit_code;
	int64_t finished_ns; /* since 1970; 0 = it has not, or nobody knows */
	bool oom_killed;
	char *error;
	struct kvs labels;
	char *workdir, *user;
	int pid;
	int stop_timeout; /* seconds, -1 = the engine's default */
	struct kvs
		ports; /* while it runs: "80/tcp" → the first that it is published as */
};
void container_state_free(struct container_state *c);
#define AUTO_STATE __attribute__((cleanup(container_state_free)))
int container_inspect(struct engine *g, const char *id, struct container_state *out,
	bool *found, struct err *e);

struct container_item {
	char *id, *name, *image, *image_id, *state, *status;
	int64_t created; /* unix time */
	struct kvs labels;
};
struct container_list {
	struct container_item *v;
	size_t n;
};
void container_list_free(struct container_list *l);
#define AUTO_LIST __attribute__((cleanup(container_list_free)))
/* label: "key" or "key=value" filter, NULL = every container. all: stopped ones too. */
int container_list(struct engine *g, const char *label, bool all,
	struct container_list *out, struct err *e);

/* Opens the attach stream; its head has been read when this returns. Frames are
 * demultiplexed by stream_take unless tty. logs = send what was printed so far first. */
int container_attach(struct engine *g, const char *id, bool tty, bool open_stdin,
	bool logs, const char *detach_keys, struct stream **out, struct err *e);
/* Logs as a stream; tail < 0 = all. follow keeps it open. */
int container_logs(struct engine *g, const char *id, bool tty, bool follow, int tail,
	bool timestamps, struct stream **out, struct err *e);

/* Waiting for the end, without blocking: registered (its head read) when begin returns.
 * begin is for a container that is about to be started; one that was started has perhaps
 * ended by now, whatever a list says, and would then be waited for without end. */
struct container_wait;
int container_wait_begin(
	struct engine *g, const char *id, struct container_wait **out, struct err *e);
int container_wait_started(
	struct engine *g, const char *id, struct container_wait **out, struct err *e);
int container_wait_fd(const struct container_wait *w); /* poll for reading */
/* 0 = not yet, 1 = ended with *status, -1 = the engine was lost or failed. */
int container_wait_poll(struct container_wait *w, int *status, struct err *e);
void container_wait_free(struct container_wait *w);

struct exec_request {
	struct strv command;
	struct kvs env;
	const char *user, *workdir, *detach_keys;
	bool tty, open_stdin, privileged;
	int rows, cols; /* 0 = unknown */
};
/* Creates and starts an exec; the stream is attached. *exec_id is the caller's. On
 * failure *status as for container_start. */
int container_exec(struct engine *g, const char *id, const struct exec_request *x,
	char **exec_id, struct stream **out, int *status, struct err *e);
int container_exec_resize(
	struct engine *g, const char *exec_id, int rows, int cols, struct err *e);
/* The exit status, which the engine may know a moment after the output's end only, or
 * long after when the command closed its output. Waits limit_ms for it, -1 = for ever;
 * *running tells that there is none yet. */
int container_exec_wait(struct engine *g, const char *exec_id, int limit_ms,
	bool *running, int *status, struct err *e);

/* One regular file of a created or running container, symlinks resolved inside it;
 * *found = false when there is none. At most max bytes. */
int container_get_file(struct engine *g, const char *id, const char *path, size_t max,
	struct buf *out, bool *found, struct err *e);

/* What a path of a container is, its parents resolved inside it. */
struct container_path {
	bool found;
	char *link;  /* a symlink: where that leads in the end; NULL = it is none */
	bool direct; /* it is known to lead there by no other link */
};
/* out->link is the caller's. */
int container_path_look(struct engine *g, const char *id, const char *path,
	struct container_path *out, struct err *e);
/* All its files as one tar, piece by piece; data's -1 ends it, with -1. */
int container_export(struct engine *g, const char *id,
	int (*data)(void *ctx, const char *p, size_t n), void *ctx, struct err *e);
/* Appends the paths at which the engine mounts things of its own in a container of s,
 * and makes what is not there; a directory ends in "/". */
void container_own_paths(
	const struct engine *g, const struct resolved *s, struct strv *out);
/* The text of the /etc/hosts that a container of s lacks, for the engine writes none and
 * no mount is it; else NULL. */
const char *container_hosts(struct engine *g, const struct resolved *s);
/* Puts files and directories in one request. Refuses a path below one of the resolved
 * plan's mounts: it would be written to the host as root. A container without network
 * gets its /etc/hosts by the way. */
int container_put_files(struct engine *g, const char *id, const struct resolved *s,
	const struct resolved_file *files, size_t n, struct err *e);

#endif
