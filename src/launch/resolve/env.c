/* SPDX-License-Identifier: MIT */
/* env: files first, then what is passed on, then what the profile says. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "engine/registry/proxies.h"
#include "launch/resolve/env_file.h"
#include "launch/resolve/resolve.h"

static void hide(struct resolving *r, const char *name)
{
	if (!strv_has(&r->s->secrets, name))
		strv_add(&r->s->secrets, name);
}

/* The host's variable, which may be a secret that the profile is not to know. */
static void pass_on(struct resolving *r, const char *name)
{
	const char *value = getenv(name);

	if (!is_open_variable(name)) {
		hide(r, name);
		if (!strv_has(&r->p->env_typed, name))
			rights_add(r->rights, RIGHT_VARIABLE, name);
	}
	if (value)
		kvs_set(&r->s->env, name, value);
}

struct file_reading {
	struct resolving *r;
	bool quotes;
};

/* A line without "=" may be no name at all, but a part of a secret over several lines: it
 * is one, and told of, where the host has such a variable. */
static void add_line(void *ctx, const char *name, const char *value)
{
	const struct file_reading *f = ctx;
	struct resolving *r = f->r;

	if (value)
		hide(r, name);
	else if ((value = getenv(name)))
		pass_on(r, name);
	else
		return;
	kvs_set(&r->s->env, name, value);
	if (!f->quotes)
		kvs_set(&r->s->env_filed, name, value);
}

static int read_text(struct resolving *r, const struct plan_env_file *f, const char *path,
	struct buf *text, struct err *e)
{
	struct file_reading reading = {r, f->quotes};
	struct env_sink sink = {.add = add_line, .ctx = &reading};
	int rc;

	if (!text->n)
		return 0;
	if (text->n != strlen(text->p))
		return err_set(e, EINVAL, "env_file %s holds a NUL byte", path);
	rc = f->quotes ? env_file_quoted(text->p, &sink, e)
		       : env_file_plain(text->p, &sink, e);
	return rc < 0 ? err_wrap(e, "%s:%zu", path, sink.line) : 0;
}

static int read_file(struct resolving *r, const struct plan_env_file *f, struct err *e)
{
	AUTO_FREE char *path = NULL, *real = NULL;
	AUTO_BUF struct buf text = {0};
	AUTO_RIGHTS struct rights asked = {0};
	struct resolving at = *r;

	at.rights = &asked;
	if (reach_read(&at, f->path, ENV_FILE_MAX, &path, &real, &text, e) < 0)
		return err_wrap(e, "env_file");
	/* to read it; what it has passed on from here is its own to ask for */
	(f->typed ? rights_add_typed : rights_add_all)(r->rights, &asked);
	if (!f->quotes)
		strv_add(&r->s->env_files, path);
	return read_text(r, f, path, &text, e);
}

/* As docker does, which tells a password to whoever runs there: that is asked for. */
static void add_proxies(struct resolving *r)
{
	AUTO_STRV struct strv secret = {0};

	docker_proxies(r->facts->url, &r->s->env, &secret);
	for (size_t i = 0; i < secret.n; i++) {
		hide(r, secret.v[i]);
		if (i % 2 == 0)
			rights_add(r->rights, RIGHT_VARIABLE, secret.v[i]);
	}
}

int resolve_env(struct resolving *r, struct err *e)
{
	const struct plan *p = r->p;

	for (size_t i = 0; i < p->n_env_files; i++) {
		AUTO_FREE char *key = xasprintf("env_file/%zu", i);

		if (read_file(r, &p->env_files[i], e) < 0)
			return plan_fail(p, key, e);
	}
	for (size_t i = 0; i < p->env_pass.n; i++)
		pass_on(r, p->env_pass.v[i]);
	for (size_t i = 0; i < p->env.n; i++) {
		kvs_set(&r->s->env, p->env.v[i].key, p->env.v[i].value);
		strv_drop(
			&r->s->secrets, p->env.v[i].key); /* the profile spells it out */
	}
	for (size_t i = 0; i < p->env_secret.n; i++)
		hide(r, p->env_secret.v[i]);
	add_proxies(r);
	return 0;
}
