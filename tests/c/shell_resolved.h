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
	struct resolved s = {.set.stop_timeout = -1, .set.has_command = true};

	s.image = xstrdup("busybox");
	s.set.network = xstrdup("none");
	s.set.name = xasprintf("engine-test-%d-%d", (int)getpid(), ++number);
	strv_add(&s.set.command, "sh");
	strv_add(&s.set.command, "-c");
	strv_add(&s.set.command, script);
	return s;
}

static inline void free_resolved(struct resolved *s)
{
	free(s->image);
	free(s->set.network);
	free(s->set.name);
	strv_free(&s->set.command);
}

#endif
