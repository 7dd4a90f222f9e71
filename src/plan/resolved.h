/* SPDX-License-Identifier: MIT */
/* The resolved plan: every fact of this machine filled in. The engine turns it into a
 * create request, convert/ into a docker run line and files of others, allow into words.
 */
#ifndef CNNRUN_PLAN_RESOLVED_H
#define CNNRUN_PLAN_RESOLVED_H

#include "plan/plan.h"

struct resolved_mount {
	enum mount_type type;
	char *source; /* bind: real absolute path; volume: name; tmpfs: NULL */
	char *target;
	bool readonly;
	bool create;  /* bind: the launch makes the source, which is not there yet */
	bool ignored; /* by git, where it is made: shells' histories lie in it */
	int fd;       /* bind of the plan's: open on what was found at the source, -1 */
	enum git_access git; /* bind: may it change repositories' own files? */
	int64_t size;        /* tmpfs: bytes, 0 = unlimited */
	int mode;            /* tmpfs: permission bits, 0 = 01777 */
	bool exec;           /* tmpfs: programs in it may be run */
	int64_t uid, gid;    /* tmpfs: owner, -1 = root */
	bool owned;          /* tmpfs: by the owner of the resolved plan */
	bool no_copy;        /* volume: nothing of the image comes into it */
	struct kvs labels;   /* volume: its own, where the engine makes it for this */
	char *carried;       /* volume: it has a copy of this directory; NULL = of none */
	int carried_fd;      /* open on it, -1 */
	bool comes_home;     /* what changes there */
};

/* A file or directory put into the created container before its start. */
struct resolved_file {
	char *path; /* absolute */
	char *data; /* NULL = directory */
	size_t n;
	mode_t mode;
	uid_t uid;
	gid_t gid;
	bool secret; /* never printed */
	bool owned;  /* by the owner of the resolved plan */
	bool bound;  /* a mount of the launch's by now: nothing is to be put */
};

struct resolved_group {
	char *name; /* may be NULL */
	gid_t gid;
};

/* Of whom the image tells, when it is there. */
struct resolved_image_user {
	bool wanted;
	char *name;   /* NULL = the one that it starts as by itself */
	bool as_host; /* with the host user's uid and gid */
};

/* Whose the cookie, the runtime directory, the tmpfs and new volumes are: who it runs as,
 * or becomes. */
struct resolved_owner {
	bool known; /* else it is a user of the image's: */
	char *name; /* NULL = the one that it runs as */
	uid_t uid;
	gid_t gid;
};

/* The passwd and group entries merged into the container's. */
struct resolved_identity {
	bool wanted;
	char *name, *gecos, *home, *shell; /* shell NULL = bash if the image has it */
	uid_t uid;
	gid_t gid;
	char *group;
	struct resolved_group *groups; /* supplementary */
	size_t n_groups;
};

/* How the container is admitted to the X display; carried out by the janitor. */
enum x_access {
	X_NONE,
	X_OPEN,      /* already admitted: nothing to do */
	X_AUTH,      /* fresh cookie of the SECURITY extension, revoked at the end */
	X_COOKIE,    /* copy of the display's own cookie */
	X_LOCALUSER, /* xhost +si:localuser:#uid while it runs */
	X_LOCAL,     /* xhost +local: while it runs */
};

struct resolved_x {
	enum x_access access;
	char *display;         /* the host's DISPLAY */
	char *number;          /* display number in the container, "0" */
	bool carried;          /* by a socket of the launch's: it has none to mount */
	bool by_ssh;           /* and on to the engine's machine: carried too */
	uid_t host_uid;        /* the uid the X server sees: X_LOCALUSER */
	enum xhost_mode xhost; /* asked for by c:xhost, besides access */
	char *cookie_path; /* where in the container the cookie file goes; NULL = none */
	uid_t uid;         /* owner of that file in the container */
	gid_t gid;
};

struct build_inputs;

/* What the image says of itself, as far as it counts for a launch. */
struct resolved_image {
	bool known;
	char *user; /* name or number, with a group's perhaps; empty = root */
	struct strv entrypoint, command;
	struct strv volumes; /* where the engine mounts some unasked */
	struct strv health;  /* what it would look at itself with */
	char *stop_signal;
};

struct resolved {
	char *service; /* its name beside the main container, NULL = it is that */
	struct plan_ready ready; /* of a service */
	struct strv after;
	char *own_network; /* made for this launch: NULL = none is */
	struct resolved *services;
	size_t n_services;
	char *profile, *project;
	char *elsewhere; /* address of the engine, where that is another machine's */
	char *image;     /* reference */
	char *image_id;  /* "sha256:…" once it is known: what runs, key of caches */
	struct resolved_image from;
	struct settings
		set; /* name and network are always set; labels hold cnnrun's own;
			cap_drop holds "ALL" unless privileged, security_opt
			no-new-privileges when asked; gpus and devices are found */
	struct kvs env;
	struct strv secrets;   /* variables that are, whatever their names look like */
	struct strv env_files; /* those that docker's --env-file reads as well … */
	struct kvs env_filed;  /* … and what it makes of them */
	bool has_user;
	bool root_is_you; /* uid 0 is the user who runs a rootless engine */
	uid_t uid;        /* as the container sees it */
	gid_t gid;
	struct strv groups; /* numeric gids for the engine's group_add */
	char *userns;       /* NULL, "keep-id" … */
	struct resolved_image_user of_image;
	struct resolved_owner owner;
	struct resolved_identity identity;
	struct resolved_mount *mounts;
	size_t n_mounts;
	struct resolved_file *files;
	size_t n_files;
	struct strv held; /* all words that the container begins with in place of its
			     program, which are the last of them; none = as it says */
	char *seccomp;    /* text of the file that an option of set names, NULL = none */
	char *seccomp_file; /* where the launch has it, for an engine that reads it */
	bool gpus_cdi;      /* ask by CDI name rather than the nvidia runtime hook */
	struct resolved_x x;
	bool open_stdin;
	int rows, cols;              /* of the terminal, 0 = unknown */
	struct build_inputs *inputs; /* of the image's build, held open; NULL = none */
	void (*inputs_free)(struct build_inputs *in);
};

void resolved_init(struct resolved *s);
void resolved_free(struct resolved *s);
#define AUTO_RESOLVED __attribute__((cleanup(resolved_free)))

/* Each appends a zeroed element (type, source, target copied) and returns it. */
struct resolved_mount *resolved_add_mount(
	struct resolved *s, enum mount_type type, const char *source, const char *target);
struct resolved_file *resolved_add_file(struct resolved *s, const char *path,
	const void *data, size_t n, mode_t mode, uid_t uid, gid_t gid);
struct plan_device *resolved_add_device(struct resolved *s, const char *source,
	const char *target, const char *permissions);
/* Does the engine start it again by itself? Then it cannot remove it by itself. */
bool resolved_restarts(const struct resolved *s);
/* Is this port, published by an engine elsewhere, led to from this machine? Not where it
 * outlives the launch. What number it has over there then is the engine's choice. */
bool resolved_leads(const struct resolved *s, const struct plan_port *p);
/* Does it keep this machine's users, though its engine shifts those of others? Such an
 * engine shifts the owners of what it unpacks all the same. */
bool resolved_unshifted(const struct resolved *s);
/* Is it known by now whose this tmpfs is? Of users of the image's only that tells. */
bool resolved_owner_known(const struct resolved *s, const struct resolved_mount *tmpfs);
/* Does it say no language, so that the image's counts or, where that has none, this? */
bool resolved_lacks_language(const struct resolved *s);
#define RESOLVED_LANG "C.UTF-8"
void resolved_add_group(struct resolved *s, gid_t gid);
/* Takes back the files and mounts that were added after the first so many. */
void resolved_trim(struct resolved *s, size_t n_files, size_t n_mounts);

/* Variables that describe the terminal and the language; the rest of the environment,
 * where tokens live, is not a profile's to read or to pass on without a grant. */
bool is_open_variable(const char *name);
/* Is that a variable whose value is not for showing, by its name, or because the value is
 * a URL with a password? */
bool looks_secret(const char *name, const char *value);
/* The same, or is that value shaped like a token, whatever its variable is called? */
bool looks_like_token(const char *name, const char *value);
/* Is it a secret by its look, for a variable of the resolved plan, or because its value
 * is not spelt out in the profile (it comes from a file, the environment or the command
 * line), or by the profile's word. */
bool resolved_hides(const struct resolved *s, const struct kv *v);
/* Is it one by which cnnrun knows its own? */
bool is_own_label(const char *key);
/* Does it only describe an image, so that no program acts by it? */
bool is_plain_label(const char *key);
/* Data for `plan --json` ("resolved"), one object a container; secrets are left out. The
 * caller deletes. */
cJSON *resolved_json(const struct resolved *s);
#endif
