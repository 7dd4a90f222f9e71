/* SPDX-License-Identifier: MIT */
/* Directories of the project that are watched, and what of them is not. */
#ifndef CNNRUN_LAUNCH_WATCH_H
#define CNNRUN_LAUNCH_WATCH_H

#include "base/err.h"
#include "base/strv.h"
#include "build/ignore.h"

struct watched {
	int wd;
	char *path;    /* relative to the project, "" = itself */
	bool *ignored; /* by each pattern, for ignore_match() */
	char *only;    /* this entry alone; NULL = all below */
};

struct watch {
	struct watch *next;
	int id;
	int fd;      /* inotify's */
	int project; /* its directory */
	struct ignore ignore;
	struct watched *v;
	size_t n;
};

/* What the project's .gitignore and .dockerignore say. */
int watch_read_ignored(struct watch *w, struct err *e);
/* Adds what is at path, with all below. */
int watch_add(struct watch *w, const char *path, struct err *e);
/* Adds to changed what of the events that are there counts. */
int watch_look(struct watch *w, struct strv *changed, struct err *e);

#endif
