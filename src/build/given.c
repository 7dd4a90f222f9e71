/* SPDX-License-Identifier: MIT */
#include "build/given.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/path.h"

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

void build_given_open(
	struct build_given *v, const struct place *project, const struct plan_build *b)
{
	v->agent = -1;
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
}

void build_given_free(struct build_given *v)
{
	struct build_input agent = {.fd = v->agent};

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
