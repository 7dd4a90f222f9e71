/* SPDX-License-Identifier: MIT */
/* Signals that end a run after the step at work, with a checkpoint. */
#ifndef TRAINER_STOP_H
#define TRAINER_STOP_H

/* SIGTERM, SIGUSR1 and SIGINT are noted; the same signal again kills. So is SIGALRM,
 * which comes after so many seconds; 0: never. */
void stop_install(int seconds);
/* The signal that came, or 0. */
int stop_wanted(void);

#endif
