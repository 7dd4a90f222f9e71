/* SPDX-License-Identifier: MIT */
#include "launch/image/image_env.h"

#include <string.h>

static bool has(const struct strv *env, const char *name)
{
	size_t n = strlen(name);

	for (size_t i = 0; i < env->n; i++)
		if (!strncmp(env->v[i], name, n) && env->v[i][n] == '=')
			return true;
	return false;
}

void image_env(const struct strv *of_image, struct resolved *s)
{
	if (resolved_lacks_language(s) && !has(of_image, "LANG") &&
		!has(of_image, "LC_ALL"))
		kvs_set(&s->env, "LANG", RESOLVED_LANG);
	if (s->set.timezone && !kvs_get(&s->env, "TZ") && has(of_image, "TZ"))
		kvs_set(&s->env, "TZ", ":/etc/localtime");
}
