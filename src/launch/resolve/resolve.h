/* SPDX-License-Identifier: MIT */
/* One file per group of primitives; each fills its part of the resolved plan. Private to
 * launch/.
 */
#ifndef CNNRUN_LAUNCH_RESOLVE_H
#define CNNRUN_LAUNCH_RESOLVE_H

#include "host/user.h"
#include "launch/launch.h"

struct resolving {
	const struct plan *p;
	const struct resolved *main; /* of a service; NULL = this is the main one */
	const struct engine_facts *facts;
	struct host_user me;
	bool own_project; /* its files are the profile's own: see reach.c */
	struct resolved *s;
	struct rights *rights; /* what s does not say of them */
	struct strv *lacks;    /* of a plan: told in place of an error; NULL = of a run */
};

/* For what is only on this machine: 0 where the engine is here too. Else 1 = the profile
 * says that it can do without, or a plan was told; -1 = it is refused, at that key of the
 * plan. what begins the sentence, cure ends it. */
int resolve_elsewhere(struct resolving *r, const char *key, const char *what,
	bool optional, const char *cure, struct err *e);
/* For what takes a program of this machine's processor at the engine's: the same where
 * that has another one; what begins the sentence, and key may be NULL. */
int resolve_program(struct resolving *r, const char *key, const char *what,
	const char *cure, struct err *e);
/* What is not there on this machine now, as e says: told with the right that it would
 * take, where nothing is run; else -1. */
int resolve_lacks(
	struct resolving *r, enum right_kind kind, const char *object, struct err *e);

/* A tmpfs is the owner's of the resolved plan. */
void resolve_own(struct resolving *r, struct resolved_mount *tmpfs);

/* All return 0, or -1 with e, which names the place in the profile. */
int resolve_reach_of(struct resolving *r, struct err *e); /* what lies too far away */
int resolve_security(struct resolving *r, struct err *e);
int resolve_user(struct resolving *r, struct err *e);
int resolve_mounts(struct resolving *r, struct err *e);       /* and home; after user */
int resolve_repositories(struct resolving *r, struct err *e); /* after mounts */
int resolve_terminal(struct resolving *r, struct err *e);     /* before env */
int resolve_env(struct resolving *r, struct err *e);     /* before what adds variables */
int resolve_network(struct resolving *r, struct err *e); /* after env */
int resolve_gpus(struct resolving *r, struct err *e);
int resolve_display(struct resolving *r, struct err *e);
int resolve_desktop(struct resolving *r, struct err *e); /* wayland, audio, dbus, time */
int resolve_build(struct resolving *r, struct err *e);   /* and opens it */
int resolve_images(struct resolving *r, struct err *e);  /* after build */
int resolve_devices(struct resolving *r, struct err *e);
int resolve_amd(struct resolving *r, struct err *e); /* AMD's GPUs */

/* A device node, with the group that may open it. */
int resolve_node(struct resolving *r, const char *source, const char *target,
	const char *permissions, struct err *e);

/* The network of the launch's own and who is in it, once the containers have their names.
 */
void resolve_own_network(struct resolved *main);
/* Another name, for its services and their network too. */
void resolve_rename(struct resolved *main, const char *name);

/* Are the project's files the profile's own, free to use? Not where nothing says that
 * this directory is a project, nor where it holds the user's home. */
bool reach_own_project(const struct resolving *r);
/* Did a link of the project lead from path, as it was said, to real? It does where path
 * is below the project and real is not. */
bool reach_by_link(const struct resolving *r, const char *path, const char *real);
/* Is real the project's own file or directory? */
bool reach_is_own(const struct resolving *r, const char *real);
/* What it takes to use real, to which path, as it was said, leads: nothing where it is
 * the project's own, unmarked in a directory that is no project, else outside. */
void reach_add(const struct resolving *r, const char *path, const char *real,
	enum right_kind outside, enum right_kind unmarked);
/* Reads a file of at most max bytes that the plan names, once: path as it was said, from
 * the project, and what it really is; and adds what it takes to do so. */
int reach_read(const struct resolving *r, const char *said, size_t max, char **path,
	char **real, struct buf *text, struct err *e);
/* Is it the socket of a container engine, or a directory above one? */
bool reach_is_engine(const struct resolving *r, const char *real);
/* Does it hold, or is it part of, what the user allowed: the grants, the directories that
 * are trusted? */
bool reach_is_state(const char *real);

/* When the container has ended: a repository that it made where it was mounted is not
 * kept from git, but said. */
void repositories_made(const struct resolved *s);

/* Turns the engine's refusal of a GPU request into cause and cure; 1 = it was one. */
int gpu_start_failed(const struct resolved *s, struct err *e);

#endif
