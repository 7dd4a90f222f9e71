/* SPDX-License-Identifier: MIT */
/* Signals as events of a poll loop. */
#ifndef CNNRUN_LAUNCH_SIGNALS_H
#define CNNRUN_LAUNCH_SIGNALS_H

#include <stdbool.h>
#include <stddef.h>

/* Handlers without SA_RESTART, so that a blocked write gives way to them. A launch within
 * a launch (cnn.run in a handler) may do it again: the inner one has the signals first,
 * and what asks for an end goes on to the outer one. */
void signals_catch(void);
void signals_release(void);
int signals_fd(void); /* poll for reading */
/* The next one that came, 0 = none. *name: "TERM", borrowed. */
int signals_next(const char **name);
/* Did the terminal send that to all in the foreground, by a key? */
bool signals_by_terminal(void);
/* In a child: they are as before the first signals_catch(). */
void signals_forget(void);
/* Has one come that asks for an end, and waits for the outermost launch? */
bool signals_end_asked(void);

/* Has one come, or been typed into a container, at any time of this process? */
bool signals_ever_asked(void);
/* These keys go to a container whose terminal makes signals of them. */
void signals_typed(const char *keys, size_t n);

#endif
