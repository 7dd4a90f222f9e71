/* SPDX-License-Identifier: MIT */
/* One service on its way. */
#ifndef CNNRUN_LAUNCH_SERVICE_H
#define CNNRUN_LAUNCH_SERVICE_H

#include "launch/hint.h"
#include "launch/service/services.h"

enum service_state {
	SERVICE_MADE,
	SERVICE_STARTING, /* its command does not run yet */
	SERVICE_RUNS,
	SERVICE_READY,
};

struct service {
	struct launching l;
	enum service_state state;
	char *kept_gate; /* the name of its gate, where it is started once more */
	bool ended;      /* by itself */
	int status;      /* then */
	struct stream *out;
	struct buf line[2]; /* begun and not ended, of each channel */
	struct buf last;    /* lines, where none are shown */
	struct heard heard; /* for a hint */
	bool said;          /* the line that it is ready with */
	int64_t start_ms;
	int64_t look_ms;      /* when to look next whether it is ready */
	struct stream *probe; /* that looks; NULL = none does */
	char *probe_id;
	struct buf probe_said;
};

struct services {
	struct launching *main;
	struct service *v;
	size_t n;
	bool network; /* is there, or may be */
	bool shown;
	bool ending; /* by our will */
	int epoll;   /* of the streams */
	int width;   /* of the longest name */
	struct relay_side side;
};

/* With room for so many, which w->n counts; nothing is shown of them. */
struct services *services_none(struct launching *main, size_t room);
/* Starts each that is made once those it is after are ready, until all are. */
int services_wait(struct services *w, struct err *e);
/* Takes what they printed, and sees which have ended. */
void services_listen(struct services *w);
/* Listens no more: the engine waits for whoever reads what a container printed. */
void service_hush(struct service *v);
/* Shows the last lines of one, where none were shown. */
void service_show_last(const struct service *v);

/* 1 = it is ready, 0 = not yet. */
int ready_look(struct service *v, int64_t now, struct err *e);
void ready_end(struct service *v);
/* Seconds that it may take. */
double ready_timeout(const struct service *v);

#endif
