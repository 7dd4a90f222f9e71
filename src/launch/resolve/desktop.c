/* SPDX-License-Identifier: MIT */
/* wayland, audio, dbus, ssh_agent, timezone: single sockets, never the whole runtime
 * directory. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/path.h"
#include "host/desktop.h"
#include "launch/resolve/resolve.h"

/* $XDG_RUNTIME_DIR of the container's user, made on first use as a private tmpfs;
 * borrowed from the environment of the resolved plan. */
static const char *runtime_dir_of(struct resolving *r)
{
	const char *dir = kvs_get(&r->s->env, "XDG_RUNTIME_DIR");
	const struct resolved_owner *o = &r->s->owner;
	struct resolved_mount *t;

	if (dir)
		return dir;
	if (o->known)
		kvs_setf(&r->s->env, "XDG_RUNTIME_DIR", "/run/user/%u", o->uid);
	else
		kvs_set(&r->s->env, "XDG_RUNTIME_DIR", "/run/user/cnnrun");
	dir = kvs_get(&r->s->env, "XDG_RUNTIME_DIR");
	t = resolved_add_mount(r->s, MOUNT_TMPFS, NULL, dir);
	t->mode = 0700;
	resolve_own(r, t);
	return dir;
}

/* Mounts socket as name in the runtime directory; frees both paths. */
static void add_socket(struct resolving *r, char *socket, const char *name)
{
	AUTO_FREE char *target = xasprintf("%s/%s", runtime_dir_of(r), name);

	resolved_add_mount(r->s, MOUNT_BIND, socket, target);
	free(socket);
}

static int missing(struct resolving *r, const struct plan_socket *s, const char *key,
	enum right_kind kind, const char *what, struct err *e)
{
	if (s->optional) {
		log_debug("no %s here; going without", what);
		return 0;
	}
	err_set(e, 0, "this session has no %s; say optional = true to go without", what);
	plan_fail(r->p, key, e);
	return resolve_lacks(r, kind, NULL, e);
}

/* 1 = there is nothing to be done; -1. */
static int skip(struct resolving *r, const struct plan_socket *s, const char *key,
	const char *what, struct err *e)
{
	return s->wanted ? resolve_elsewhere(r, key, what, s->optional,
				   "say optional = true to go without", e)
			 : 1;
}

static int wayland(struct resolving *r, struct err *e)
{
	int no = skip(r, &r->p->wayland, "wayland", "the Wayland compositor", e);
	char *socket = no ? NULL : desktop_wayland();

	if (no)
		return no < 0 ? -1 : 0;
	if (!socket)
		return missing(r, &r->p->wayland, "wayland", RIGHT_WAYLAND,
			"Wayland compositor", e);
	add_socket(r, socket, "wayland-0");
	rights_add(r->rights, RIGHT_WAYLAND, NULL);
	kvs_set(&r->s->env, "WAYLAND_DISPLAY", "wayland-0");
	return 0;
}

static int audio(struct resolving *r, struct err *e)
{
	int no = skip(r, &r->p->audio, "audio", "sound", e);
	char *pipewire, *pulse;
	AUTO_FREE char *cookie = NULL;

	if (no)
		return no < 0 ? -1 : 0;
	pipewire = desktop_pipewire();
	pulse = desktop_pulse();
	if (!pipewire && !pulse)
		return missing(r, &r->p->audio, "audio", RIGHT_AUDIO,
			"PipeWire or PulseAudio server", e);
	rights_add(r->rights, RIGHT_AUDIO, NULL);
	if (pipewire)
		add_socket(r, pipewire, "pipewire-0");
	if (!pulse)
		return 0;
	add_socket(r, pulse, "pulse-native");
	kvs_setf(&r->s->env, "PULSE_SERVER", "unix:%s/pulse-native", runtime_dir_of(r));
	/* the same uid needs no cookie, another does */
	if ((!r->s->owner.known || r->s->owner.uid != r->me.uid) &&
		(cookie = desktop_pulse_cookie())) {
		AUTO_BUF struct buf data = {0};
		struct resolved_file *f;

		if (file_read(cookie, 4096, &data, NULL) == 0) {
			f = resolved_add_file(r->s, "/etc/cnnrun/pulse-cookie",
				buf_str(&data), data.n, 0600, r->s->owner.uid,
				r->s->owner.gid);
			f->secret = f->owned = true;
			kvs_set(&r->s->env, "PULSE_COOKIE", "/etc/cnnrun/pulse-cookie");
		}
	}
	return 0;
}

static int dbus(struct resolving *r, struct err *e)
{
	int no = skip(r, &r->p->dbus, "dbus", "the session bus", e);
	char *socket = no ? NULL : desktop_dbus();

	if (no)
		return no < 0 ? -1 : 0;
	if (!socket)
		return missing(r, &r->p->dbus, "dbus", RIGHT_BUS, "D-Bus session bus", e);
	add_socket(r, socket, "bus");
	rights_add(r->rights, RIGHT_BUS, NULL);
	kvs_setf(&r->s->env, "DBUS_SESSION_BUS_ADDRESS", "unix:path=%s/bus",
		runtime_dir_of(r));
	return 0;
}

static int ssh_agent(struct resolving *r, struct err *e)
{
	int no = skip(r, &r->p->ssh_agent, "ssh_agent", "the SSH agent", e);
	char *socket = no ? NULL : desktop_ssh_agent();

	if (no)
		return no < 0 ? -1 : 0;
	if (!socket)
		return missing(r, &r->p->ssh_agent, "ssh_agent", RIGHT_SSH_AGENT,
			"SSH agent", e);
	add_socket(r, socket, "ssh-agent");
	rights_add(r->rights, RIGHT_SSH_AGENT, NULL);
	kvs_setf(&r->s->env, "SSH_AUTH_SOCK", "%s/ssh-agent", runtime_dir_of(r));
	return 0;
}

/* "CET-1CEST,M3.5.0,M10.5.0/3", "<+03>-3": a name, and how far from UTC. */
static bool is_rules(const char *s)
{
	size_t n = *s == '<' ? strcspn(s, ">") + 1 : 0;

	if (!n)
		while (isalpha((unsigned char)s[n]))
			n++;
	if (n < 3 || n > strlen(s))
		return false;
	s += n + (s[n] == '+' || s[n] == '-');
	return isdigit((unsigned char)*s);
}

/* The zone's own file, since slim images have no tzdata. */
static int timezone_file(struct resolving *r, struct err *e)
{
	AUTO_FREE char *name = NULL, *path = NULL;
	AUTO_BUF struct buf data = {0};

	if (!r->p->set.timezone)
		return 0;
	name = strcmp(r->p->set.timezone, "host") ? xstrdup(r->p->set.timezone)
						  : desktop_timezone();
	path = name ? xasprintf("/usr/share/zoneinfo/%s", name)
		    : xstrdup("/etc/localtime");
	if (file_read(path, 1 << 20, &data, e) < 0) {
		bool rules = name && is_rules(name);

		/* a host without a zone is on UTC */
		if (rules || !strcmp(r->p->set.timezone, "host")) {
			if (!kvs_get(&r->s->env, "TZ"))
				kvs_set(&r->s->env, "TZ", rules ? name : "UTC0");
			return 0;
		}
		err_hint(e, "is the time zone's name right, and tzdata installed?");
		err_wrap(e, "timezone");
		return plan_fail(r->p, "timezone", e);
	}
	resolved_add_file(r->s, "/etc/localtime", buf_str(&data), data.n, 0644, 0, 0);
	if (name) {
		AUTO_FREE char *line = xasprintf("%s\n", name);

		resolved_add_file(r->s, "/etc/timezone", line, strlen(line), 0644, 0, 0);
	}
	return 0;
}

int resolve_desktop(struct resolving *r, struct err *e)
{
	if (wayland(r, e) < 0 || audio(r, e) < 0 || dbus(r, e) < 0 || ssh_agent(r, e) < 0)
		return -1;
	return timezone_file(r, e);
}
