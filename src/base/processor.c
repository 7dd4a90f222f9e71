/* SPDX-License-Identifier: MIT */
#include "base/processor.h"

#include <string.h>
#include <sys/utsname.h>

#include "base/mem.h"

const char *processor_name(const char *kernel, const char **variant)
{
	static const char *const names[][3] = {{"x86_64", "amd64", ""},
		{"aarch64", "arm64", ""}, {"armv7l", "arm", "v7"},
		{"armv6l", "arm", "v6"}, {"i686", "386", ""},
		{"loongarch64", "loong64", ""}};

	if (variant)
		*variant = "";
	for (size_t i = 0; i < COUNT_OF(names); i++) {
		if (strcmp(kernel, names[i][0]) != 0)
			continue;
		if (variant)
			*variant = names[i][2];
		return names[i][1];
	}
	return kernel;
}

const char *processor_here(const char **variant)
{
	static struct utsname u;

	if (uname(&u) < 0)
		u.machine[0] = 0;
	return processor_name(u.machine, variant);
}
