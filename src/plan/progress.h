/* SPDX-License-Identifier: MIT */
/* What a build or a pull reports while it runs; made by engine/, shown by cli/. */
#ifndef CNNRUN_PLAN_PROGRESS_H
#define CNNRUN_PLAN_PROGRESS_H

#include <stddef.h>
#include <stdint.h>

enum progress_kind {
	PROGRESS_UPLOAD, /* current bytes of the context sent, total 0 = unknown yet */
	PROGRESS_START,  /* step begins: name */
	PROGRESS_LOG,    /* text of a step: data, n (any bytes, may hold newlines) */
	PROGRESS_STATUS, /* step or layer: name = what, current/total in bytes */
	PROGRESS_DONE,   /* step ended: seconds; cached */
	PROGRESS_ERROR,  /* step failed: name = step, data = message */
	PROGRESS_WARN,   /* data */
};

struct progress {
	enum progress_kind kind;
	int step; /* small number, stable for one step or layer; 0 = none */
	const char *name;
	const char *data;
	size_t n;
	int64_t current, total;
	double seconds; /* DONE: that it took; STATUS: that are left, 0 = unknown */
	int cached;
};

/* All pointers are borrowed for the call. */
struct progress_sink {
	void (*event)(void *ctx, const struct progress *p);
	void *ctx;
};

#endif
