/* SPDX-License-Identifier: MIT */
/* From this run on this machine to any run on any. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "base/path.h"
#include "convert/convert.h"
#include "convert/place.h"

#define X11_SOCKETS "/tmp/.X11-unix"

/* Directories and sockets that are elsewhere on another machine. */
static const char *const variables[] = {"SSH_AUTH_SOCK", "XDG_RUNTIME_DIR", "HOME"};

static bool below(char **path, const char *dir, const char *place)
{
	const char *rest = path_below(*path, dir);
	char *text;

	if (!rest)
		return false;
	text = xasprintf("\1%s\2%s%s", place, strcmp(rest, ".") ? "/" : "",
		strcmp(rest, ".") ? rest : "");
	free(*path);
	*path = text;
	return true;
}

static void free_path(char **path, const char *project)
{
	if (!*path || **path != '/' || below(path, project, "project"))
		return;
	for (size_t i = 0; i < COUNT_OF(variables); i++) {
		const char *dir = getenv(variables[i]);

		if (dir && *dir == '/' && dir[1] && below(path, dir, variables[i]))
			return;
	}
}

static void free_paths(struct resolved *s, const char *project)
{
	static const char seccomp[] = "seccomp=";

	for (size_t i = 0; i < s->n_mounts; i++)
		if (s->mounts[i].type == MOUNT_BIND)
			free_path(&s->mounts[i].source, project);
	for (size_t i = 0; i < s->env_files.n; i++)
		free_path(&s->env_files.v[i], project);
	for (size_t i = 0; i < s->set.security_opt.n; i++) {
		char **option = &s->set.security_opt.v[i];
		AUTO_FREE char *path = NULL;

		if (strncmp(*option, seccomp, sizeof seccomp - 1) != 0)
			continue;
		path = xstrdup(*option + sizeof seccomp - 1);
		free_path(&path, project);
		free(*option);
		*option = xasprintf("%s%s", seccomp, path);
	}
}

static void own_labels(struct kvs *labels)
{
	struct kvs kept = {0};

	for (size_t i = 0; i < labels->n; i++)
		if (!is_own_label(labels->v[i].key))
			kvs_add(&kept, labels->v[i].key, labels->v[i].value);
	kvs_free(labels);
	*labels = kept;
}

/* Made up for this run. */
static void names(const struct plan *p, struct resolved *s)
{
	own_labels(&s->set.labels);
	for (size_t i = 0; i < s->n_mounts; i++)
		own_labels(&s->mounts[i].labels);
	if (!p->set.hostname && !s->service)
		str_set(&s->set.hostname, NULL);
	if (s->own_network && !strcmp(s->own_network, s->set.network))
		str_set(&s->set.network, PLACE_RUN "-services");
	if (s->own_network)
		str_set(&s->own_network, PLACE_RUN "-services");
	if (s->service) {
		free(s->set.name);
		s->set.name = xasprintf(PLACE_RUN "-%s", s->service);
	} else if (!p->set.name) {
		str_set(&s->set.name, s->set.box ? PLACE_RUN : NULL);
	}
}

static bool is_proxy(const char *name)
{
	size_t n = strlen(name);

	return n >= 6 && !strcasecmp(name + n - 6, "_proxy");
}

/* Does the profile itself spell the value out? Then it is in a file already. */
static bool is_spelled(const struct buf *profile, const char *value)
{
	const char *text = buf_str(profile);
	size_t n = strlen(value);

	for (const char *at = text; n && (at = strstr(at, value)); at++)
		if (at > text && strchr("\"'", at[-1]) && at[n] == at[-1])
			return true;
	return false;
}

/* No value that is or may be a secret is written to a file, nor one that is the starting
 * session's, nor this machine's proxies. */
static void variables_of(
	const struct plan *p, struct resolved *s, const struct buf *profile)
{
	struct kvs kept = {0};

	for (size_t i = 0; i < s->env.n; i++) {
		const struct kv *v = &s->env.v[i];
		bool passed = strv_has(&p->env_pass, v->key);

		if (is_proxy(v->key) && !passed && !kvs_get(&p->env, v->key))
			continue;
		if ((passed && !kvs_get(&p->env, v->key)) ||
			((resolved_hides(s, v) || looks_like_token(v->key, v->value)) &&
				!is_spelled(profile, v->value)))
			strv_add(&s->secrets, v->key);
		kvs_add(&kept, v->key, v->value);
	}
	for (size_t i = 0; i < p->env_pass.n; i++) /* not set here */
		if (!kvs_get(&kept, p->env_pass.v[i])) {
			kvs_add(&kept, p->env_pass.v[i], "");
			strv_add(&s->secrets, p->env_pass.v[i]);
		}
	kvs_free(&s->env);
	s->env = kept;
}

static void drop_variable(struct resolved *s, const char *name)
{
	struct kvs kept = {0};

	for (size_t i = 0; i < s->env.n; i++)
		if (strcmp(s->env.v[i].key, name) != 0)
			kvs_add(&kept, s->env.v[i].key, s->env.v[i].value);
	kvs_free(&s->env);
	s->env = kept;
}

/* The cookie is made for a run: without it there is the whole display. */
static void display(const struct plan *p, struct resolved *s)
{
	struct resolved_mount *sockets = NULL;

	if (p->display.mode == DISPLAY_NONE && p->xhost == XHOST_NONE)
		return;
	for (size_t i = 0; i < s->n_mounts && !sockets; i++)
		if (path_within(s->mounts[i].target, X11_SOCKETS))
			sockets = &s->mounts[i];
	if (!sockets)
		sockets = resolved_add_mount(s, MOUNT_BIND, X11_SOCKETS, X11_SOCKETS);
	str_set(&sockets->source, X11_SOCKETS);
	str_set(&sockets->target, X11_SOCKETS);
	sockets->readonly = true;
	drop_variable(s, "DISPLAY");
	drop_variable(s, "XAUTHORITY");
	kvs_set(&s->env, "DISPLAY", PLACE("DISPLAY"));
	if (!s->set.ipc || strcmp(s->set.ipc, "host") != 0)
		kvs_set(&s->env, "QT_X11_NO_MITSHM", "1");
}

/* Which there are here does not matter; whether there are where they are optional does.
 */
static void gpus(const struct plan *p, struct resolved *s)
{
	const struct plan_gpus *from = &p->set.gpus;

	if (from->select == GPU_NONE || from->vendor != GPU_NVIDIA ||
		(from->optional && s->set.gpus.select == GPU_NONE))
		return;
	s->gpus_cdi = false;
	s->set.gpus.select = from->select;
	s->set.gpus.count = from->count;
	s->set.gpus.runtime = from->runtime;
	strv_copy(&s->set.gpus.ids, &from->ids);
}

static bool holds_place(const cJSON *j)
{
	AUTO_FREE char *text = json_text(j, false);

	return strstr(text, "\\u0001") || strstr(text, "\\u0002");
}

int portable(const struct plan *p, struct resolved *s, struct err *e)
{
	AUTO_JSON cJSON *plan = plan_json(p), *all = resolved_json(s);
	AUTO_BUF struct buf profile = {0};

	if (holds_place(plan) || holds_place(all))
		return err_set(e, EINVAL,
			"a name or text of this profile holds the byte 1 or 2, which no "
			"file of docker's is to hold");
	file_read(p->profile, 0, &profile, &(struct err){0}); /* "": nothing is spelt */
	for (size_t i = 0; i <= s->n_services; i++) {
		const struct plan *from = i ? &p->services[i - 1] : p;
		struct resolved *to = i ? &s->services[i - 1] : s;

		free_paths(to, p->project);
		variables_of(from, to, &profile);
		display(from, to);
		gpus(from, to);
		names(from, to);
	}
	return 0;
}
