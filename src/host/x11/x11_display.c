/* SPDX-License-Identifier: MIT */
/* The name of a display, as in $DISPLAY. */
#include "host/x11/x11.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* The highest number whose TCP port (6000 + number) exists. */
enum { NUMBER_MAX = 65535 - 6000, SCREEN_MAX = 255 };

static const char digits[] = "0123456789";

static int bad(const char *display, struct err *e)
{
	return err_set(e, EINVAL,
		"DISPLAY \"%.100s\" names no X display; it looks like :0, :0.0 or "
		"localhost:10.0",
		display);
}

/* Digits of s into *out, at most max; *end = the first byte behind them. */
static bool number(const char *s, int max, int *out, const char **end)
{
	size_t n = strspn(s, digits);

	if (n == 0 || n > 5 || atoi(s) > max)
		return false;
	*out = atoi(s);
	*end = s + n;
	return true;
}

static bool is_socket(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISSOCK(st.st_mode);
}

/* A socket's own path, as launchd makes them: "/path/name:0", perhaps with ".screen"
 * behind. The part ":0" belongs to the file's name. */
static int parse_path(const char *display, struct x11_display *out, struct err *e)
{
	const char *dot = strrchr(display, '.'), *end, *at;
	size_t n = strlen(display);
	int screen;

	if (dot && dot > strrchr(display, '/') && !is_socket(display) &&
		number(dot + 1, SCREEN_MAX, &screen, &end) && !*end) {
		out->screen = screen;
		n = (size_t)(dot - display);
	}
	/* What sockaddr_un holds. */
	if (n > 107)
		return err_set(
			e, ENAMETOOLONG, "DISPLAY: %.150s… is too long a path", display);
	memcpy(out->socket, display, n);
	out->socket[n] = 0;
	at = out->socket + n;
	while (at > out->socket && strchr(digits, at[-1]))
		at--;
	if (at[-1] == ':' || (at[-1] == 'X' && at[-2] == '/'))
		if (*at && (!number(at, NUMBER_MAX, &out->number, &end) || *end))
			return bad(display, e);
	return 0;
}

/* ":0.1" behind the host. */
static bool parse_number(const char *s, struct x11_display *out)
{
	if (!number(s, NUMBER_MAX, &out->number, &s))
		return false;
	if (*s == '.' && !number(s + 1, SCREEN_MAX, &out->screen, &s))
		return false;
	return *s == 0;
}

/* "protocol/host" or "host"; "unix" as either means the local socket. */
static bool parse_host(const char *s, size_t n, struct x11_display *out)
{
	const char *slash = memchr(s, '/', n);
	bool local = n == 0 || (n == 4 && !memcmp(s, "unix", 4));

	if (slash) {
		size_t k = (size_t)(slash - s);

		local = k == 4 && !memcmp(s, "unix", 4);
		if (!local && !(k == 3 && !memcmp(s, "tcp", 3)) &&
			!(k == 4 && !memcmp(s, "inet", 4)) &&
			!(k == 5 && !memcmp(s, "inet6", 5)))
			return false;
		s = slash + 1;
		n -= k + 1;
	}
	if (local)
		return true;
	if (n >= 2 && s[0] == '[' && s[n - 1] == ']') {
		s++;
		n -= 2;
	}
	if (n == 0 || n >= sizeof out->host || memchr(s, '/', n))
		return false;
	memcpy(out->host, s, n);
	out->host[n] = 0;
	return true;
}

int x11_parse(const char *display, struct x11_display *out, struct err *e)
{
	const char *colon;

	*out = (struct x11_display){0};
	if (!display || !*display)
		return err_set(e, EINVAL, "there is no X display: DISPLAY is not set");
	if (!strncmp(display, "unix:/", 6))
		display += 5;
	if (*display == '/')
		return parse_path(display, out, e);
	colon = strrchr(display, ':');
	if (!colon || !parse_number(colon + 1, out) ||
		!parse_host(display, (size_t)(colon - display), out)) {
		*out = (struct x11_display){0};
		return bad(display, e);
	}
	if (!out->host[0])
		snprintf(out->socket, sizeof out->socket, "/tmp/.X11-unix/X%d",
			out->number);
	return 0;
}
