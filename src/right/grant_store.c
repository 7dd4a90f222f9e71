/* SPDX-License-Identifier: MIT */
/* The grants' files. Their directory belongs to the user alone, so that whoever can
 * change a grant could act as the user anyway. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/path.h"
#include "right/grant.h"

#define GRANT_MAX ((size_t)16 << 20)
#define SUFFIX    ".json"

static char *store_dir(void)
{
	return xdg_path("STATE", "grants");
}

static char *grant_path(
	const char *dir, const char *profile, const char *project, const char *engine)
{
	struct digest d;
	char hex[DIGEST_HEX];

	digest_init(&d);
	digest_field(&d, profile);
	digest_field(&d, project);
	if (engine)
		digest_field(&d, engine);
	digest_end(&d, hex);
	return xasprintf("%s/%s%s", dir, hex, SUFFIX);
}

/* Is it the user's, and nobody else's to write? */
static int check_private(const char *path, const struct stat *st, struct err *e)
{
	if (st->st_uid != geteuid())
		return err_set(e, EPERM, "%s belongs to uid %u and not to this user",
			path, (unsigned)st->st_uid);
	if (st->st_mode & (S_IWGRP | S_IWOTH))
		return err_set(e, EPERM,
			"%s can be changed by other users; take that away: chmod go-w %s",
			path, path);
	return 0;
}

/* 1 = it is there and fit for grants, 0 = it is not there. */
static int check_dir(const char *dir, struct err *e)
{
	struct stat st;

	if (lstat(dir, &st) < 0)
		return errno == ENOENT || errno == ENOTDIR ? 0 : err_errno(e, "%s", dir);
	if (!S_ISDIR(st.st_mode))
		return err_set(e, ENOTDIR, "%s is not a directory", dir);
	return check_private(dir, &st, e) < 0 ? -1 : 1;
}

/* 1, 0 = it is not there, -1. */
static int read_file(const char *path, struct grant *out, struct err *e)
{
	AUTO_BUF struct buf text = {0};
	struct stat st;

	if (lstat(path, &st) < 0)
		return errno == ENOENT ? 0 : err_errno(e, "%s", path);
	if (S_ISLNK(st.st_mode))
		return err_set(e, ELOOP, "%s is a symbolic link", path);
	if (file_read_stat(path, GRANT_MAX, &text, &st, e) < 0 ||
		check_private(path, &st, e) < 0)
		return -1;
	if (grant_parse(buf_str(&text), text.n, out, e) < 0) {
		grant_free(out);
		return err_wrap(e, "%s", path);
	}
	return 1;
}

static bool is_same(const char *a, const char *b)
{
	return a && b ? !strcmp(a, b) : a == b;
}

/* 1, 0, or -1 with the reason why what is there is none. */
static int look_up(const struct grantee *who, struct grant *out, struct err *e)
{
	AUTO_FREE char *dir = store_dir();
	AUTO_FREE char *path = grant_path(dir, who->path, who->project, who->engine);
	int found = check_dir(dir, e);

	if (found > 0)
		found = read_file(path, out, e);
	if (found <= 0)
		return found;
	if (!strcmp(out->path, who->path) && !strcmp(out->project, who->project) &&
		is_same(out->engine, who->engine))
		return 1;
	grant_free(out);
	return err_set(e, EINVAL, "%s is of another profile", path);
}

int grant_read(const struct grantee *who, struct grant *out)
{
	struct err e = {0};
	int found = look_up(who, out, &e);

	if (found < 0)
		log_warn("%s; it counts as no grant", e.msg);
	if (found > 0 && out->n_lost)
		log_info("the grant of %s is in an older form that leaves some rights "
			 "open: what is missing is asked for again",
			who->path);
	return found > 0;
}

/* Held until the descriptor is closed. */
static int lock(const char *dir, int *fd, struct err *e)
{
	AUTO_FREE char *path = path_join(dir, "lock");

	*fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);
	if (*fd < 0)
		return err_errno(e, "%s", path);
	while (flock(*fd, LOCK_EX) < 0)
		if (errno != EINTR)
			return err_errno(e, "%s", path);
	return 0;
}

static int make_dir(const char *dir, struct err *e)
{
	if (dir_make(dir, 0700, e) < 0)
		return err_hint(e, "is the home directory there, and writable?");
	return check_dir(dir, e) < 0 ? -1 : 0;
}

/* g with rights, less what they make superfluous. */
static void widen(struct grant *g, const struct rights *rights)
{
	struct rights all = {0};

	rights_missing(rights, &g->rights, &all);
	rights_missing(&all, rights, &all);
	rights_free(&g->rights);
	g->rights = all;
}

int grant_add(const struct grantee *who, const struct rights *rights, struct err *e)
{
	AUTO_FREE char *dir = store_dir(), *path = NULL;
	AUTO_FREE char *text = NULL;
	AUTO_FD int fd = -1;
	AUTO_GRANT struct grant g = {0};
	AUTO_JSON cJSON *json = NULL;

	path = grant_path(dir, who->path, who->project, who->engine);
	if (make_dir(dir, e) < 0 || lock(dir, &fd, e) < 0)
		return err_wrap(e, "the grant cannot be kept");
	look_up(who, &g, NULL); /* what is damaged is replaced */
	str_set(&g.path, who->path);
	str_set(&g.project, who->project);
	str_set(&g.engine, who->engine);
	widen(&g, rights);
	kvs_free(&g.files);
	for (size_t i = 0; i < who->files->n; i++)
		kvs_add(&g.files, who->files->v[i].key, who->files->v[i].value);
	g.when = time(NULL);
	json = grant_json(&g);
	text = json_text(json, false);
	if (file_write(path, text, strlen(text), 0600, e) < 0)
		return err_wrap(e, "the grant cannot be kept");
	return 0;
}

static bool is_grant_name(const char *name)
{
	return strspn(name, "0123456789abcdef") == DIGEST_HEX - 1 &&
	       !strcmp(name + DIGEST_HEX - 1, SUFFIX);
}

static int by_path(const void *a, const void *b)
{
	const struct grant *x = a, *y = b;
	int order = strcmp(x->path, y->path);

	if (!order)
		order = strcmp(x->project, y->project);
	return order ? order
		     : strcmp(x->engine ? x->engine : "", y->engine ? y->engine : "");
}

int grants_list(struct grant **out, size_t *n, struct err *e)
{
	AUTO_FREE char *dir = store_dir();
	int there = check_dir(dir, e);
	struct dirent *f;
	DIR *d;

	*out = NULL;
	*n = 0;
	if (there <= 0)
		return there;
	d = opendir(dir);
	if (!d)
		return err_errno(e, "%s", dir);
	while ((f = readdir(d))) {
		AUTO_FREE char *path = path_join(dir, f->d_name);
		struct grant g = {0};
		struct err why = {0};

		if (!is_grant_name(f->d_name))
			continue;
		if (read_file(path, &g, &why) <= 0) {
			if (*why.msg)
				log_warn("%s; it counts as no grant", why.msg);
			continue;
		}
		*out = xrealloc(*out, (*n + 1) * sizeof **out);
		(*out)[(*n)++] = g;
	}
	closedir(d);
	if (*n)
		qsort(*out, *n, sizeof **out, by_path);
	return 0;
}

void grants_free(struct grant *v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		grant_free(&v[i]);
	free(v);
}

int grants_forget(const char *path, const char *engine, size_t *n, struct err *e)
{
	AUTO_FREE char *dir = store_dir();
	struct grant *all;
	size_t n_all;
	int result = grants_list(&all, &n_all, e);

	*n = 0;
	for (size_t i = 0; result == 0 && i < n_all; i++) {
		AUTO_FREE char *file =
			grant_path(dir, all[i].path, all[i].project, all[i].engine);

		if ((path && strcmp(path, all[i].path) != 0) ||
			(engine && !is_same(engine, all[i].engine)))
			continue;
		if (unlink(file) < 0 && errno != ENOENT)
			result = err_errno(e, "%s", file);
		else
			++*n;
	}
	grants_free(all, n_all);
	return result;
}
