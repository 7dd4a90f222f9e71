/* SPDX-License-Identifier: MIT */
/* What is known of a launch outside its processes: a file in the runtime directory, there
 * before anything is made. Launcher and janitor hold a lock on it, which the kernel takes
 * away with the last of them: no process id that another may have by now. */
#ifndef CNNRUN_LAUNCH_RECORD_H
#define CNNRUN_LAUNCH_RECORD_H

#include <stdbool.h>

#include "base/err.h"
#include "base/strv.h"

struct record {
	char *url;     /* of the engine; NULL = not known */
	char *display; /* where an X host entry may be; NULL = none */
	bool keep;     /* its container is stopped but not removed */
	bool detached; /* its container may run on */
	bool place;    /* there may be a directory of its own beside a far engine */
	struct strv forwards; /* by the way to that, which may be open */
};

void record_free(struct record *r);
#define AUTO_RECORD __attribute__((cleanup(record_free)))

/* Writes a new one; a locked descriptor, which may be handed on, or -1. Unless *named it
 * has no name yet, and goes with its last descriptor. */
int record_new(const char *path, const struct record *r, bool *named, struct err *e);
int record_name(int fd, const char *path, struct err *e);
/* The same place again, with r->detached changed, or more forwards. */
int record_update(int fd, const struct record *r, struct err *e);
/* Of a launch whose processes are all dead: a descriptor that keeps others from taking it
 * too, with *out filled in. -1 = somebody lives or is at it, or there is no such file. */
int record_take(const char *path, struct record *out);
/* Has the launch of this record no process any more, or was it undone? */
bool record_is_dead(const char *path);
/* A record that was never finished, because its writer was killed: where the file system
 * has no nameless files. */
bool record_is_scrap(const char *path);

#endif
