/* SPDX-License-Identifier: MIT */
/* A build on a real engine, and what it said. */
#ifndef CNNRUN_TESTS_ENGINE_BUILD_H
#define CNNRUN_TESTS_ENGINE_BUILD_H

#include "build_test.h"
#include "real.h"

static char *dir;
static struct buf seen; /* the events of the last build */

static inline int set_up(void **state)
{
	(void)state;
	dir = scratch_make();
	seen.n = 0;
	unsetenv("DOCKER_BUILDKIT");
	return 0;
}

static inline int tear_down(void **state)
{
	(void)state;
	scratch_end(dir);
	buf_free(&seen);
	return 0;
}

static inline void note(void *ctx, const struct progress *p)
{
	static const char *const kinds[] = {
		"UPLOAD", "START", "LOG", "STATUS", "DONE", "ERROR", "WARN"};

	buf_addf(ctx, "%s %s%s%.*s%s\n", kinds[p->kind], p->name ? p->name : "",
		p->n ? "|" : "", (int)p->n, p->data ? p->data : "",
		p->cached ? " CACHED" : "");
}

static inline int build(
	const struct plan_build *b, const volatile int *cancel, char **id, struct err *e)
{
	const struct progress_sink sink = {note, &seen};

	seen.n = 0;
	return build_on(engine, b, true, &sink, cancel, id, e);
}

/* What a command prints in a container of the image; the caller frees. */
static inline char *output_of(const char *image, const char *script)
{
	AUTO_FREE char *url = xstrdup(engine_info(engine)->url);
	AUTO_FREE char *file = xasprintf("%s.out", dir);
	AUTO_BUF struct buf out = {0};
	struct err e = {0};

	shell("docker -H %s run --rm --network none %s sh -c '%s' > %s", url, image,
		script, file);
	assert_ok(file_read(file, 0, &out, &e));
	unlink(file);
	return buf_take(&out);
}

#endif
