/* SPDX-License-Identifier: MIT */
/* Signals that end a run after the step at work, with a checkpoint. */
#ifndef TRAINER_STOP_H
#define TRAINER_STOP_H

/* SIGTERM, SIGUSR1 and SIGINT are noted; the same signal again kills. */
void stop_install(void);
/* The signal that came, or 0. */
int stop_wanted(void);

#endif
