/* SPDX-License-Identifier: MIT */
/* A launch of busybox's shell as resolve would make it. */
#ifndef CNNRUN_TESTS_SHELL_RESOLVED_H
#define CNNRUN_TESTS_SHELL_RESOLVED_H

#include "test.h"

#include "plan/resolved.h"

/* The caller frees nothing of it but with free_resolved. */
static inline struct resolved shell_resolved(const char *script)
{
	static int number;
	struct resolved s = {.stop_timeout = -1, .has_command = true};

	s.image = xstrdup("busybox");
	s.network = xstrdup("none");
	s.name = xasprintf("engine-test-%d-%d", (int)getpid(), ++number);
	strv_add(&s.command, "sh");
	strv_add(&s.command, "-c");
	strv_add(&s.command, script);
	return s;
}

static inline void free_resolved(struct resolved *s)
{
	free(s->image);
	free(s->network);
	free(s->name);
	strv_free(&s->command);
}

#endif
