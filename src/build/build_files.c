/* SPDX-License-Identifier: MIT */
#include "build/build_files.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>

#include "base/mem.h"
#include "base/path.h"
#include "base/digest.h"
#include "engine/image.h"

#define TEXT_MAX   ((size_t)16 << 20)
#define USTAR_NAME 100

static int find_dockerfile(
	const struct plan_build *b, struct build_files *f, struct err *e)
{
	AUTO_FREE char *path =
		path_join(f->root, b->dockerfile ? b->dockerfile : "Dockerfile");
	size_t n = strlen(f->root);

	f->dockerfile = realpath(path, NULL);
	if (!f->dockerfile) {
		if (errno != ENOENT)
			return err_errno(e, "%s", path);
		return err_set(e, ENOENT, "there is no Dockerfile at %s", path);
	}
	if (file_read(f->dockerfile, TEXT_MAX, &f->text, e) < 0)
		return err_wrap(e, "cannot read the Dockerfile");
	if (path_within(f->dockerfile, f->root))
		f->inside = xstrdup(f->dockerfile + (n > 1 ? n + 1 : 1));
	return 0;
}

/* NAME.dockerignore beside the Dockerfile goes before the context's own. */
static int find_ignore(struct build_files *f, struct err *e)
{
	AUTO_FREE char *beside = xasprintf("%s.dockerignore", f->dockerfile);
	AUTO_FREE char *usual = xasprintf("%s/.dockerignore", f->root);
	const char *const names[] = {beside, usual};

	for (size_t i = 0; i < COUNT_OF(names); i++) {
		if (file_read(names[i], TEXT_MAX, &f->ignore_text, e) == 0)
			return ignore_parse(&f->ignore, buf_str(&f->ignore_text),
				f->ignore_text.n, names[i], e);
		if (e->code != ENOENT)
			return err_wrap(e, "cannot read what to ignore");
		buf_free(&f->ignore_text);
	}
	return 0;
}

int build_files_read(const struct plan_build *b, struct build_files *out, struct err *e)
{
	const char *context = b->context ? b->context : ".";
	struct err local = {0};
	struct stat st;

	e = e ? e : &local;
	out->root = realpath(context, NULL);
	if (!out->root || stat(out->root, &st) < 0)
		return err_errno(e, "the build context %s", context);
	if (!S_ISDIR(st.st_mode))
		return err_set(
			e, ENOTDIR, "the build context %s is not a directory", context);
	if (find_dockerfile(b, out, e) < 0 || find_ignore(out, e) < 0)
		return -1;
	ignore_keep(&out->ignore, ".dockerignore");
	if (out->inside)
		ignore_keep(&out->ignore, out->inside);
	return 0;
}

void build_files_free(struct build_files *f)
{
	free(f->root);
	free(f->dockerfile);
	free(f->inside);
	buf_free(&f->text);
	buf_free(&f->ignore_text);
	ignore_free(&f->ignore);
	*f = (struct build_files){0};
}

/* One that a plain header holds: the first member must not have an extended one. */
static bool is_plain_name(const char *path)
{
	if (strlen(path) > USTAR_NAME)
		return false;
	for (; *path; path++)
		if ((unsigned char)*path >= 128)
			return false;
	return true;
}

char *build_files_name(const struct build_files *f)
{
	char hex[DIGEST_HEX];
	struct digest d;

	if (f->inside && is_plain_name(f->inside))
		return xstrdup(f->inside);
	digest_init(&d);
	digest_add(&d, buf_str(&f->text), f->text.n);
	digest_end(&d, hex);
	return xasprintf(".dockerfile.%.20s", hex);
}

void build_arguments(const struct plan_build *b, struct kvs *out)
{
	for (size_t i = 0; i < b->args.n; i++)
		kvs_set(out, b->args.v[i].key, b->args.v[i].value);
	if (b->base)
		kvs_set(out, "BASE_IMAGE", b->base);
}

/* As Go's names: uname()'s, the architecture, its variant. */
static void this_machine(char **arch, char **variant)
{
	static const char *const names[][3] = {{"x86_64", "amd64", ""},
		{"aarch64", "arm64", ""}, {"armv7l", "arm", "v7"},
		{"armv6l", "arm", "v6"}, {"i686", "386", ""},
		{"loongarch64", "loong64", ""}};
	struct utsname u;
	size_t i = 0;

	if (uname(&u) < 0)
		u.machine[0] = 0;
	while (i < COUNT_OF(names) && strcmp(names[i][0], u.machine) != 0)
		i++;
	*arch = xstrdup(i < COUNT_OF(names) ? names[i][1] : u.machine);
	*variant = xstrdup(i < COUNT_OF(names) ? names[i][2] : "");
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
	AUTO_FREE char *arch = NULL, *variant = NULL;
	AUTO_FREE char *copy = xstrdup(platform ? platform : "");
	char *save = NULL, *os = strtok_r(copy, "/", &save);
	char *asked = os ? strtok_r(NULL, "/", &save) : NULL;
	char *which = asked ? strtok_r(NULL, "/", &save) : NULL;

	this_machine(&arch, &variant);
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

int image_build_bases(const struct plan_build *b, struct strv *out, struct err *e)
{
	AUTO_BUILD_FILES struct build_files f = {0};
	AUTO_KVS struct kvs arguments = {0};

	if (build_files_read(b, &f, e) < 0)
		return -1;
	build_arguments(b, &arguments);
	platform_arguments(b->platform, &arguments);
	dockerfile_bases(buf_str(&f.text), f.text.n, &arguments, out);
	return 0;
}
