/* SPDX-License-Identifier: MIT */
#include "convert/build.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/path.h"
#include "convert/docker_option.h"

char *plan_path_from(const struct plan *p, const char *dir, const char *path)
{
	AUTO_FREE char *from = path_join(p->project, dir);
	AUTO_FREE char *to = path_join(p->project, path);
	AUTO_BUF struct buf up = {0};

	if (!path_within(to, p->project))
		return xstrdup(to);
	while (!path_within(to, from) && strchr(from + 1, '/')) {
		*strrchr(from, '/') = 0;
		buf_adds(&up, "../");
	}
	return path_within(to, from)
		       ? xasprintf("%s%s", buf_str(&up), path_below(to, from))
		       : xstrdup(to);
}

char *plan_path(const struct plan *p, const char *path)
{
	return plan_path_from(p, ".", path);
}

char *plan_stem(const struct plan *p)
{
	const char *name = strrchr(p->profile, '/');
	char *stem;

	name = name ? name + 1 : p->profile;
	stem = xstrndup(name, strcspn(name, "."));
	for (char *c = stem; *c; c++)
		*c = isalnum((unsigned char)*c) ? (char)tolower((unsigned char)*c) : '-';
	if (!isalnum((unsigned char)*stem))
		str_set(&stem, "main");
	return stem;
}

void docker_build_arguments(const struct plan *p, struct kvs *out)
{
	const struct plan_build *b = &p->build;

	if (b->base)
		kvs_add(out, "BASE_IMAGE", b->base);
	for (size_t i = 0; i < b->args.n; i++) {
		const struct kv *v = &b->args.v[i];
		bool hidden = looks_secret(v->key, v->value) ||
			      strv_has(&p->env_secret, v->key);

		kvs_add(out, v->key, hidden ? NULL : v->value);
	}
}

static void secrets(const struct plan *p, struct kvs *out)
{
	for (size_t i = 0; i < p->build.n_secrets; i++) {
		const struct plan_secret *x = &p->build.secrets[i];

		kvs_addf(out, "--secret", "id=%s,%s=%s", x->id, x->file ? "src" : "env",
			x->file ? x->file : x->env);
	}
}

void docker_build_options(const struct plan *p, struct kvs *out)
{
	const struct plan_build *b = &p->build;
	AUTO_KVS struct kvs args = {0};
	const struct {
		const char *option, *value;
	} texts[] = {{"--target", b->target}, {"--network", b->network},
		{"--platform", b->platform}};

	for (size_t i = 0; i < COUNT_OF(texts); i++)
		if (texts[i].value)
			kvs_add(out, texts[i].option, texts[i].value);
	docker_build_arguments(p, &args);
	for (size_t i = 0; i < args.n; i++)
		kvs_addf(out, "--build-arg", "%s%s%s", args.v[i].key,
			args.v[i].value ? "=" : "",
			args.v[i].value ? args.v[i].value : "");
	for (size_t i = 0; i < b->labels.n; i++)
		kvs_addf(out, "--label", "%s=%s", b->labels.v[i].key,
			b->labels.v[i].value);
	for (size_t i = 0; i < b->cache_from.n; i++)
		kvs_add(out, "--cache-from", b->cache_from.v[i]);
	if (b->cache_to)
		kvs_addf(out, "--cache-to", "type=%s%s",
			strcmp(b->cache_to, CACHE_INLINE) ? "registry,ref=" : "",
			b->cache_to);
	secrets(p, out);
	for (size_t i = 0; i < b->contexts.n; i++)
		kvs_addf(out, "--build-context", "%s=%s", b->contexts.v[i].key,
			b->contexts.v[i].value);
	if (b->ssh)
		kvs_add(out, "--ssh", "default");
	if (b->pull)
		kvs_add(out, "--pull", NULL);
	if (b->no_cache)
		kvs_add(out, "--no-cache", NULL);
}
