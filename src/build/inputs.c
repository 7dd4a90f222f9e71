/* SPDX-License-Identifier: MIT */
#include "build/inputs.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/beneath.h"
#include "base/digest.h"
#include "base/mem.h"
#include "base/path.h"
#include "build/arguments.h"
#include "build/dockerfile.h"

#define TEXT_MAX   ((size_t)16 << 20)
#define USTAR_NAME 100
#define FIND       (O_PATH | O_CLOEXEC)
#define DIRECTORY  (O_RDONLY | O_DIRECTORY | O_CLOEXEC)

/* A directory that things are looked for in. */
struct place {
	int fd;
	const char *path;
	bool outside, by_link;
};

static struct place place_of(const struct build_input *i)
{
	return (struct place){i->fd, i->path, i->outside, i->by_link};
}

/* It leads out of the directory it was looked for in: by a link to another place of the
 * project, or outside. What is neither file nor directory is not even opened. */
static int open_away(const struct place *project, const struct place *from,
	const char *name, int flags, struct build_input *out)
{
	AUTO_FD int held = openat(from->fd, name, FIND);
	const char *rest;

	if (held < 0 || !(out->path = path_of(held)) || fstat(held, &out->st) < 0)
		return -1;
	rest = path_below(out->path, project->path);
	if (rest) {
		out->outside = out->by_link = false;
		return open_beneath(project->fd, rest, flags);
	}
	out->by_link |= !from->outside && *name != '/';
	out->outside = true;
	if (!S_ISREG(out->st.st_mode) && !S_ISDIR(out->st.st_mode)) {
		errno = EINVAL;
		return -1;
	}
	return open_held(held, flags);
}

static int open_input(const struct place *project, const struct place *from,
	const char *name, int flags, struct build_input *out)
{
	out->outside = from->outside;
	out->by_link = from->by_link;
	out->fd = open_beneath(from->fd, name, flags);
	if (out->fd < 0 && errno == EXDEV)
		out->fd = open_away(project, from, name, flags, out);
	if (out->fd < 0)
		return -1;
	free(out->path);
	out->path = path_of(out->fd);
	return out->path ? fstat(out->fd, &out->st) : -1;
}

/* As the profile wrote it: relative to the project, or not. */
static int open_named(
	const struct place *project, const char *name, int flags, struct build_input *out)
{
	const char *rest = path_below(name, project->path);

	return open_input(project, project, rest ? rest : name, flags, out);
}

static int open_context(struct build_inputs *in, const struct place *project,
	const struct plan_build *b, struct err *e)
{
	AUTO_FREE char *path = path_join(project->path, b->context ? b->context : ".");

	if (open_named(project, path, DIRECTORY, &in->context) == 0)
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
	int rc = b->dockerfile ? open_named(project, path, FILE_READ, f)
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
	if (file_read_fd(f->fd, f->path, TEXT_MAX, &in->text, &f->st, e) < 0)
		return err_wrap(e, "cannot read the Dockerfile");
	rest = path_below(f->path, context->path);
	in->inside = rest ? xstrdup(rest) : NULL;
	return 0;
}

/* *text stays as it is where there is no such file. */
static int read_ignore(const struct place *project, const struct place *from,
	const char *name, struct build_input *f, struct buf *text, struct err *e)
{
	int rc = open_input(project, from, name, FILE_READ, f);

	/* the name of the longest Dockerfile has no room for more */
	if (rc < 0 && (errno == ENOENT || errno == ENAMETOOLONG))
		return 0;
	if (rc < 0)
		return err_errno(
			e, "cannot read what to ignore: %s/%s", from->path, name);
	if (file_read_fd(f->fd, f->path, TEXT_MAX, text, &f->st, e) < 0)
		return err_wrap(e, "cannot read what to ignore");
	return 0;
}

static void input_free(struct build_input *i)
{
	if (i->fd >= 0)
		close(i->fd);
	free(i->path);
}

static int read_beside(struct build_inputs *in, const struct place *project,
	const char *name, struct err *e)
{
	AUTO_FREE char *dir = path_join(name, "..");
	struct build_input parent = {.fd = -1};
	int rc = open_named(project, dir, FIND | O_DIRECTORY, &parent);
	const struct place there = place_of(&parent);

	if (rc < 0)
		err_errno(e, "%s", dir);
	else
		rc = read_ignore(project, &there, strrchr(name, '/') + 1, &in->beside,
			&in->rules, e);
	input_free(&parent);
	return rc;
}

static int read_ignores(struct build_inputs *in, const struct place *project,
	const struct place *context, struct err *e)
{
	AUTO_FREE char *name = xasprintf("%s.dockerignore", in->dockerfile.path);
	const struct build_input *counts = &in->beside;

	if (read_beside(in, project, name, e) < 0 ||
		read_ignore(project, context, ".dockerignore", &in->listed,
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
	context = place_of(&in->context);
	if (open_dockerfile(in, project, &context, b, e) < 0)
		return -1;
	return read_ignores(in, project, &context, e);
}

struct build_inputs *build_inputs_open(const char *project, const struct plan_build *b)
{
	struct build_inputs *in = xcalloc(1, sizeof *in);
	struct place top = {.path = project ? project : "/"};

	in->context.fd = in->dockerfile.fd = in->beside.fd = in->listed.fd = -1;
	top.fd = open(top.path, FIND | O_DIRECTORY);
	if (top.fd < 0) {
		err_errno(&in->error, "%s", top.path);
		return in;
	}
	open_all(in, &top, b, &in->error);
	close(top.fd);
	return in;
}

void build_inputs_free(struct build_inputs *in)
{
	if (!in)
		return;
	input_free(&in->context);
	input_free(&in->dockerfile);
	input_free(&in->beside);
	input_free(&in->listed);
	free(in->inside);
	buf_free(&in->text);
	buf_free(&in->rules);
	buf_free(&in->listed_text);
	ignore_free(&in->ignore);
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

bool build_inputs_bases(const struct build_inputs *in, const struct plan_build *b,
	struct strv *out, struct strv *others)
{
	AUTO_KVS struct kvs arguments = {0};

	build_arguments(b, &arguments);
	platform_arguments(b->platform, &arguments);
	return dockerfile_bases(buf_str(&in->text), in->text.n, &arguments, out, others);
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
