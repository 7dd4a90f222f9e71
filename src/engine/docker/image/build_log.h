/* SPDX-License-Identifier: MIT */
/* What a running build tells, turned into progress events. */
#ifndef CNNRUN_ENGINE_BUILD_LOG_H
#define CNNRUN_ENGINE_BUILD_LOG_H

#include "base/json.h"
#include "plan/progress.h"

struct build_step {
	char *key; /* BuildKit: the vertex's digest; pulls: the layer */
	char *name;
	bool started, done;
};

struct build_log {
	const struct progress_sink *sink;
	struct build_step *v; /* step number n is v[n - 1] */
	size_t n;
	int current;       /* classic: the step that runs, 0 = none */
	double started_at; /* classic: of it */
	bool cached;       /* classic: of it */
	bool foreign;      /* a program for another processor was to be run */
	char *id;          /* of the image, once known */
	char *failed;      /* name of the failed step */
	char *failure;     /* its message */
};
void build_log_free(struct build_log *l);
#define AUTO_BUILD_LOG __attribute__((cleanup(build_log_free)))

/* One object of the engine's reply; ctx is the struct build_log. -1 when it is an error,
 * with e set to the failed step and its message. */
int build_log_object(void *ctx, const cJSON *j, struct err *e);
/* The build failed, for what text says where no step has said more. -1. */
int build_log_fail(struct build_log *l, const char *text, struct err *e);
/* The reply ended well. */
void build_log_end(struct build_log *l);

/* The number of the step with this key; a new one when there is none. */
int build_log_step(struct build_log *l, const char *key, size_t n);
void build_log_event(struct build_log *l, const struct progress *p);

/* classic: a piece of text ("Step 1/3 : FROM x\n", a program's output …). */
void build_classic_text(struct build_log *l, const char *text);
/* BuildKit: a StatusResponse of moby.buildkit's control API. -1 = malformed; what could
 * be read of it has been told. */
int build_trace(struct build_log *l, const void *data, size_t n);

#endif
