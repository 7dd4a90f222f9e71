/* SPDX-License-Identifier: MIT */
/* The plan: what a profile asks for, engine-neutral, as data. JSON both ways. */
#ifndef CNNRUN_PLAN_PLAN_H
#define CNNRUN_PLAN_PLAN_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/json.h"
#include "plan/settings.h"

/* Paths in a plan are as the profile wrote them: relative ones are relative to the
 * project. Strings are owned by the plan; NULL = not asked for. Sizes are in bytes, times
 * in seconds. */

enum pull_policy { PULL_MISSING, PULL_ALWAYS, PULL_NEVER };

/* What steps of a build may read, and no layer holds. */
struct plan_secret {
	char *id;
	char *file, *env; /* one of them: its path, or the variable that holds it */
};

#define CACHE_INLINE  "inline"          /* in the image itself */
#define CONTEXT_IMAGE "docker-image://" /* in a context's value */

struct plan_build {
	bool wanted;
	char *tag;
	char *context;    /* directory; default "." */
	char *dockerfile; /* default CONTEXT/Dockerfile */
	char *target;
	char *network;
	char *platform;
	char *base; /* passed as build argument BASE_IMAGE; has a stand-in offline */
	struct kvs args, labels;
	struct strv cache_from;
	struct plan_secret *secrets;
	size_t n_secrets;
	struct kvs contexts; /* name → directory, or CONTEXT_IMAGE and an image */
	bool ssh;            /* the user's SSH agent */
	char *cache_to;      /* "inline", or an image of a registry */
	bool pull, no_cache;
};

enum mount_type { MOUNT_BIND, MOUNT_VOLUME, MOUNT_TMPFS };
/* Of a directory: a copy in a volume of the engine's. ELSEWHERE: if that is on another
 * machine. */
enum carried { CARRY_NEVER, CARRY_ALWAYS, CARRY_ELSEWHERE };
enum git_access { GIT_READ, GIT_WRITE }; /* of repositories' own files */

struct plan_mount {
	enum mount_type type;
	char *source; /* bind: path; volume: name; tmpfs: NULL */
	char *target; /* absolute path in the container */
	bool readonly, optional;
	bool create;         /* bind: make the missing source directory, as the user */
	enum carried carry;  /* bind */
	enum git_access git; /* bind that is written */
	int64_t size;        /* tmpfs: bytes, 0 = unlimited */
	int mode;            /* tmpfs: permission bits, 0 = 01777 */
	bool exec;           /* tmpfs: programs in it may be run */
	bool typed;          /* by the user, who so granted it; not in JSON */
};

/* HOST is the default. */
enum user_mode { USER_IMAGE, USER_HOST, USER_ROOT, USER_EXPLICIT };

#define ID_NONE ((unsigned)-1) /* nobody's */

struct plan_user {
	enum user_mode mode;
	uid_t uid; /* explicit, else ID_NONE */
	gid_t gid;
	char *name; /* explicit: name of the passwd entry; image: of its user; or NULL */
	bool as_host;  /* image: its user gets the host user's uid and gid */
	char *becomes; /* image, root: who its program becomes, and the display, volumes
			  and so on are for: "host", a name or number of the image's */
	struct strv groups; /* supplementary: names or numbers of the host */
};

enum display_mode { DISPLAY_NONE, DISPLAY_AUTO, DISPLAY_COOKIE, DISPLAY_XHOST };

/* c:display: an X display in the container by the least access that works. */
struct plan_display {
	enum display_mode mode;
	bool optional;
};

/* c:xhost: the classic switch. LOCAL is `xhost +local:`, USER is +si:localuser. */
enum xhost_mode { XHOST_NONE, XHOST_USER, XHOST_LOCAL };

struct plan_env_file {
	char *path;
	bool quotes; /* as compose reads it, not as docker does */
	bool typed;  /* by the user, who so granted that it is read; not in JSON */
};

struct plan_socket { /* wayland, audio, dbus, ssh_agent */
	bool wanted, optional;
};

/* When a service is ready: the first of these that is asked for, else the health check of
 * its image, else once its command runs. */
struct plan_ready {
	bool has_command;
	struct strv command; /* succeeds in it */
	unsigned port;       /* takes connections; 0 = not asked for, but 80 with http */
	char *http;          /* path that answers with 2xx or 3xx there */
	char *log;           /* part of a line that it prints */
	bool done;           /* its command has ended, with status 0 */
	double interval;     /* seconds between two looks; 0 = 1 */
	double timeout;      /* seconds until it counts as failed; 0 = 60 */
};

/* One container, and of the main one the services beside it. */
struct plan {
	char *service; /* its name; NULL = the main container */
	struct plan_ready ready;
	struct strv after; /* services that are to be ready before it starts */
	struct plan *services;
	size_t n_services;
	char *profile;     /* path of the profile file, absolute */
	char *project;     /* absolute directory */
	char *about;       /* one line, may be NULL */
	struct strv taken; /* "--port 80, from HOST_PORT", for people; not in JSON */
	struct kvs at;     /* where in the profile: "mount/0" → "gui.lua:12" */

	char *image; /* reference; NULL when build.wanted (then build.tag) */
	enum pull_policy pull;
	struct plan_build build;
	struct plan_mount *mounts;
	size_t n_mounts;
	struct plan_user user;
	char *home;        /* directory of the project mounted as the user's home */
	char *home_target; /* default: the user's own home path */
	enum carried home_carry;
	bool carry; /* every directory; typed, not in JSON */
	struct plan_display display;
	enum xhost_mode xhost;
	struct plan_socket wayland, audio, dbus, ssh_agent;
	struct kvs env;         /* NAME → value */
	struct strv env_pass;   /* NAMEs taken from the host's environment */
	struct strv env_typed;  /* of them what the user named himself; not in JSON */
	struct strv env_secret; /* NAMEs whose values are not for showing */
	struct plan_env_file *env_files;
	size_t n_env_files;
	struct settings set;
};

/* What resolve turns into something else; the rest is in settings_fields. */
extern const struct field plan_fields[];

extern const struct field ready_fields[];

/* Defaults as documented above. */
void plan_init(struct plan *p);
void plan_free(struct plan *p);
#define AUTO_PLAN __attribute__((cleanup(plan_free)))

/* Reads and validates everything; unknown keys are errors. p must be initialised. On
 * error the message starts with the place in the profile where one is known. */
int plan_parse(struct plan *p, const cJSON *j, struct err *e);
/* What no single key can see; plan_parse did it, what a command line adds needs it again.
 */
int plan_check(const struct plan *p, struct err *e);
/* The same JSON again: only what differs from the default. The caller deletes. */
cJSON *plan_json(const struct plan *p);
/* "gui.lua:12" for "mount/0", "gpus" …, or for what they are part of; NULL when unknown.
 */
const char *plan_at(const struct plan *p, const char *key);
/* Sets e's message to "gui.lua:12: msg" where the place is known; -1. */
int plan_fail(const struct plan *p, const char *key, struct err *e);
/* "port 5432", for people; the caller frees. */
char *ready_words(const struct plan_ready *r);

#endif
