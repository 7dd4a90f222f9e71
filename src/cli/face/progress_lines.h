/* SPDX-License-Identifier: MIT */
/* The lines of the progress display. */
#ifndef CNNRUN_CLI_PROGRESS_LINES_H
#define CNNRUN_CLI_PROGRESS_LINES_H

#include "cli/face/progress.h"
#include "cli/face/progress_steps.h"

/* A narrower terminal gets no live display: lines that wrap cannot be counted. */
enum { WIDTH_MIN = 40, WIDTH_UNKNOWN = 80, WIDTH_MAX = 100 };

/* An ended step: "[2/7] RUN apt-get update            3.1s" */
void add_step_line(const struct progress_style *s, struct buf *b, const struct step *st);
/* A running step: its name, and the last line of its output below. */
void add_running(const struct progress_style *s, struct buf *b, const struct step *st);
void add_upload(struct buf *b, int64_t sent);
/* The layers of a pull in sum; nothing where there are none. */
void add_layers(struct buf *b, const struct steps *steps, bool ended);

#endif
