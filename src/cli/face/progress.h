/* SPDX-License-Identifier: MIT */
/* The progress of a build or pull: on a terminal, finished steps stay as lines and the
 * running ones are redrawn below them; elsewhere finished steps alone are printed. The
 * output of a failed step comes last. */
#ifndef CNNRUN_CLI_PROGRESS_H
#define CNNRUN_CLI_PROGRESS_H

#include <stdbool.h>

#include "base/buf.h"
#include "plan/progress.h"

struct progress_view;

struct progress_style {
	bool live; /* the output can be redrawn */
	bool color;
	bool quiet;          /* nothing but the output of a failed step */
	bool verbose;        /* the output of every step, as it comes */
	int columns;         /* of the terminal */
	double (*now)(void); /* seconds, monotonic: how often to redraw */
	void (*write)(void *ctx, const char *data, size_t n);
	void *ctx;
};

/* Drawn on fd, as the log's settings say. */
struct progress_view *progress_view_new(int fd);
struct progress_view *progress_view_with(const struct progress_style *style);
struct progress_sink progress_view_sink(struct progress_view *v);
/* Takes back what is live, says what failed, frees. */
void progress_view_end(struct progress_view *v);

#endif
