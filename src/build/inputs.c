/* SPDX-License-Identifier: MIT */
#include "build/inputs.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/mem.h"
#include "base/path.h"
#include "build/arguments.h"
#include "build/dockerfile.h"
#include "build/given.h"
#include "build/opened.h"

#define USTAR_NAME 100

static int open_context(struct build_inputs *in, const struct place *project,
	const struct plan_build *b, struct err *e)
{
	AUTO_FREE char *path = path_join(project->path, b->context ? b->context : ".");

	if (open_named_input(project, path, INPUT_DIRECTORY, &in->context) == 0)
		return 0;
	if (errno == ENOTDIR)
		return err_set(
			e, ENOTDIR, "the build context %s is not a directory", path);
	return err_errno(e, "the build context %s", path);
}

static int open_dockerfile(struct build_inputs *in, const struct place *project,
	const struct place *context, const struct plan_build *b, struct err *e)
{
	AUTO_FREE char *path = b->dockerfile ? path_join(project->path, b->dockerfile)
					     : xasprintf("%s/Dockerfile", context->path);
	struct build_input *f = &in->dockerfile;
	int rc = b->dockerfile ? open_named_input(project, path, FILE_READ, f)
			       : open_input(project, context, "Dockerfile", FILE_READ, f);
	const char *rest;

	if (rc < 0 && errno == ENOENT) {
		err_set(e, ENOENT, "there is no Dockerfile at %s", path);
		return err_hint(e,
			"name an image that is there already with --image, or say "
			"dockerfile = \"…\" in the profile");
	}
	if (rc < 0)
		return err_errno(e, "cannot read the Dockerfile: %s", path);
	if (file_read_fd(f->fd, f->path, INPUT_TEXT_MAX, &in->text, &f->st, e) < 0)
		return err_wrap(e, "cannot read the Dockerfile");
	rest = path_below(f->path, context->path);
	in->inside = rest ? xstrdup(rest) : NULL;
	return 0;
}

static int read_beside(struct build_inputs *in, const struct place *project,
	const char *name, struct err *e)
{
	AUTO_FREE char *dir = path_join(name, "..");
	struct build_input parent = {.fd = -1};
	int rc = open_named_input(project, dir, INPUT_FIND | O_DIRECTORY, &parent);
	const struct place there = opened_place(&parent);

	if (rc < 0)
		err_errno(e, "%s", dir);
	else
		rc = open_ignore(project, &there, strrchr(name, '/') + 1, &in->beside,
			&in->rules, e);
	close_input(&parent);
	return rc;
}

static int read_ignores(struct build_inputs *in, const struct place *project,
	const struct place *context, struct err *e)
{
	AUTO_FREE char *name = xasprintf("%s.dockerignore", in->dockerfile.path);
	const struct build_input *counts = &in->beside;

	if (read_beside(in, project, name, e) < 0 ||
		open_ignore(project, context, ".dockerignore", &in->listed,
			&in->listed_text, e) < 0)
		return -1;
	if (counts->fd < 0) {
		counts = &in->listed;
		buf_add(&in->rules, buf_str(&in->listed_text), in->listed_text.n);
	}
	if (counts->fd >= 0 && ignore_parse(&in->ignore, buf_str(&in->rules), in->rules.n,
				       counts->path, e) < 0)
		return -1;
	ignore_keep(&in->ignore, ".dockerignore");
	if (in->inside)
		ignore_keep(&in->ignore, in->inside);
	return 0;
}

static int open_all(struct build_inputs *in, const struct place *project,
	const struct plan_build *b, struct err *e)
{
	struct place context;

	if (open_context(in, project, b, e) < 0)
		return -1;
	context = opened_place(&in->context);
	if (open_dockerfile(in, project, &context, b, e) < 0)
		return -1;
	return read_ignores(in, project, &context, e);
}

/* It says what was built, and would be another one with every build that it is part of.
 */
static void leave_lock_out(struct build_inputs *in, const char *project)
{
	AUTO_FREE char *lock = path_join(project, LOCK_FILE);
	const char *below = path_below(lock, in->context.path);

	if (below && access(lock, F_OK) == 0)
		ignore_drop(&in->ignore, below);
}

struct build_inputs *build_inputs_open(const char *project, const struct plan_build *b)
{
	struct build_inputs *in = xcalloc(1, sizeof *in);
	struct place top = {.path = project ? project : "/"};

	in->context.fd = in->dockerfile.fd = in->beside.fd = in->listed.fd = -1;
	in->given.agent = in->given.project = in->given.to.dir.fd = -1;
	top.fd = open(top.path, INPUT_FIND | O_DIRECTORY);
	if (top.fd < 0) {
		err_errno(&in->error, "%s", top.path);
		return in;
	}
	open_all(in, &top, b, &in->error);
	build_given_open(&in->given, &top, b);
	if (in->context.path)
		leave_lock_out(in, top.path);
	if (in->context.path)
		given_leave_out(
			&in->given, in->context.path, &in->ignore, &in->given.error);
	if (*in->given.error.msg && !*in->error.msg)
		in->error = in->given.error;
	close(top.fd);
	return in;
}

void build_inputs_free(struct build_inputs *in)
{
	if (!in)
		return;
	close_input(&in->context);
	close_input(&in->dockerfile);
	close_input(&in->beside);
	close_input(&in->listed);
	free(in->inside);
	buf_free(&in->text);
	buf_free(&in->rules);
	buf_free(&in->listed_text);
	ignore_free(&in->ignore);
	build_given_free(&in->given);
	free(in);
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

char *build_inputs_name(const struct build_inputs *in)
{
	char hex[DIGEST_HEX];

	if (in->inside && is_plain_name(in->inside))
		return xstrdup(in->inside);
	digest_hex(buf_str(&in->text), in->text.n, hex);
	return xasprintf(".dockerfile.%.20s", hex);
}

/* A context goes before an image of its name. */
static bool is_name(const char *ref, const char *name)
{
	size_t n = strlen(name);

	return !strncmp(ref, name, n) && (!ref[n] || !strcmp(ref + n, ":latest"));
}

static bool is_context(const struct build_inputs *in, const char *ref)
{
	for (size_t i = 0; i < in->given.n_trees; i++)
		if (is_name(ref, in->given.trees[i].name))
			return true;
	return false;
}

/* What ref means to the build. */
static const char *meant(const struct build_inputs *in, const char *ref)
{
	for (size_t i = 0; i < in->given.images.n; i++)
		if (is_name(ref, in->given.images.v[i].key))
			return in->given.images.v[i].value;
	return ref;
}

/* But for those that a directory takes the place of; true = there were none. */
static bool add_images(
	const struct build_inputs *in, const struct strv *named, struct strv *out)
{
	bool all = true;

	for (size_t i = 0; i < named->n; i++) {
		if (is_context(in, named->v[i]))
			all = false;
		else
			strv_add(out, meant(in, named->v[i]));
	}
	return all;
}

bool build_inputs_images(const struct build_inputs *in, const struct plan_build *b,
	struct strv *bases, struct strv *sources)
{
	AUTO_KVS struct kvs arguments = {0};
	AUTO_STRV struct strv from = {0}, taken = {0};
	bool all;

	build_arguments(b, &arguments);
	platform_arguments(b->platform, &arguments);
	all = dockerfile_images(
		buf_str(&in->text), in->text.n, &arguments, &from, &taken);
	all &= add_images(in, &from, bases);
	if (sources)
		add_images(in, &taken, sources);
	return all;
}

bool build_inputs_classic(const struct build_inputs *in)
{
	static const char *const newer[] = {"--mount", "--network", "--security",
		"--link", "--chmod", "--parents", "--exclude", "--checksum", "--keep-git",
		"<<", "syntax=", "TARGETPLATFORM", "TARGETOS", "TARGETARCH",
		"TARGETVARIANT", "BUILDPLATFORM", "BUILDOS", "BUILDARCH", "BUILDVARIANT"};

	for (size_t i = 0; i < COUNT_OF(newer); i++)
		if (strstr(buf_str(&in->text), newer[i]))
			return false;
	return !in->inside;
}
