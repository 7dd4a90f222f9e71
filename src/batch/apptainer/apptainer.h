/* SPDX-License-Identifier: MIT */
/* A task where there is no engine but Apptainer, which has no API: its program unpacks
 * the image, and runs the container as a child of this process. */
#ifndef CNNRUN_BATCH_APPTAINER_H
#define CNNRUN_BATCH_APPTAINER_H

#include "batch/image/images.h"
#include "launch/run.h"

/* What run_plan() does, by that program; images as images_json() has them. Who has begun
 * is told by events->on_start, without an id. */
int apptainer_run(const char *program, const struct run_request *r,
	const struct run_hooks *h, const cJSON *images, int *status, struct err *e);

/* Has it been run here for this user? */
bool apptainer_used(void);
/* Removes what it left when it was killed, and images that no task uses. told hears of
 * each. */
struct apptainer_cleaning {
	bool dry;
	void (*told)(void *ctx, const char *path, int result, struct err *e);
	void *ctx;
};
void apptainer_clean(bool images, const struct apptainer_cleaning *c);

/* In the user's private directory of this node; the dots tell them from records of
 * launches. */
#define APPTAINER_IMAGES "apptainer.images" /* ID, and ID.lock of who uses it */
#define APPTAINER_RUNS   "apptainer.run"    /* a directory a task, locked */

/* What it cannot do, or not as an engine would, is refused: before it is looked for here,
 * and of what was found. */
int apptainer_can(const struct plan *p, struct err *e);
int apptainer_takes(const struct resolved *s, struct err *e);

/* An image that is unpacked on this node, for all tasks of the user. */
struct unpacked {
	char *dir;
	int lock; /* while it is open nobody removes it */
	char *workdir;
	struct kvs env;
};
/* Unpacks it unless it is there. s->from becomes what it says. */
int unpacked_open(struct unpacked *u, const char *program, const cJSON *image,
	struct resolved *s, struct err *e);
void unpacked_close(struct unpacked *u);
/* What the image's tar, open as fd, says of itself: the object of that id, and no other.
 * The caller deletes. */
cJSON *image_config(int fd, const char *path, const char *id, struct err *e);

/* The command line, which tells no values of variables; run is the task's directory. */
void apptainer_words(struct strv *out, const char *program, const struct resolved *s,
	const struct unpacked *u, const char *run);
/* The variables of the command, as gate_environment() takes them. */
void apptainer_environment(
	struct buf *out, const struct resolved *s, const struct unpacked *u);

/* DIRECTORY/NAME in the user's private directory of this node, made. *path is the
 * caller's. */
int apptainer_place(const char *name, char **path, struct err *e);
/* Starts it without this environment. */
int apptainer_start(
	const struct strv *words, const char *scratch, pid_t *pid, struct err *e);
/* Its exit status as docker has it, 128 and the signal. */
int apptainer_wait(pid_t pid);

#endif
