/* SPDX-License-Identifier: MIT */
/* What the container knows of the terminal, and how that is left. */
#include <stdlib.h>

#include "base/mem.h"
#include "engine/registry/docker_config.h"
#include "launch/resolve/resolve.h"

int resolve_terminal(struct resolving *r, struct err *e)
{
	const char *term = getenv("TERM");
	struct settings *set = &r->s->set;

	if (!set->tty)
		return 0;
	kvs_set(&r->s->env, "TERM", term && *term ? term : "xterm");
	if (set->detach_keys)
		return 0;
	return docker_detach_keys(&set->detach_keys, e);
}
