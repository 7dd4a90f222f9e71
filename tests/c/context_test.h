/* SPDX-License-Identifier: MIT */
/* A build context in a scratch directory, packed, and what the system's tar says of it.
 */
#ifndef CNNRUN_TESTS_CONTEXT_TEST_H
#define CNNRUN_TESTS_CONTEXT_TEST_H

#include "build_test.h"

#include "build/context.h"

static char *dir;

static inline int set_up(void **state)
{
	(void)state;
	dir = scratch_make();
	put(dir, "Dockerfile", "FROM scratch\n");
	return 0;
}

static inline int tear_down(void **state)
{
	(void)state;
	scratch_end(dir);
	return 0;
}

/* Reads in pieces of the given size. */
static inline int read_all(struct context *c, size_t piece, struct buf *out)
{
	ssize_t k;

	while ((k = context_read(c, buf_room(out, piece), piece)) > 0)
		out->n += (size_t)k;
	return (int)k;
}

static inline void pack(const char *dockerfile, bool classic, struct buf *out)
{
	AUTO_FREE char *file = xstrdup(dockerfile);
	struct plan_build b = {.context = dir, .dockerfile = file};
	struct build_inputs *in = NULL;
	struct context *c = NULL;
	struct err e = {0};

	assert_ok(inputs_of(&b, &in, &e));
	assert_ok(context_open(in, classic, &c, &e));
	if (read_all(c, 10007, out) < 0)
		fail_msg("%s", context_error(c)->msg);
	context_free(c);
	build_inputs_free(in);
}

/* What `tar OPTIONS` says of the packed context. */
static inline void ask_tar(const struct buf *tar, const char *options, struct buf *out)
{
	char *tmp = scratch_make();
	AUTO_FREE char *file = xasprintf("%s/t", tmp);
	AUTO_FREE char *answer = xasprintf("%s/a", tmp);
	struct err e = {0};

	assert_ok(file_write(file, tar->p, tar->n, 0600, &e));
	shell("LC_ALL=C TZ=UTC tar --numeric-owner -f %s %s > %s", file, options, answer);
	out->n = 0;
	assert_ok(file_read(answer, 0, out, &e));
	scratch_end(tmp);
}

#endif
