/* SPDX-License-Identifier: MIT */
/* Signals as events of a poll loop. Private to launch/. */
#ifndef CNNRUN_LAUNCH_SIGNALS_H
#define CNNRUN_LAUNCH_SIGNALS_H

/* Handlers without SA_RESTART, so that a blocked write gives way to them. */
void signals_catch(void);
void signals_release(void);
int signals_fd(void); /* poll for reading */
/* The next one that came, 0 = none. *name: "TERM", borrowed. */
int signals_next(const char **name);

#endif
