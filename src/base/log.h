/* SPDX-License-Identifier: MIT */
/* What the user is told, on stderr: one line each, coloured on a terminal. */
#ifndef CNNRUN_BASE_LOG_H
#define CNNRUN_BASE_LOG_H

#include <stdbool.h>

#include "base/buf.h"

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

/* Makes foreign text fit for a terminal, in place: control characters other than tab (and
 * \n where newlines is true), those of U+0080 to U+009F, marks that reverse the direction
 * of text, and bytes that are no UTF-8 become '?'. The log functions do that themselves.
 */
void log_printable(char *s, bool newlines);
/* Appends one line of foreign text that was made so. */
void add_printable(struct buf *out, const char *text);

#endif
