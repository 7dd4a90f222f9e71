/* SPDX-License-Identifier: MIT */
/* env: files first, then what is passed on, then what the profile says. */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/beneath.h"
#include "base/mem.h"
#include "base/path.h"
#include "launch/resolve/resolve.h"

/* The host's variable, which may be a secret that the profile is not to know. */
static void pass_on(struct resolving *r, const char *name)
{
	const char *value = getenv(name);

	if (!is_open_variable(name)) {
		strv_add(&r->s->secrets, name);
		if (!strv_has(&r->p->env_typed, name))
			rights_add(r->rights, RIGHT_VARIABLE, name);
	}
	if (value)
		kvs_set(&r->s->env, name, value);
}

/* docker's env_file: NAME=value verbatim, NAME alone = the host's, # comments. */
static int read_line(struct resolving *r, char *line, struct err *e)
{
	char *eq;

	line += strspn(line, " \t");
	if (*line && line[strlen(line) - 1] == '\r')
		line[strlen(line) - 1] = 0;
	if (!*line || *line == '#')
		return 0;
	eq = strchr(line, '=');
	if (eq == line ||
		strcspn(line, " \t") < (eq ? (size_t)(eq - line) : strlen(line)))
		return err_set(e, 0, "\"%.*s\" is no name of a variable; say NAME=value",
			(int)strcspn(line, "="), line); /* the value may be secret */
	if (!eq) {
		pass_on(r, line);
		return 0;
	}
	*eq = 0;
	kvs_set(&r->s->env, line, eq + 1);
	return 0;
}

static int read_file(struct resolving *r, const char *name, struct err *e)
{
	AUTO_FREE char *path = path_join(r->p->project ? r->p->project : "/", name);
	AUTO_FD int held = open(path, O_PATH | O_CLOEXEC);
	AUTO_FD int fd = held < 0 ? -1 : open_regular(held);
	AUTO_FREE char *real = fd < 0 ? NULL : path_of(fd);
	AUTO_BUF struct buf text = {0};
	struct stat st;
	int number = 1;

	if (!real)
		return errno == EINVAL ? err_set(e, EINVAL,
						 "env_file: %s: not a regular file", path)
				       : err_errno(e, "env_file: %s", path);
	if (file_read_fd(fd, path, 1 << 20, &text, &st, e) < 0)
		return err_wrap(e, "env_file");
	reach_add(r, path, real, RIGHT_READ, RIGHT_READ_UNMARKED);
	if (text.n != strlen(buf_str(&text)))
		return err_set(e, 0, "env_file %s holds a NUL byte", path);
	for (char *line = text.p, *end; line && *line; line = end, number++) {
		end = strchr(line, '\n');
		if (end)
			*end++ = 0;
		if (read_line(r, line, e) < 0)
			return err_wrap(e, "%s:%d", path, number);
	}
	return 0;
}

int resolve_env(struct resolving *r, struct err *e)
{
	const struct plan *p = r->p;
	const char *term = getenv("TERM");

	if (r->s->set.tty)
		kvs_set(&r->s->env, "TERM", term && *term ? term : "xterm");
	strv_copy(&r->s->secrets, &p->env_secret);
	for (size_t i = 0; i < p->env_files.n; i++) {
		AUTO_FREE char *key = xasprintf("env_file/%zu", i);

		if (read_file(r, p->env_files.v[i], e) < 0)
			return plan_fail(p, key, e);
	}
	for (size_t i = 0; i < p->env_pass.n; i++)
		pass_on(r, p->env_pass.v[i]);
	for (size_t i = 0; i < p->env.n; i++)
		kvs_set(&r->s->env, p->env.v[i].key, p->env.v[i].value);
	return 0;
}
