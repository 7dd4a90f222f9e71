/* SPDX-License-Identifier: MIT */
/* What the user is told, on stderr: one line each, coloured on a terminal. */
#ifndef CNNRUN_BASE_LOG_H
#define CNNRUN_BASE_LOG_H

#include <stdbool.h>

enum log_level { LOG_QUIET, LOG_NORMAL, LOG_VERBOSE };

/* Colour and live progress only where stderr is a terminal and NO_COLOR / TERM=dumb do
 * not forbid it. */
void log_init(enum log_level level);
enum log_level log_level(void);
bool log_is_live(void);  /* stderr is a terminal that can be redrawn */
bool log_is_color(void); /* stderr takes SGR sequences */

/* Shown always; "cnnrun: error: …" */
void log_error(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* Shown unless quiet. */
void log_warn(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void log_info(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* Shown with --verbose. */
void log_debug(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* While the terminal is raw, lines must end in \r\n. */
void log_raw_terminal(bool raw);

#endif
