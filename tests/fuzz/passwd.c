/* SPDX-License-Identifier: MIT */
/* An image's passwd or group file with our user merged in, once and twice. */
#include "fuzz.h"

#include "host/passwd.h"

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	mem_init();
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO_FREE char *name = fuzz_line(&data, &size);
	AUTO_FREE char *image = fuzz_text(data, size);
	char home[] = "/home/x", video[] = "video";
	struct resolved_group groups[] = {{video, 44}, {NULL, 991}};
	struct resolved_identity id = {.wanted = true,
		.name = name,
		.gecos = name,
		.home = home,
		.uid = 1000,
		.gid = 1000,
		.group = name,
		.groups = groups,
		.n_groups = 2};
	AUTO_FREE char *p = passwd_merge(image, &id, "/bin/sh");
	AUTO_FREE char *p2 = passwd_merge(p, &id, "/bin/sh");
	AUTO_FREE char *g = group_merge(image, &id), *g2 = group_merge(g, &id);

	assert(!strcmp(p, p2));
	assert(!strcmp(g, g2));
	assert(strstr(p, ":1000:1000:"));
	return 0;
}
