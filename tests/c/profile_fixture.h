/* SPDX-License-Identifier: MIT */
/* A project in a directory of its own, profiles written into it, and a small door. */
#ifndef TESTS_PROFILE_FIXTURE_H
#define TESTS_PROFILE_FIXTURE_H

#include "test.h"

#include <ftw.h>

#include "profile/profile.h"

struct fixture {
	char *root;    /* real path; the project is root/p */
	char *project; /* the working directory */
	char *before;
};

static inline int fixture_rm(
	const char *path, const struct stat *st, int flag, struct FTW *f)
{
	(void)st;
	(void)flag;
	(void)f;
	return remove(path);
}

/* path is relative to the project; directories are made. */
static inline void fixture_write_n(
	const struct fixture *x, const char *path, const char *text, size_t n)
{
	AUTO_FREE char *full = path_join(x->project, path), *dir = xstrdup(full);
	struct err e;

	*strrchr(dir, '/') = 0;
	assert_int_equal(dir_make(dir, 0755, &e), 0);
	assert_int_equal(file_write(full, text, n, 0644, &e), 0);
}

static inline void fixture_write(
	const struct fixture *x, const char *path, const char *text)
{
	fixture_write_n(x, path, text, strlen(text));
}

static inline int fixture_setup(void **state)
{
	char dir[] = "/tmp/cnnrun-test-XXXXXX";
	struct fixture *x = xcalloc(1, sizeof *x);

	mem_init();
	x->before = getcwd(NULL, 0);
	x->root = realpath(mkdtemp(dir), NULL);
	x->project = path_join(x->root, "p");
	fixture_write(x, "docker/Dockerfile", "FROM scratch\n");
	assert_int_equal(chdir(x->project), 0);
	setenv("HOME", x->root, 1);
	unsetenv("XDG_CONFIG_HOME");
	unsetenv("CNNRUN_PATH");
	unsetenv("CNNRUN_SCRIPTS");
	*state = x;
	return 0;
}

static inline int fixture_teardown(void **state)
{
	struct fixture *x = *state;

	assert_int_equal(chdir(x->before), 0);
	nftw(x->root, fixture_rm, 16, FTW_DEPTH | FTW_PHYS);
	free(x->root);
	free(x->project);
	free(x->before);
	free(x);
	return 0;
}

/* Knows one GPU, gives back what host.engine is asked with, counts its calls. */
static inline int fixture_answer(
	void *ctx, const char *op, const cJSON *args, cJSON **reply, struct err *e)
{
	int *count = ctx;

	if (count)
		++*count;
	if (!strcmp(op, "host.gpus"))
		*reply = cJSON_Parse(
			"[{\"index\":0,\"uuid\":\"GPU-1\",\"name\":\"Test\"}]");
	else if (!strcmp(op, "start"))
		*reply = cJSON_Parse("{\"handle\":1,\"name\":\"x\"}");
	else if (!strcmp(op, "wait"))
		*reply = cJSON_Parse("{\"ended\":{\"1\":{\"code\":7,\"seconds\":0.5}}}");
	else if (!strcmp(op, "output"))
		*reply = cJSON_Parse("{\"text\":\"o\xff"
				     "0\xff"
				     "1\",\"next\":3}");
	else if (!strcmp(op, "host.engine"))
		*reply = cJSON_Duplicate(args, true);
	else
		return err_set(e, 38, "no answer to %.40s", op);
	return 0;
}

/* The whole dialogue with the profile x.lua of the given text. 0 and *plan, or -1 and e.
 */
static inline int fixture_run(const struct fixture *x, const char *text,
	const struct profile_limits *limits, const char *options, cJSON **plan,
	struct err *e)
{
	AUTO_SOURCE struct profile_source s = {0};
	AUTO_JSON cJSON *about = NULL, *given = cJSON_Parse(options ? options : "{}");
	struct door d = {fixture_answer, NULL};
	struct profile *p;
	int rc;

	fixture_write(x, "x.lua", text);
	assert_int_equal(profile_find("./x.lua", &s, e), 0);
	assert_int_equal(profile_start(&s, limits, &p, e), 0);
	*plan = NULL;
	rc = profile_describe(p, &d, &about, e);
	if (!rc)
		rc = profile_plan(p, &d, given, plan, e);
	profile_end(p);
	return rc;
}

#endif
