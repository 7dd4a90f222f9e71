/* SPDX-License-Identifier: MIT */
/* What a profile has started: each runs in a process of its own, the worker, which tells
 * this one how it goes. */
#ifndef CNNRUN_LAUNCH_HANDLES_H
#define CNNRUN_LAUNCH_HANDLES_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/json.h"
#include "launch/steer/tail.h"

enum {
	HANDLES_AT_ONCE = 64, /* so many run at once, the next waits */
	HANDLES_KEPT = 64,    /* so many that have ended are remembered at least */
};

struct handle {
	int id;
	pid_t pid;       /* of the worker; 0 = it has ended */
	int fd;          /* what it says; -1 = no more */
	int news;        /* an eventfd: there is more output; -1 */
	bool foreground; /* the terminal is its own */
	bool running;    /* the container has been started */
	bool detached;   /* and goes on without us */
	bool stopping;
	bool failed;         /* it did not run: why says it */
	char *name;          /* of the container */
	char *label;         /* before what it prints */
	char *digest;        /* of its image */
	struct tail out[2];  /* stdout, stderr */
	size_t told[2];      /* of them, to who reads lines */
	double limit, start; /* seconds it may take, 0 = any; when it began */
	cJSON *result;
	struct err *why;
	bool told_end; /* the profile knows how it went */
};

struct handles {
	struct handle **v;
	size_t n;
	int last_id;
	size_t n_alive;  /* workers */
	int interrupted; /* by that signal; 0 = not */
};

/* A new one, which runs nothing yet. */
struct handle *handle_new(struct handles *h);
struct handle *handle_find(const struct handles *h, int id);
bool handle_ended(const struct handle *x);
bool handle_has_ended(void *x); /* the same, for handles_wait() */
/* What it printed is not asked for any more. */
void handle_forget_output(struct handle *x);
/* Its worker runs: signals are this process's to pass on from now on. */
void handle_begin(struct handles *h, struct handle *x, pid_t pid, int fd);
/* Asks the container to end, and ends it when it does not. */
void handle_stop(struct handle *x);

/* told.c: a message of its worker, or its worker's end without one that says how the
 * container ended. */
void handle_told(struct handle *x, cJSON *m);
void handle_lost(struct handle *x, int status);

/* Hears the workers until enough() says so, until_ms (0 = no end) or something comes from
 * fd (-1 = none): 1, 0 = the time is over. -1: a signal ended them all. */
int handles_wait(struct handles *h, bool (*enough)(void *ctx), void *ctx, int fd,
	int64_t until_ms, struct err *e);
/* While something is made that the user may want to stop, signals end this process, and
 * all others with it. */
void handles_signals_default(struct handles *h, bool yes);
/* All of them end, but for what is detached. */
void handles_end(struct handles *h);

#endif
