/* SPDX-License-Identifier: MIT */
/* The user's terminal: raw mode and back on every way out. */
#ifndef CNNRUN_HOST_TERMINAL_H
#define CNNRUN_HOST_TERMINAL_H

#include <stdbool.h>

#include "base/err.h"

/* Raw mode on fd; the state before is kept once and restored by terminal_restore(), by
 * atexit and on fatal signals (SEGV, ABRT, BUS, FPE, ILL, QUIT) as well. */
int terminal_raw(int fd, struct err *e);
void terminal_restore(void);
/* false = unknown. */
bool terminal_size(int fd, int *rows, int *cols);
/* Has the terminal been suspended and continued (SIGCONT)? Re-enter raw mode. */
void terminal_continue(void);

/* For another process, which outlives one that dies without a handler (SIGKILL): watch
 * keeps the terminal on fd and its state of now (before raw mode), if it is one; unwatch
 * restores that state where the terminal is still raw as terminal_raw() made it, and
 * nobody has set it since. */
void terminal_watch(int fd);
void terminal_unwatch(void);

#endif
