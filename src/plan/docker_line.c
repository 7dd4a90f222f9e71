/* SPDX-License-Identifier: MIT */
/* The `docker run` line that is equal to a resolved plan. */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/printable.h"
#include "plan/docker_option.h"
#include "plan/shell_word.h"
#include "plan/resolved.h"

__attribute__((format(printf, 3, 4))) static void optionf(
	struct buf *b, const char *name, const char *fmt, ...)
{
	AUTO_FREE char *value = NULL;
	va_list ap;

	va_start(ap, fmt);
	value = xvasprintf(fmt, ap);
	va_end(ap);
	docker_option(b, name, value);
}

static void gpus(struct buf *b, const struct resolved *s)
{
	AUTO_BUF struct buf v = {0};

	if (s->set.gpus.select == GPU_NONE)
		return;
	if (s->set.gpus.runtime) {
		docker_option(b, "--runtime", "nvidia");
		return;
	}
	if (s->gpus_cdi) {
		if (s->set.gpus.select == GPU_ALL)
			docker_option(b, "--device", "nvidia.com/gpu=all");
		for (size_t i = 0; i < s->set.gpus.ids.n; i++)
			optionf(b, "--device", "nvidia.com/gpu=%s", s->set.gpus.ids.v[i]);
		for (int i = 0; i < s->set.gpus.count; i++)
			optionf(b, "--device", "nvidia.com/gpu=%d", i);
		return;
	}
	if (s->set.gpus.select == GPU_IDS) {
		AUTO_FREE char *ids = strv_join(&s->set.gpus.ids, ",");

		buf_addf(&v, "\"device=%s\"", ids);
	} else if (s->set.gpus.select == GPU_COUNT) {
		buf_addf(&v, "count=%d", s->set.gpus.count);
	} else {
		buf_adds(&v, "all");
	}
	docker_option(b, "--gpus", v.p);
}

/* A comment line. A name with a line end must not make a command of its rest. */
__attribute__((format(printf, 2, 3))) static void remark(
	struct buf *b, const char *fmt, ...)
{
	AUTO_FREE char *text = NULL;
	va_list ap;

	va_start(ap, fmt);
	text = xvasprintf(fmt, ap);
	va_end(ap);
	str_printable(&text);
	buf_addf(b, "# %s\n", text);
}

/* Does --env-file say it already? */
static bool is_filed(const struct resolved *s, const struct kv *v)
{
	const char *value = kvs_get(&s->env_filed, v->key);

	return value && !strcmp(value, v->value);
}

/* Passed on by its name: what the profile does not spell out, and what looks secret and
 * is this environment's. The line is to be shown. */
static bool by_name(const struct resolved *s, const struct kv *v)
{
	const char *here = getenv(v->key);

	return strv_has(&s->secrets, v->key) ||
	       (resolved_hides(s, v) && here && !strcmp(here, v->value));
}

static void env(struct buf *b, const struct resolved *s)
{
	for (size_t i = 0; i < s->env_files.n; i++)
		docker_option(b, "--env-file", s->env_files.v[i]);
	for (size_t i = 0; i < s->env.n; i++) {
		const struct kv *v = &s->env.v[i];

		if (is_filed(s, v))
			continue;
		if (by_name(s, v))
			docker_option(b, "--env", v->key);
		else
			optionf(b, "--env", "%s=%s", v->key, v->value);
	}
	if (resolved_lacks_language(s))
		docker_option(b, "--env", "LANG=" RESOLVED_LANG);
}

/* What the line takes from the environment and is not there. */
static void missing_secrets(struct buf *b, const struct resolved *s)
{
	for (size_t i = 0; i < s->env.n; i++) {
		const struct kv *v = &s->env.v[i];
		const char *here = getenv(v->key);

		if (by_name(s, v) && !is_filed(s, v) &&
			(!here || strcmp(here, v->value) != 0))
			remark(b, "export %s with its value first: it is not shown",
				v->key);
	}
}

static void own_user(struct buf *b, const struct resolved *s)
{
	if (s->has_user)
		optionf(b, "--user", "%u:%u", s->uid, s->gid);
	else if (s->of_image.name)
		docker_option(b, "--user", s->of_image.name);
	for (size_t i = 0; i < s->groups.n; i++)
		docker_option(b, "--group-add", s->groups.v[i]);
}

static void own_life(struct buf *b, const struct resolved *s)
{
	if (s->set.detach || s->service)
		docker_option(b, "--detach", NULL);
	if (s->open_stdin)
		docker_option(b, "--interactive", NULL);
	if (s->set.tty)
		docker_option(b, "--tty", NULL);
	if (!s->set.keep && !resolved_restarts(s))
		docker_option(b, "--rm", NULL);
}

static void own_log(struct buf *b, const struct resolved *s)
{
	if (!s->set.keep && !s->set.detach && !s->set.log)
		docker_option(b, "--log-driver", "none");
}

static void own_reach(struct buf *b, const struct resolved *s)
{
	env(b, s);
	docker_mounts(b, s);
	gpus(b, s);
}

static void own_network(struct buf *b, const struct resolved *s)
{
	if (strcmp(s->set.network, "bridge") != 0)
		docker_option(b, "--network", s->set.network);
	if (s->own_network && !strcmp(s->own_network, s->set.network))
		docker_option(b, "--network-alias", s->service ? s->service : "main");
}

static void own_userns(struct buf *b, const struct resolved *s)
{
	if (s->userns)
		docker_option(b, "--userns", s->userns);
}

/* What is not one setting's own, and the setting that it stands before. */
static const struct {
	const char *key;
	void (*add)(struct buf *b, const struct resolved *s);
} before[] = {{"init", own_life}, {"restart", own_log}, {"workdir", own_user},
	{"device", own_reach}, {"port", own_network}, {"ipc", own_userns}};

static void setting(struct buf *b, const struct settings *s, const struct field *f)
{
	AUTO_STRV struct strv texts = {0};

	if (f->type == FIELD_OBJECT && !f->offset) {
		for (const struct field *k = f->of->fields; k->key; k++)
			setting(b, s, k);
		return;
	}
	if (!f->option)
		return;
	field_texts(s, &settings_nothing, f, &texts);
	for (size_t i = 0; i < texts.n; i++)
		docker_option(b, f->option, f->type == FIELD_BOOL ? NULL : texts.v[i]);
}

static void settings(struct buf *b, const struct resolved *s)
{
	for (const struct field *f = settings_fields; f->key; f++) {
		for (size_t i = 0; i < COUNT_OF(before); i++)
			if (!strcmp(before[i].key, f->key))
				before[i].add(b, s);
		setting(b, &s->set, f);
	}
}

/* What the command line cannot say. */
static void preface(struct buf *b, const struct resolved *s)
{
	if (s->x.access == X_LOCALUSER || s->x.xhost == XHOST_USER)
		buf_addf(b, "xhost +si:localuser:'#%u'   # and - afterwards\n",
			s->x.host_uid);
	if (s->x.access == X_LOCAL || s->x.xhost == XHOST_LOCAL)
		buf_adds(b, "xhost +local:   # and - afterwards\n");
	if (s->x.cookie_path)
		remark(b, "cnnrun also puts a cookie for display :%s at %s;", s->x.number,
			s->x.cookie_path);
	if (s->x.cookie_path && !s->elsewhere)
		remark(b, "by hand: xhost +si:localuser:'#%u' before, - after",
			s->x.host_uid);
	if (s->x.carried)
		remark(b,
			"cnnrun also makes a socket /tmp/.X11-unix/X%s that leads to %s",
			s->x.number, s->x.display);
	for (size_t i = 0; i < s->set.n_ports; i++)
		if (resolved_leads(s, &s->set.ports[i]))
			remark(b, "port %u leads there by ssh", s->set.ports[i].host);
	if (s->set.gpus.pick == GPU_PICK_FREE)
		remark(b, "cnnrun also picks the least busy GPUs, and holds them");
	if (s->identity.wanted || s->of_image.as_host)
		remark(b, "cnnrun also adds %s (%u:%u) to /etc/passwd and /etc/group",
			s->identity.wanted ? s->identity.name : "the image's user",
			s->uid, s->gid);
	for (size_t i = 0; i < s->n_mounts; i++)
		if (s->mounts[i].owned && !s->owner.known)
			remark(b, "cnnrun also gives %s to the image's %s",
				s->mounts[i].target,
				s->owner.name      ? s->owner.name
				: s->of_image.name ? s->of_image.name
						   : "user");
	if (resolved_lacks_language(s))
		remark(b, "where the image says a language: without --env LANG");
	for (size_t i = 0; i < s->set.network_allow.n; i++)
		remark(b, "cnnrun also leads to %s", s->set.network_allow.v[i]);
	for (size_t i = 0; i < s->n_mounts; i++)
		if (s->mounts[i].carried)
			remark(b, "docker carries nothing: put %s into %s first",
				s->mounts[i].carried, s->mounts[i].source);
	for (size_t i = 0; i < s->n_files; i++)
		remark(b, "cnnrun also puts in %s%s", s->files[i].path,
			s->files[i].data ? "" : "/");
}

/* What cnnrun has in an image that has no sleep is not docker's. */
static void box(struct buf *b, const struct resolved *s)
{
	docker_option(b, "--entrypoint", "sleep");
	buf_adds(b, " \\\n\t");
	shell_word(b, s->image);
	buf_adds(b, " infinity\n");
	for (size_t i = 0; i < s->set.n_prepare; i++) {
		const struct plan_prepare *p = &s->set.prepare[i];

		buf_addf(b, "docker exec %s", p->user == PREPARE_ROOT ? "--user 0 " : "");
		shell_word(b, s->set.name);
		shell_words(b, &p->command, 0);
		buf_addc(b, '\n');
	}
	buf_adds(b, "docker exec --interactive --tty ");
	shell_word(b, s->set.name);
	shell_words(b, &s->set.entrypoint, 0);
	shell_words(b, &s->set.command, 0);
	if (!s->set.entrypoint.n && !s->set.command.n)
		buf_adds(b, " sh");
	buf_addc(b, '\n');
}

static void program(struct buf *b, const struct resolved *s)
{
	const struct strv *entry = &s->set.entrypoint;

	if (s->set.box) {
		box(b, s);
		return;
	}
	if (s->set.has_entrypoint)
		docker_option(b, "--entrypoint", entry->n ? entry->v[0] : "");
	buf_adds(b, " \\\n\t");
	shell_word(b, s->image);
	shell_words(b, entry, 1);
	shell_words(b, &s->set.command, 0);
	buf_addc(b, '\n');
}

char *docker_line(const struct resolved *s)
{
	struct buf b = {0};

	preface(&b, s);
	missing_secrets(&b, s);
	buf_adds(&b, "docker run");
	settings(&b, s);
	program(&b, s);
	return buf_take(&b);
}
