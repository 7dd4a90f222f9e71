/* SPDX-License-Identifier: MIT */
#include "build/given.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/beneath.h"
#include "base/mem.h"
#include "base/path.h"
#include "plan/checks.h"

/* Where it is missing the build says so: what is up to date needs no secret. */
static void open_secret(struct given_secret *s, const struct place *project,
	const struct plan_secret *from)
{
	AUTO_FREE char *path = from->file ? path_join(project->path, from->file) : NULL;

	s->id = xstrdup(from->id);
	s->env = xstrdup(from->env);
	s->file.fd = -1;
	if (path && open_named_input(project, path, FILE_READ, &s->file) < 0)
		err_errno(&s->error, "%s", path);
}

static void open_tree(struct given_tree *t, const struct place *project,
	const struct kv *from, struct err *e)
{
	AUTO_FREE char *path = path_join(project->path, from->value);
	AUTO_BUF struct buf rules = {0};
	struct place top;

	t->name = xstrdup(from->key);
	t->root.fd = t->listed.fd = -1;
	if (open_named_input(project, path, INPUT_DIRECTORY, &t->root) < 0) {
		err_errno(e, "the context %s: %s", from->key, path);
		return;
	}
	top = opened_place(&t->root);
	if (open_ignore(project, &top, IGNORE_FILE, &t->listed, &rules, e) < 0)
		return;
	if (rules.n && ignore_parse(&t->ignore, rules.p, rules.n, t->listed.path, e) < 0)
		return;
	/* BuildKit reads it as well */
	ignore_keep(&t->ignore, IGNORE_FILE);
}

/* Without one that is not there yet a build does: the first begins it. */
static void open_from(
	struct build_given *v, const struct place *project, const char *said)
{
	AUTO_FREE char *path = path_join(project->path, said);
	struct given_cache *c = &v->from[v->n_from];

	c->dir.fd = -1;
	if (open_named_input(project, path, INPUT_DIRECTORY, &c->dir) == 0)
		v->n_from++;
	else if (errno != ENOENT)
		err_errno(&v->error, "cache_from = \"%s\"", said);
}

/* What git goes by is no place for what an engine sends. */
static bool is_in_git(const char *path)
{
	const char *at = path;

	while ((at = strstr(at, "/.git")))
		if (!*(at += strlen("/.git")) || *at == '/')
			return true;
	return false;
}

/* Below the project it is made when there is something to put there. */
static void open_to(struct build_given *v, const struct place *project, const char *said)
{
	AUTO_FREE char *path = path_join(project->path, said);
	const char *rest = path_below(path, project->path);

	int rc = open_named_input(project, path, INPUT_DIRECTORY, &v->to.dir);

	if (is_in_git(rc < 0 ? path : v->to.dir.path)) {
		err_set(&v->error, EINVAL, "cache_to = \"%s\" lies in what is git's",
			said);
		return;
	}
	if (rc == 0)
		return;
	if (errno == ENOENT && rest) {
		v->to.missing = xstrdup(path);
		v->project = fcntl(project->fd, F_DUPFD_CLOEXEC, 0);
		return;
	}
	err_errno(&v->error, "cache_to = \"%s\"", said);
	if (v->error.code == ENOENT)
		err_hint(&v->error, "mkdir -p %s", path);
}

static void open_caches(
	struct build_given *v, const struct place *project, const struct plan_build *b)
{
	v->from = xcalloc(b->cache_from.n, sizeof *v->from);
	for (size_t i = 0; i < b->cache_from.n; i++)
		if (cache_is_directory(b->cache_from.v[i]))
			open_from(v, project, b->cache_from.v[i]);
	if (b->cache_to && cache_is_directory(b->cache_to))
		open_to(v, project, b->cache_to);
}

/* A cache in a context would change it with every build. */
void given_leave_out(
	const struct build_given *v, const char *top, struct ignore *i, struct err *e)
{
	for (size_t k = 0; k <= v->n_from; k++) {
		const struct given_cache *c = k < v->n_from ? &v->from[k] : &v->to;
		const char *path = c->missing ? c->missing : c->dir.path;
		const char *rest = path ? path_below(path, top) : NULL;

		if (rest && !strcmp(rest, "."))
			err_set(e, EINVAL,
				"%s is a build's context, and its cache as well: keep it "
				"in "
				"a directory of its own, as \"./.cache\"",
				path);
		else if (rest)
			ignore_drop(i, rest);
	}
}

void build_given_open(
	struct build_given *v, const struct place *project, const struct plan_build *b)
{
	v->agent = v->project = v->to.dir.fd = -1;
	v->secrets = xcalloc(b->n_secrets, sizeof *v->secrets);
	for (size_t i = 0; i < b->n_secrets; i++)
		open_secret(&v->secrets[v->n_secrets++], project, &b->secrets[i]);
	v->trees = xcalloc(b->contexts.n, sizeof *v->trees);
	for (size_t i = 0; i < b->contexts.n; i++) {
		const struct kv *from = &b->contexts.v[i];

		if (!strncmp(from->value, CONTEXT_IMAGE, strlen(CONTEXT_IMAGE)))
			kvs_set(&v->images, from->key,
				from->value + strlen(CONTEXT_IMAGE));
		else
			open_tree(&v->trees[v->n_trees++], project, from, &v->error);
	}
	open_caches(v, project, b);
	for (size_t i = 0; i < v->n_trees; i++)
		if (v->trees[i].root.path)
			given_leave_out(
				v, v->trees[i].root.path, &v->trees[i].ignore, &v->error);
}

void build_given_free(struct build_given *v)
{
	struct build_input agent = {.fd = v->agent}, project = {.fd = v->project};

	for (size_t i = 0; i < v->n_secrets; i++) {
		free(v->secrets[i].id);
		free(v->secrets[i].env);
		close_input(&v->secrets[i].file);
	}
	for (size_t i = 0; i < v->n_trees; i++) {
		free(v->trees[i].name);
		close_input(&v->trees[i].root);
		close_input(&v->trees[i].listed);
		ignore_free(&v->trees[i].ignore);
	}
	for (size_t i = 0; i < v->n_from; i++)
		close_input(&v->from[i].dir);
	close_input(&v->to.dir);
	close_input(&project);
	free(v->to.missing);
	free(v->from);
	kvs_free(&v->images);
	free(v->secrets);
	free(v->trees);
	close_input(&agent);
}

int given_secret_read(const struct given_secret *s, struct buf *out, struct err *e)
{
	const char *value = s->env ? getenv(s->env) : NULL;
	struct stat st;

	if (s->env && !value)
		return err_set(e, ENOENT, "the secret %s: there is no variable %s", s->id,
			s->env);
	if (value) {
		buf_adds(out, value);
		return 0;
	}
	if (*s->error.msg)
		err_set(e, s->error.code, "%s", s->error.msg);
	else if (file_read_fd(s->file.fd, s->file.path, SECRET_MAX, out, &st, e) == 0)
		return 0;
	return err_wrap(e, "the secret %s", s->id);
}

static bool has(int dir, const char *name)
{
	struct stat st;

	return fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) == 0;
}

int given_cache_make(const struct build_given *v, struct err *e)
{
	const struct given_cache *to = &v->to;
	AUTO_FREE char *top = to->missing ? path_of(v->project) : NULL;
	const char *rest = top ? path_below(to->missing, top) : NULL;
	size_t at;
	int fd = -1;

	if (!to->missing)
		fd = fcntl(to->dir.fd, F_DUPFD_CLOEXEC, 0);
	else if (rest && make_beneath(v->project, rest, true, true, &at) == 0)
		fd = open_beneath(v->project, rest, INPUT_DIRECTORY | O_NOFOLLOW);
	if (fd < 0)
		return err_errno(e, "cannot make the build's cache: %s",
			to->missing ? to->missing : to->dir.path);
	if (has(fd, "index.json") && !has(fd, "oci-layout")) {
		close(fd);
		err_set(e, EEXIST, "%s has an index.json that is no cache's",
			to->dir.path);
		return err_hint(e, "keep the build's cache in a directory of its own, as "
				   "\"./.cache\"");
	}
	return fd;
}
