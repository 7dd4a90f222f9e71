/* SPDX-License-Identifier: MIT */
#include "build/arguments.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/processor.h"

void build_arguments(const struct plan_build *b, struct kvs *out)
{
	for (size_t i = 0; i < b->args.n; i++)
		kvs_set(out, b->args.v[i].key, b->args.v[i].value);
	if (b->base)
		kvs_set(out, "BASE_IMAGE", b->base);
}

static void describe_platform(const char *prefix, const char *os, const char *arch,
	const char *variant, struct kvs *out)
{
	AUTO_FREE char *whole =
		xasprintf("%s/%s%s%s", os, arch, *variant ? "/" : "", variant);
	const char *const parts[][2] = {
		{"PLATFORM", whole}, {"OS", os}, {"ARCH", arch}, {"VARIANT", variant}};

	for (size_t i = 0; i < COUNT_OF(parts); i++) {
		AUTO_FREE char *name = xasprintf("%s%s", prefix, parts[i][0]);

		if (!kvs_get(out, name))
			kvs_set(out, name, parts[i][1]);
	}
}

void platform_arguments(const char *platform, struct kvs *out)
{
	const char *variant, *arch = processor_here(&variant);
	AUTO_FREE char *copy = xstrdup(platform ? platform : "");
	char *save = NULL, *os = strtok_r(copy, "/", &save);
	char *asked = os ? strtok_r(NULL, "/", &save) : NULL;
	char *which = asked ? strtok_r(NULL, "/", &save) : NULL;

	describe_platform("BUILD", "linux", arch, variant, out);
	if (!asked)
		describe_platform("TARGET", "linux", arch, variant, out);
	else if (!strcmp(asked, "arm64")) /* v8 goes without saying */
		describe_platform("TARGET", os, asked, "", out);
	else if (!strcmp(asked, "arm") && !which)
		describe_platform("TARGET", os, asked, "v7", out);
	else
		describe_platform("TARGET", os, asked, which ? which : "", out);
}
