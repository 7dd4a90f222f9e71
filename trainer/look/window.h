/* SPDX-License-Identifier: MIT */
/* A live window with the figure, in its own thread with its own connection to X. */
#ifndef TRAINER_WINDOW_H
#define TRAINER_WINDOW_H

#include "look/figure.h"

struct window;

/* NULL with e set where there is no display, or this was built without cairo. */
struct window *window_open(const char *title, struct err *e);
void window_close(struct window *w);

/* Shows a copy of f soon; never waits for the drawing. */
void window_show(struct window *w, const struct figure *f);

#endif
