/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "base/mem.h"
#include "batch/apptainer/apptainer.h"

#define USUAL_PATH "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

static void add_all(struct strv *out, const char *const *words)
{
	for (; *words; words++)
		strv_add(out, *words);
}

void apptainer_words(struct strv *out, const char *program, const struct resolved *s,
	const struct unpacked *u, const char *run)
{
	/* Without its setuid program, whatever is installed; its shell evaluates nothing;
	 * the gate's program is the init. */
	static const char *const always[] = {"--silent", "exec", "--userns",
		"--containall", "--no-home", "--cleanenv", "--no-init", "--no-eval",
		"--no-privs", "--workdir", NULL};
	const char *dir = s->set.workdir ? s->set.workdir : u->workdir;

	strv_add(out, program);
	add_all(out, always);
	strv_addf(out, "%s/work", run);
	if (!s->set.readonly_rootfs)
		strv_add(out, "--writable-tmpfs");
	if (!strcmp(s->set.network, "none"))
		add_all(out, (const char *const[]){"--net", "--network", "none", NULL});
	if (s->set.hostname)
		add_all(out, (const char *const[]){"--hostname", s->set.hostname, NULL});
	for (size_t i = 0; i < s->n_mounts; i++) {
		const struct resolved_mount *m = &s->mounts[i];

		strv_add(out, "--bind");
		strv_addf(
			out, "%s:%s:%s", m->source, m->target, m->readonly ? "ro" : "rw");
	}
	strv_add(out, "--pwd");
	strv_add(out, dir && *dir ? dir : "/");
	strv_add(out, u->dir);
	for (size_t i = 0; i < s->held.n; i++)
		strv_add(out, s->held.v[i]);
}

void apptainer_environment(
	struct buf *out, const struct resolved *s, const struct unpacked *u)
{
	AUTO_KVS struct kvs all = {0};

	kvs_set(&all, "PATH", USUAL_PATH);
	kvs_set(&all, "HOME", "/");
	for (size_t i = 0; i < u->env.n; i++)
		kvs_set(&all, u->env.v[i].key, u->env.v[i].value);
	for (size_t i = 0; i < s->env.n; i++)
		kvs_set(&all, s->env.v[i].key, s->env.v[i].value);
	for (size_t i = 0; i < all.n; i++) {
		buf_addf(out, "%s=%s", all.v[i].key, all.v[i].value);
		buf_addc(out, 0);
	}
}
