/* SPDX-License-Identifier: MIT */
#include "host/desktop.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/path.h"

static const char *env(const char *name)
{
	const char *v = getenv(name);

	return v && *v ? v : NULL;
}

/* Takes path; gives it back when it is an absolute path of a socket. */
static char *socket_or_null(char *path)
{
	struct stat st;

	if (path && *path == '/' && stat(path, &st) == 0 && S_ISSOCK(st.st_mode))
		return path;
	free(path);
	return NULL;
}

/* $XDG_RUNTIME_DIR, or where it would be; a directory that is not ours does not count. */
static char *runtime(void)
{
	const char *dir = env("XDG_RUNTIME_DIR");
	AUTO_FREE char *usual = xasprintf("/run/user/%u", (unsigned)getuid());
	struct stat st;

	if (dir)
		return *dir == '/' ? xstrdup(dir) : NULL;
	if (stat(usual, &st) < 0 || !S_ISDIR(st.st_mode) || st.st_uid != getuid())
		return NULL;
	return xstrdup(usual);
}

static char *in_runtime(const char *name)
{
	AUTO_FREE char *dir = *name == '/' ? xstrdup("/") : runtime();

	return dir ? socket_or_null(path_join(dir, name)) : NULL;
}

char *desktop_wayland(void)
{
	const char *name = env("WAYLAND_DISPLAY");

	return in_runtime(name ? name : "wayland-0");
}

char *desktop_pipewire(void)
{
	const char *name = env("PIPEWIRE_REMOTE"), *dir = env("PIPEWIRE_RUNTIME_DIR");

	if (!name)
		name = "pipewire-0";
	return dir && *name != '/' ? socket_or_null(path_join(dir, name))
				   : in_runtime(name);
}

/* PULSE_SERVER is a list: "{machine-id}unix:/path tcp:host". Sockets only. */
static char *pulse_listed(const char *list)
{
	AUTO_FREE char *copy = xstrdup(list);
	char *save = NULL, *found = NULL;

	for (char *s = strtok_r(copy, " \t", &save); s && !found;
		s = strtok_r(NULL, " \t", &save)) {
		char *brace = *s == '{' ? strchr(s, '}') : NULL;

		if (brace)
			s = brace + 1;
		if (!strncmp(s, "unix:", 5))
			s += 5;
		if (*s == '/')
			found = socket_or_null(xstrdup(s));
	}
	return found;
}

char *desktop_pulse(void)
{
	const char *list = env("PULSE_SERVER"), *dir = env("PULSE_RUNTIME_PATH");

	if (list)
		return pulse_listed(list);
	return dir ? socket_or_null(path_join(dir, "native"))
		   : in_runtime("pulse/native");
}

static char *file_or_null(char *path)
{
	struct stat st;

	if (stat(path, &st) == 0 && S_ISREG(st.st_mode) && *path == '/')
		return path;
	free(path);
	return NULL;
}

char *desktop_pulse_cookie(void)
{
	const char *own = env("PULSE_COOKIE"), *config = env("XDG_CONFIG_HOME");
	const char *home = env("HOME");
	char *found = NULL;

	if (own)
		return file_or_null(xstrdup(own));
	if (config)
		found = file_or_null(path_join(config, "pulse/cookie"));
	if (!found && home)
		found = file_or_null(path_join(home, ".config/pulse/cookie"));
	if (!found && home)
		found = file_or_null(path_join(home, ".pulse-cookie"));
	return found;
}

static int hex(char c)
{
	static const char all[] = "0123456789abcdef";
	const char *p = c ? strchr(all, c | 0x20) : NULL;

	return p ? (int)(p - all) : -1;
}

/* %xx of a D-Bus address, in place. */
static void unescape(char *s)
{
	char *to = s;

	for (; *s; s++) {
		int hi = *s == '%' ? hex(s[1]) : -1, lo = hi >= 0 ? hex(s[2]) : -1;

		if (lo >= 0 && (hi || lo)) {
			*to++ = (char)(hi << 4 | lo);
			s += 2;
		} else {
			*to++ = *s;
		}
	}
	*to = 0;
}

/* "unix:path=/run/user/1000/bus,guid=…"; abstract sockets have no file to mount. */
static char *dbus_one(char *address)
{
	char *save = NULL;

	if (strncmp(address, "unix:", 5) != 0)
		return NULL;
	for (char *kv = strtok_r(address + 5, ",", &save); kv;
		kv = strtok_r(NULL, ",", &save))
		if (!strncmp(kv, "path=", 5)) {
			unescape(kv + 5);
			return socket_or_null(xstrdup(kv + 5));
		}
	return NULL;
}

char *desktop_dbus(void)
{
	AUTO_FREE char *list = xstrdup(env("DBUS_SESSION_BUS_ADDRESS"));
	char *save = NULL, *found = NULL;

	if (!list)
		return in_runtime("bus");
	for (char *s = strtok_r(list, ";", &save); s && !found;
		s = strtok_r(NULL, ";", &save))
		found = dbus_one(s);
	return found;
}

char *desktop_ssh_agent(void)
{
	const char *path = env("SSH_AUTH_SOCK");
	char *real = path && *path == '/' ? realpath(path, NULL) : NULL;

	return real ? socket_or_null(real) : NULL;
}

/* A name below the zone directory, not a path that leads elsewhere. */
static bool is_zone(const char *s)
{
	static const char allowed[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
		"0123456789_+-/";

	return *s && *s != '/' && strspn(s, allowed) == strlen(s) && strlen(s) < 128;
}

/* "/usr/share/zoneinfo/posix/Europe/Berlin" to the name; NULL = elsewhere. */
static char *zone_of_path(const char *path)
{
	static const char root[] = "/zoneinfo/";
	const char *s = strstr(path, root);

	if (!s)
		return NULL;
	s += sizeof root - 1;
	if (!strncmp(s, "posix/", 6) || !strncmp(s, "right/", 6))
		s += 6;
	return is_zone(s) ? xstrdup(s) : NULL;
}

char *session_timezone_in(const char *etc)
{
	AUTO_FREE char *file = path_join(etc, "timezone");
	AUTO_FREE char *link = path_join(etc, "localtime");
	AUTO_BUF struct buf text = {0};
	char target[512];
	ssize_t n = readlink(link, target, sizeof target - 1);

	target[n > 0 ? n : 0] = 0;
	if (n >= 0)
		return zone_of_path(target);
	/* programs obey localtime; timezone is a note that may have become stale */
	if (errno != ENOENT || file_read(file, 4096, &text, NULL) < 0 || !text.n)
		return NULL;
	text.p[strcspn(text.p, " \t\r\n")] = 0;
	return is_zone(text.p) ? xstrdup(text.p) : NULL;
}

/* Rules written out ("CET-1CEST,M3.5.0") are as good as a name. */
char *desktop_timezone(void)
{
	const char *tz = getenv("TZ");

	if (!tz)
		return session_timezone_in("/etc");
	if (*tz == ':')
		tz++;
	if (!*tz)
		return xstrdup("UTC");
	if (*tz == '/')
		return zone_of_path(tz);
	if (strspn(tz, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
		       "_+-/,.:<>") != strlen(tz) ||
		strstr(tz, ".."))
		return NULL;
	return xstrdup(tz);
}

static int by_name(const void *a, const void *b)
{
	return strverscmp(*(char *const *)a, *(char *const *)b);
}

void desktop_dri(struct strv *nodes)
{
	DIR *d = opendir("/dev/dri");
	struct dirent *de;
	size_t before = nodes->n;

	while (d && (de = readdir(d))) {
		AUTO_FREE char *path = path_join("/dev/dri", de->d_name);

		if ((!strncmp(de->d_name, "card", 4) ||
			    !strncmp(de->d_name, "renderD", 7)) &&
			device_group(path, NULL, NULL, NULL) == 0)
			strv_add(nodes, path);
	}
	if (d)
		closedir(d);
	if (nodes->n > before)
		qsort(nodes->v + before, nodes->n - before, sizeof *nodes->v, by_name);
}

int device_group(const char *node, gid_t *gid, mode_t *mode, struct err *e)
{
	struct stat st;

	if (stat(node, &st) < 0)
		return err_errno(e, "device %s", node);
	if (!S_ISCHR(st.st_mode) && !S_ISBLK(st.st_mode))
		return err_set(e, ENODEV, "%s is no device", node);
	if (gid)
		*gid = st.st_gid;
	if (mode)
		*mode = st.st_mode & 07777;
	return 0;
}

bool desktop_wslg(void)
{
	struct utsname u;
	struct stat st;

	return uname(&u) == 0 && strcasestr(u.release, "microsoft") &&
	       stat("/mnt/wslg", &st) == 0 && S_ISDIR(st.st_mode);
}
