/* SPDX-License-Identifier: MIT */
/* A real engine, the one of DOCKER_HOST, where tests/lib/images.sh left busybox. */
#ifndef CNNRUN_TESTS_REAL_H
#define CNNRUN_TESTS_REAL_H

#include "shell_resolved.h"

#include "engine/container.h"
#include "engine/image.h"

static struct engine *engine; /* of the programs that need one */

static inline int open_engine(void **state)
{
	char *url = NULL;
	struct err e = {0};

	(void)state;
	assert_ok(engine_find(NULL, NULL, &url, &e));
	assert_ok(engine_open(url, &engine, &e));
	free(url);
	return 0;
}

static inline int close_engine(void **state)
{
	(void)state;
	engine_close(engine);
	engine = NULL;
	return 0;
}

/* First thing in main() of a program that needs a real engine. */
#define need_engine()                                                                    \
	do {                                                                             \
		if (!getenv("DOCKER_HOST")) {                                            \
			fprintf(stderr,                                                  \
				"%s needs a container engine: set DOCKER_HOST to one "   \
				"that tests may use (make test starts one)\n",           \
				__FILE__);                                               \
			return 1;                                                        \
		}                                                                        \
		mem_init();                                                              \
	} while (0)

#endif
