/* SPDX-License-Identifier: MIT */
/* What the tests of builds share: a plan's build with its inputs opened, and sent. */
#ifndef CNNRUN_TESTS_BUILD_TEST_H
#define CNNRUN_TESTS_BUILD_TEST_H

#include "test.h"

#include "launch/image/building.h"

/* Without a project: paths are absolute. */
static inline int inputs_of(
	const struct plan_build *b, struct build_inputs **in, struct err *e)
{
	*in = build_inputs_open(NULL, b);
	if (!*(*in)->error.msg)
		return 0;
	*e = (*in)->error;
	build_inputs_free(*in);
	*in = NULL;
	return -1;
}

/* As ensure_image() does it, without its records. fetch: the bases too. */
static inline int build_on(struct engine *g, const struct plan_build *b, bool fetch,
	const struct progress_sink *sink, const volatile int *cancel, char **id,
	struct err *e)
{
	struct building w = {.g = g, .sink = sink, .b = *b};
	struct build_inputs *in = NULL;
	int rc = inputs_of(b, &in, e);

	w.in = in;
	if (rc == 0 && fetch)
		rc = images_fetch(&w, e);
	if (rc == 0)
		rc = building_send(&w, cancel, id, e);
	image_free(&w.tagged);
	kvs_free(&w.ids);
	kvs_free(&w.onbuild);
	strv_free(&w.refused);
	build_inputs_free(in);
	return rc;
}

#endif
