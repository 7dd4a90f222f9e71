/* SPDX-License-Identifier: MIT */
#include "base/log.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/printable.h"

static enum log_level current = LOG_NORMAL;
static bool live, color, raw;

void log_init(enum log_level level)
{
	const char *term = getenv("TERM"), *no = getenv("NO_COLOR");

	current = level;
	live = isatty(2) && term && strcmp(term, "dumb") != 0;
	color = live && !(no && *no);
}

enum log_level log_level(void)
{
	return current;
}

bool log_is_live(void)
{
	return live;
}

bool log_is_color(void)
{
	return color;
}

void log_raw_terminal(bool is_raw)
{
	raw = is_raw;
}

/* One write per line, so that lines of several processes do not mix. */
static void say(const char *sgr, const char *kind, const char *fmt, va_list ap)
	__attribute__((format(printf, 3, 0)));
static void say(const char *sgr, const char *kind, const char *fmt, va_list ap)
{
	AUTO_BUF struct buf b = {0};
	AUTO_FREE char *text = xvasprintf(fmt, ap);

	buf_addf(&b, "%scnnrun:%s ", color ? sgr : "", color ? "\033[0m" : "");
	buf_adds(&b, kind);
	add_printable(&b, text);
	buf_adds(&b, raw ? "\r\n" : "\n");
	if (write(2, b.p, b.n) < 0) {
		/* stderr is gone: nobody to tell */
	}
}

void log_error(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say("\033[1;31m", "error: ", fmt, ap);
	va_end(ap);
}

void log_warn(const char *fmt, ...)
{
	va_list ap;

	if (current < LOG_NORMAL)
		return;
	va_start(ap, fmt);
	say("\033[1;33m", "warning: ", fmt, ap);
	va_end(ap);
}

void log_info(const char *fmt, ...)
{
	va_list ap;

	if (current < LOG_NORMAL)
		return;
	va_start(ap, fmt);
	say("\033[1;36m", "", fmt, ap);
	va_end(ap);
}

void log_debug(const char *fmt, ...)
{
	va_list ap;

	if (current < LOG_VERBOSE)
		return;
	va_start(ap, fmt);
	say("\033[2m", "", fmt, ap);
	va_end(ap);
}
