/* SPDX-License-Identifier: MIT */
#include "plan/docker_option.h"

#include <string.h>

#include "plan/shell_word.h"

void docker_option(struct buf *b, const char *name, const char *value)
{
	buf_addf(b, " \\\n\t%s", name);
	if (value) {
		buf_addc(b, ' ');
		shell_word(b, value);
	}
}

static void tmpfs(struct buf *b, const struct resolved *s, const struct resolved_mount *m)
{
	AUTO_BUF struct buf v = {0};

	buf_addf(&v, "%s:mode=%o", m->target, m->mode ? (unsigned)m->mode : 01777U);
	if (m->readonly)
		buf_adds(&v, ",ro");
	if (m->exec)
		buf_adds(&v, ",exec");
	if (m->size)
		buf_addf(&v, ",size=%lld", (long long)m->size);
	if (resolved_owner_known(s, m))
		buf_addf(&v, ",uid=%lld,gid=%lld", (long long)m->uid, (long long)m->gid);
	docker_option(b, "--tmpfs", v.p);
}

/* A field of --mount's comma separated list. */
static void mount_field(struct buf *v, const char *key, const char *value)
{
	if (strpbrk(value, ",\""))
		buf_addf(v, ",\"%s=%s\"", key, value);
	else
		buf_addf(v, ",%s=%s", key, value);
}

void docker_mounts(struct buf *b, const struct resolved *s)
{
	for (size_t i = 0; i < s->n_mounts; i++) {
		const struct resolved_mount *m = &s->mounts[i];
		AUTO_BUF struct buf v = {0};

		if (m->type == MOUNT_TMPFS) {
			tmpfs(b, s, m);
			continue;
		}
		buf_addf(&v, "type=%s", m->type == MOUNT_BIND ? "bind" : "volume");
		mount_field(&v, "src", m->source);
		mount_field(&v, "dst", m->target);
		if (m->readonly)
			buf_adds(&v, ",readonly");
		docker_option(b, "--mount", v.p);
	}
}
