/* SPDX-License-Identifier: MIT */
/* Git's index, or its configuration. */
#include "fuzz.h"

#include "host/repository/git_config.h"
#include "host/repository/git_index.h"

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	mem_init();
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO_STRV struct strv found = {0}, more = {0};
	AUTO_BUF struct buf text = {0};

	buf_add(&text, data, size);
	if (git_index_submodules(&text, &found) < 0)
		git_config_paths(buf_str(&text), &found, &more);
	for (size_t i = 0; i < found.n; i++)
		assert(strlen(found.v[i]) < size);
	return 0;
}
