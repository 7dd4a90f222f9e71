/* SPDX-License-Identifier: MIT */
/* Boxes: one container a user, project and profile that stays. A run makes it where there
 * is none, starts it where it is stopped, and enters it. While it is made it has another
 * name: what has a box's name is ready, whoever was killed meanwhile. */
#ifndef CNNRUN_LAUNCH_BOX_H
#define CNNRUN_LAUNCH_BOX_H

#include "engine/container.h"
#include "launch/run.h"

#define FRESH "--fresh makes it anew"

struct box {
	struct engine *g;
	const struct run_request *r;
	const struct run_hooks *h;
	struct resolved *s;
	char *name;
	char *id;          /* NULL = there is none */
	char *image_id;    /* the image's as the plan names it, not that with your home */
	char *state;       /* as the engine's list has it */
	struct kvs labels; /* its own */
	struct container_list services;
	int lock;                    /* -1; held: nobody else makes it */
	struct launch_events events; /* of the launch that makes it */
};

/* Finds the box of s, or, where there is none, sets s and b->events for the launch that
 * makes it, and keeps others from making it too. What has changed since it was made is
 * said. */
int box_open(struct box *b, struct engine *g, const struct run_request *r,
	const struct run_hooks *h, struct resolved *s, struct err *e);
/* Does the plan's work in the new box, each command once, in order, and shows it as
 * steps. */
int box_prepare(const struct box *b, const char *id, struct err *e);
/* Runs the plan's command, or a shell, in it; only says its name where the plan is to run
 * in the background. */
int box_enter(struct box *b, int *status, struct err *e);
/* Where the news of what is carried goes; NULL = nowhere. */
const struct progress_sink *box_news(const struct box *b);
/* Says what has changed since it was made. */
void box_say_changes(const struct box *b);
/* From here on others may go on. */
void box_unlock(struct box *b);
void box_close(struct box *b);

/* Starts what does not run of a box that has these labels: its services, until they are
 * ready, then itself. */
int box_start(struct engine *g, const char *id, const char *name,
	const struct kvs *labels, bool running, struct err *e);
/* Stops it, and then its services. seconds: each may take, -1 = its own. */
int box_stop(struct engine *g, const char *id, const struct kvs *labels, int seconds,
	struct err *e);
/* Removes it, its services and their network. force: also where it runs. */
int box_remove(struct engine *g, const char *id, const struct kvs *labels, bool force,
	struct err *e);
/* Adds what describes this terminal. */
void box_terminal(struct kvs *env);
/* After a failure, -1: where the box does not run any more, e says that and why. */
int box_explain(struct engine *g, const char *id, const char *name, struct err *e);

#endif
