/* SPDX-License-Identifier: MIT */
/* Rights: what a container could do to the host beyond the free set, which is the
 * project's subtree, a private home, a network of its own and no capabilities. Each is a
 * kind and an object, compared as data; the words for people are made here alone. */
#ifndef CNNRUN_RIGHT_RIGHT_H
#define CNNRUN_RIGHT_RIGHT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/json.h"
#include "plan/resolved.h"

/* In the order in which they are listed, the gravest first. A row each in right.c has the
 * name, the words, and what it includes. */
enum right_kind {
	RIGHT_PRIVILEGED,
	RIGHT_ENGINE, /* path of its socket, or of a directory above */
	RIGHT_STATE,  /* path that holds the grants */
	RIGHT_ROOT,
	RIGHT_ROOT_OF_IMAGE, /* where the image's user is root */
	RIGHT_USER,          /* uid */
	RIGHT_GID,           /* number */
	RIGHT_GROUP,         /* name or gid */
	RIGHT_DOCKER_DEFAULTS,
	RIGHT_CAPABILITY, /* name */
	RIGHT_SETUID,
	RIGHT_CONFINEMENT,    /* security option */
	RIGHT_WRITE,          /* path, with all below it */
	RIGHT_READ,           /* path, with all below it */
	RIGHT_WRITE_UNMARKED, /* path in a directory that nothing marks as a project */
	RIGHT_READ_UNMARKED,  /* the same */
	RIGHT_GIT_WRITE,      /* path, with all repositories below it */
	RIGHT_BUILD_READ,     /* path */
	RIGHT_VOLUME,         /* name */
	RIGHT_VOLUME_READ,    /* name */
	RIGHT_VARIABLE,       /* name */
	RIGHT_GPU_ALL,
	RIGHT_GPU_COUNT,   /* number */
	RIGHT_GPU,         /* index or UUID */
	RIGHT_DEVICE_WORD, /* variable=value, or what else runtimes take for a request */
	RIGHT_DEVICES,     /* path of a directory of them, all below it */
	RIGHT_DEVICE_RULE, /* "c 189:* rmw" */
	RIGHT_DEVICE,      /* path */
	RIGHT_DISPLAY,     /* ":0" */
	RIGHT_WAYLAND,
	RIGHT_AUDIO,
	RIGHT_BUS,
	RIGHT_SSH_AGENT,
	RIGHT_XHOST_LOCAL,
	RIGHT_XHOST_USER, /* uid */
	RIGHT_HOST_NETWORK,
	RIGHT_NETWORK,      /* name */
	RIGHT_NETWORK_HOST, /* an entry of a list: host_rule.h */
	RIGHT_BUILD_HOST_NETWORK,
	RIGHT_BUILD_NETWORK,  /* name */
	RIGHT_BUILD_FRONTEND, /* image */
	RIGHT_BUILD_INSECURE,
	RIGHT_BUILD_CACHE,  /* registry */
	RIGHT_BUILD_CACHED, /* path */
	RIGHT_LOGIN,        /* registry */
	RIGHT_FETCH,        /* host, or "anywhere" */
	RIGHT_PORT,         /* address:number */
	RIGHT_PORT_SYSTEM,  /* the same, of this machine's own and below 1024 */
	RIGHT_HOST_IPC,
	RIGHT_HOST_PROCESSES,
	RIGHT_HOST_USERNS,
	RIGHT_SYSCTL, /* name */
	RIGHT_RESTART,
	RIGHT_LABEL,   /* key=value */
	RIGHT_SETTING, /* key=value of a setting that asks */
	RIGHT_KINDS    /* how many there are */
};

/* The object of RIGHT_FETCH that stands for all. */
#define RIGHT_ANY_ADDRESS "anywhere"

struct right {
	enum right_kind kind;
	char *object; /* NULL where the kind says it all */
	/* A link of the project leads to the object. The profile did not say it: it is
	 * the repository's wish, whoever the profile came from. */
	bool by_link;
	bool typed; /* the user typed it, and so granted it for this run */
};

struct rights {
	struct right *v;
	size_t n;
};
void rights_free(struct rights *r);
#define AUTO_RIGHTS __attribute__((cleanup(rights_free)))

/* Adds it, once, after those of its kind. */
void rights_add(struct rights *r, enum right_kind kind, const char *object);
void rights_addf(struct rights *r, enum right_kind kind, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* A path that a link of the project may lead to. */
void rights_add_path(
	struct rights *r, enum right_kind kind, const char *path, bool by_link);
void rights_copy(struct rights *r, const struct right *one);
void rights_add_all(struct rights *to, const struct rights *from);
/* What the user typed asks for: granted, but for where links lead. */
void rights_add_typed(struct rights *to, const struct rights *from);
/* But for those that are asked for only when it comes to it, for most runs go without. */
void rights_add_now(struct rights *to, const struct rights *from);
/* Adds what a container of s could do, as far as s alone says it. */
void rights_add_resolved(struct rights *r, const struct resolved *s);

/* Does having granted include wanted, whatever leads to them? Then what asks for wanted
 * in its place asks for less: reading where writing was granted, one GPU of all. */
bool right_covers(const struct right *granted, const struct right *wanted);
/* Does it come of the directory that the profile runs in, and not of what the profile
 * says? Then it is asked for, whoever the profile came from. */
bool right_is_places(const struct right *r);
/* Does one of granted? */
bool rights_cover(const struct rights *granted, const struct right *wanted);
/* Is it among these? */
bool rights_have(const struct rights *r, const struct right *one);
/* Adds to missing what of wanted granted does not include. */
void rights_missing(const struct rights *granted, const struct rights *wanted,
	struct rights *missing);

/* Whoever has it could act as you or as root, or learn what is yours. */
bool right_is_grave(const struct right *r);
/* Appends "write outside the project: /data", fit for a terminal: the object cannot be
 * taken for words of ours. */
void right_words(struct buf *b, const struct right *r);
/* The same with the object in room columns, and where in b that is. */
struct right_text {
	size_t object, end;
};
struct right_text right_text(struct buf *b, const struct right *r, size_t room);

/* [{"write":"/data"},{"setuid":true}]. The caller deletes. */
cJSON *rights_json(const struct rights *r);
/* Adds them; a kind that this cnnrun does not know is left out. */
int rights_parse(const cJSON *list, struct rights *out, struct err *e);

#endif
