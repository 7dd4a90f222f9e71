/* SPDX-License-Identifier: MIT */
/* mounts and home: real paths, so that what is checked is what is mounted. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/beneath.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/path.h"
#include "host/repository/repository.h"
#include "launch/carry/state.h"
#include "launch/resolve/resolve.h"

enum { CARRIED_FILE_MAX = 16 << 20 };

/* The real path of what is not there yet: nothing is made before it is asked for. */
static char *future_path(const char *path)
{
	AUTO_FREE char *parent = xstrdup(path);
	char *slash, *real = NULL;

	while (!real && (slash = strrchr(parent, '/'))) {
		*slash = 0;
		real = realpath(*parent ? parent : "/", NULL);
	}
	if (real) {
		AUTO_FREE char *there = real;

		return path_join(there, path + strlen(parent) + 1);
	}
	return xstrdup(path);
}

/* *real = NULL without an error: optional and not there. *fd is open on what is there. */
static int bind_source(
	const struct plan_mount *m, const char *path, char **real, int *fd, struct err *e)
{
	*fd = open(path, O_PATH | O_CLOEXEC);
	*real = *fd < 0 ? NULL : path_of(*fd);
	if (*real)
		return 0;
	if (m->optional && errno == ENOENT) {
		log_debug("%s is not there; not mounted", path);
		return 0;
	}
	if (m->create && errno == ENOENT) {
		*real = future_path(path);
		return 0;
	}
	err_errno(e, "mount %s", path);
	if (errno == ENOENT)
		err_hint(e, "make it, or say create = true or optional = true");
	return -1;
}

/* By its own word, or as a part of a repository's own files, which a link of the project
 * may have led to. */
static void add_git_right(struct resolving *r, const struct plan_mount *m,
	const char *path, const char *real)
{
	if (m->git == GIT_WRITE || repository_owns(path))
		rights_add(r->rights, RIGHT_GIT_WRITE, real);
	else if (repository_owns(real))
		rights_add_path(r->rights, RIGHT_GIT_WRITE, real, true);
}

static bool is_carried(const struct resolving *r, const struct plan_mount *m)
{
	return r->p->carry || m->carry == CARRY_ALWAYS ||
	       (m->carry == CARRY_ELSEWHERE && r->facts->elsewhere);
}

static void add_rights(struct resolving *r, const struct plan_mount *m, const char *path,
	const char *real)
{
	bool by_link = reach_by_link(r, path, real), readonly = m->readonly;

	if (!readonly && !is_carried(r, m)) /* of such nothing comes home */
		add_git_right(r, m, path, real);
	if (reach_is_engine(r, real))
		rights_add_path(r->rights, RIGHT_ENGINE, real, by_link);
	reach_add(r, path, real, readonly ? RIGHT_READ : RIGHT_WRITE,
		readonly ? RIGHT_READ_UNMARKED : RIGHT_WRITE_UNMARKED);
	if (!readonly && reach_is_state(real))
		rights_add_path(r->rights, RIGHT_STATE, real, by_link);
}

/* A volume over there, which the launch fills. */
static void add_carried(struct resolving *r, const struct plan_mount *m, const char *real,
	int fd, bool is_home)
{
	AUTO_FREE char *volume = carry_volume(real);
	struct resolved_mount *t =
		resolved_add_mount(r->s, MOUNT_VOLUME, volume, m->target);

	t->readonly = m->readonly;
	t->no_copy = true;
	t->create = fd < 0;
	t->carried = xstrdup(real);
	t->carried_fd = fd;
	t->comes_home = !m->readonly && !is_home;
}

/* Its bytes as they are now; it ends with the container. */
static int add_carried_file(struct resolving *r, const struct plan_mount *m,
	const char *real, int held, struct err *e)
{
	AUTO_FD int fd = open_regular(held);
	AUTO_BUF struct buf text = {0};
	struct stat st;

	if (fd < 0 && errno == EINVAL)
		return err_set(e, EINVAL,
			"mount %s: only directories and files can be carried", real);
	if (fd < 0)
		return err_errno(e, "mount %s", real);
	if (file_read_fd(fd, real, CARRIED_FILE_MAX, &text, &st, e) < 0)
		return err_hint(e, "carry the directory that it is in");
	resolved_add_file(r->s, m->target, buf_str(&text), text.n, st.st_mode & 0777,
		r->s->owner.uid, r->s->owner.gid)
		->owned = true;
	return 0;
}

static bool is_directory(int fd)
{
	struct stat st;

	return fd < 0 || (fstat(fd, &st) == 0 && S_ISDIR(st.st_mode));
}

static int add_bind(
	struct resolving *r, const struct plan_mount *m, bool is_home, struct err *e)
{
	AUTO_FREE char *path = path_join(r->p->project ? r->p->project : "/", m->source);
	AUTO_FREE char *real = NULL;
	AUTO_FD int fd = -1;
	struct resolved_mount *t;

	if (bind_source(m, path, &real, &fd, e) < 0)
		return -1;
	if (!real)
		return 0;
	if (is_carried(r, m) && m->git == GIT_WRITE)
		return err_set(e, 0,
			"git = \"write\" makes no sense where a directory is carried: a "
			"repository's own files never come home; push from there, or "
			"pull");
	add_rights(r, m, path, real);
	if (is_carried(r, m) && !is_directory(fd))
		return add_carried_file(r, m, real, fd, e);
	if (is_carried(r, m)) {
		add_carried(r, m, real, fd, is_home);
		fd = -1;
		return 0;
	}
	t = resolved_add_mount(r->s, MOUNT_BIND, real, m->target);
	t->readonly = m->readonly;
	t->git = repository_owns(real) ? GIT_WRITE : m->git;
	t->create = fd < 0;
	t->fd = fd;
	fd = -1;
	return 0;
}

static int add_mount(struct resolving *r, const struct plan_mount *m, struct err *e)
{
	struct resolved_mount *t;

	switch (m->type) {
	case MOUNT_BIND:
		return add_bind(r, m, false, e);
	case MOUNT_VOLUME:
		rights_add(r->rights, m->readonly ? RIGHT_VOLUME_READ : RIGHT_VOLUME,
			m->source);
		resolved_add_mount(r->s, MOUNT_VOLUME, m->source, m->target)->readonly =
			m->readonly;
		return 0;
	case MOUNT_TMPFS:
		t = resolved_add_mount(r->s, MOUNT_TMPFS, NULL, m->target);
		t->readonly = m->readonly;
		t->size = m->size;
		t->mode = m->mode;
		t->exec = m->exec;
		resolve_own(r, t);
		return 0;
	}
	return 0;
}

/* Adds it; what it asks for the user has granted by typing it. */
static int as_typed(struct resolving *r, const struct plan_mount *m, struct err *e)
{
	AUTO_RIGHTS struct rights asked = {0};
	struct rights *all = r->rights;
	int rc;

	if (!m->typed)
		return add_mount(r, m, e);
	r->rights = &asked;
	rc = add_mount(r, m, e);
	r->rights = all;
	rights_add_typed(all, &asked);
	return rc;
}

/* Only what is carried gets there. */
static int check_far(
	struct resolving *r, const char *key, const char *source, struct err *e)
{
	AUTO_FREE char *what = xasprintf("mount %s: what is there", source);

	return resolve_elsewhere(r, key, what, false,
		"carry it over and back: { carry = true }, or keep it there in a volume: "
		"c:volume",
		e);
}

static int add_home(struct resolving *r, struct err *e)
{
	const char *home = kvs_get(&r->s->env, "HOME");
	AUTO_FREE char *target = xstrdup(r->p->home_target ? r->p->home_target
					 : home            ? home
							   : "/root");
	struct plan_mount m = {.type = MOUNT_BIND,
		.source = r->p->home,
		.target = target,
		.create = true,
		.carry = r->p->home_carry};

	if (!r->p->home)
		return 0;
	if (!is_carried(r, &m) && check_far(r, "home", m.source, e) < 0)
		return -1;
	if (add_bind(r, &m, true, e) < 0)
		return plan_fail(r->p, "home", e);
	r->s->mounts[r->s->n_mounts - 1].ignored = true;
	kvs_set(&r->s->env, "HOME", target);
	return 0;
}

int resolve_mounts(struct resolving *r, struct err *e)
{
	if (add_home(r, e) < 0)
		return -1;
	for (size_t i = 0; i < r->p->n_mounts; i++) {
		AUTO_FREE char *key = xasprintf("mount/%zu", i);

		if (r->p->mounts[i].type == MOUNT_BIND &&
			!is_carried(r, &r->p->mounts[i]) &&
			check_far(r, key, r->p->mounts[i].source, e) < 0)
			return -1;
		if (as_typed(r, &r->p->mounts[i], e) < 0)
			return plan_fail(r->p, key, e);
	}
	return 0;
}
