/* SPDX-License-Identifier: MIT */
/* A stand-in for NVML, compiled as one of its variants. */
#ifndef TESTS_GPU_TEST_H
#define TESTS_GPU_TEST_H

#include "test.h"

#include <spawn.h>

#include "host/gpu.h"

extern char **environ;

/* The one beside this file, made in scratch, is what counts as NVML from here on. */
static inline void nvml_stand_in(const char *scratch, const char *variant)
{
	AUTO_FREE char *source = xstrdup(__FILE__);
	AUTO_FREE char *path = NULL, *define = xasprintf("-D%s", variant);
	AUTO_FREE char *library = xasprintf("%s/nvml-%s.so", scratch, variant);
	const char *cc = getenv("CC") ? getenv("CC") : "cc";
	char *argv[] = {(char[]){"cc"}, (char[]){"-shared"}, (char[]){"-fPIC"}, define,
		(char[]){"-o"}, library, NULL, NULL};
	int status = -1;
	pid_t pid;

	*strrchr(source, '/') = 0;
	path = argv[6] = xasprintf("%s/fake_nvml.c", source);
	assert_int_equal(posix_spawnp(&pid, cc, NULL, NULL, argv, environ), 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	setenv("CNNRUN_NVML", library, 1);
}

#endif
