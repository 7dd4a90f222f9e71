/* SPDX-License-Identifier: MIT */
#include "build/context.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "base/mem.h"
#include "build/libarchive.h"
#include "build/links.h"
#include "build/walk.h"

#define CHUNK ((size_t)256 << 10)

struct context {
	const struct build_inputs *in;
	bool classic;
	char *dockerfile;
	struct walk *walk;
	struct archive *tar;
	struct archive_entry *entry;
	struct buf out; /* made but not taken yet, from at on */
	size_t at;
	char *chunk;
	int fd; /* of the file being sent, -1 = none */
	off_t left;
	char *path; /* of it */
	struct links links;
	enum { AT_DOCKERFILE, AT_IGNORE, AT_FILES, AT_END } phase;
	struct err err;
};

static la_ssize_t on_write(struct archive *a, void *ctx, const void *data, size_t n)
{
	struct context *c = ctx;

	(void)a;
	buf_add(&c->out, data, n);
	return (la_ssize_t)n;
}

static int tar_failed(struct context *c)
{
	const char *why = lib.archive_error_string(c->tar);

	return err_set(
		&c->err, EIO, "cannot pack the build context: %s", why ? why : "?");
}

int context_open(
	const struct build_inputs *in, bool classic, struct context **out, struct err *e)
{
	struct context *c;

	if (libarchive_load(e) < 0)
		return -1;
	c = xcalloc(1, sizeof *c);
	c->fd = -1;
	c->classic = classic;
	c->in = in;
	if (walk_open(&in->context, &in->ignore, classic, &c->walk, e) < 0) {
		context_free(c);
		return -1;
	}
	c->dockerfile = build_inputs_name(in);
	c->chunk = xmalloc(CHUNK);
	c->tar = lib.archive_write_new();
	c->entry = lib.archive_entry_new();
	if (!c->tar || !c->entry ||
		lib.archive_write_set_format_pax_restricted(c->tar) != ARCHIVE_OK ||
		lib.archive_write_set_bytes_per_block(c->tar, 0) != ARCHIVE_OK ||
		lib.archive_write_open(c->tar, c, NULL, on_write, NULL) != ARCHIVE_OK) {
		context_free(c);
		return err_set(e, EIO, "libarchive does not start");
	}
	*out = c;
	return 0;
}

void context_free(struct context *c)
{
	if (!c)
		return;
	if (c->entry)
		lib.archive_entry_free(c->entry);
	if (c->tar)
		lib.archive_write_free(c->tar);
	if (c->fd >= 0)
		close(c->fd);
	links_free(&c->links);
	walk_free(c->walk);
	free(c->dockerfile);
	free(c->chunk);
	free(c->path);
	buf_free(&c->out);
	free(c);
}

const struct err *context_error(const struct context *c)
{
	return &c->err;
}

/* A member that is in memory. */
static int write_text(struct context *c, const char *name, const struct buf *text,
	const struct stat *st)
{
	struct archive_entry *t = c->entry;

	lib.archive_entry_clear(t);
	lib.archive_entry_set_pathname(t, name);
	lib.archive_entry_set_filetype(t, AE_IFREG);
	lib.archive_entry_set_perm(t, st->st_mode & 07777);
	lib.archive_entry_set_mtime(t, st->st_mtime, 0);
	lib.archive_entry_set_size(t, (la_int64_t)text->n);
	if (lib.archive_write_header(c->tar, t) != ARCHIVE_OK ||
		(text->n && lib.archive_write_data(c->tar, text->p, text->n) < 0))
		return tar_failed(c);
	return 0;
}

static int write_dockerfile(struct context *c)
{
	return write_text(c, c->dockerfile, &c->in->text, &c->in->dockerfile.st);
}

static bool is_made_up(const struct context *c)
{
	return !c->in->inside || strcmp(c->dockerfile, c->in->inside) != 0;
}

/* As docker does: the classic builder then removes the made-up file before its first
 * step. */
static int write_ignore(struct context *c)
{
	const struct build_input *listed = &c->in->listed;
	const struct stat made_up = {.st_mode = 0644};
	AUTO_BUF struct buf text = {0};

	if (listed->fd < 0)
		buf_adds(&text, ".dockerignore");
	else
		buf_add(&text, buf_str(&c->in->listed_text), c->in->listed_text.n);
	buf_addf(&text, "\n%s\n", c->dockerfile);
	return write_text(
		c, ".dockerignore", &text, listed->fd < 0 ? &made_up : &listed->st);
}

static int describe_link(struct context *c, const struct walk_entry *w)
{
	AUTO_FREE char *target = walk_read_link(w, &c->err);

	if (!target)
		return -1;
	lib.archive_entry_set_symlink(c->entry, target);
	return 0;
}

static int describe_file(struct context *c, const struct walk_entry *w)
{
	const char *first = links_first(&c->links, w);
	char cap[256];
	ssize_t n;

	if (first) {
		lib.archive_entry_set_hardlink(c->entry, first);
		lib.archive_entry_set_size(c->entry, 0);
		return 0;
	}
	c->fd = openat(w->dir, w->name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
	if (c->fd < 0)
		return err_errno(&c->err, "cannot read %s/%s of the build context",
			c->in->context.path, w->path);
	c->left = w->st.st_size;
	str_set(&c->path, w->path);
	lib.archive_entry_set_size(c->entry, w->st.st_size);
	n = fgetxattr(c->fd, "security.capability", cap, sizeof cap);
	if (n > 0)
		lib.archive_entry_xattr_add_entry(
			c->entry, "security.capability", cap, (size_t)n);
	return 0;
}

static int write_entry(struct context *c, const struct walk_entry *w)
{
	struct archive_entry *t = c->entry;
	int rc = 0;

	lib.archive_entry_clear(t);
	lib.archive_entry_set_pathname(t, w->path);
	lib.archive_entry_set_filetype(t, w->st.st_mode & S_IFMT);
	lib.archive_entry_set_perm(t, w->st.st_mode & 07777);
	lib.archive_entry_set_mtime(t, w->st.st_mtime, 0);
	if (S_ISREG(w->st.st_mode))
		rc = describe_file(c, w);
	else if (S_ISLNK(w->st.st_mode))
		rc = describe_link(c, w);
	else if (S_ISCHR(w->st.st_mode) || S_ISBLK(w->st.st_mode)) {
		lib.archive_entry_set_rdevmajor(t, major(w->st.st_rdev));
		lib.archive_entry_set_rdevminor(t, minor(w->st.st_rdev));
	}
	if (rc < 0)
		return -1;
	if (lib.archive_write_header(c->tar, t) < ARCHIVE_WARN)
		return tar_failed(c);
	return 0;
}

/* Is that the .dockerignore that was read already? */
static bool is_listed(const struct context *c, const struct walk_entry *w)
{
	const struct build_input *l = &c->in->listed;

	return !strcmp(w->path, ".dockerignore") && l->fd >= 0 && w->st.st_nlink == 1 &&
	       w->st.st_ino == l->st.st_ino && w->st.st_dev == l->st.st_dev;
}

static int next_file(struct context *c)
{
	struct walk_entry w;
	int got;

	while ((got = walk_next(c->walk, &w, &c->err)) > 0) {
		bool sent =
			!strcmp(w.path, c->dockerfile) ||
			(c->classic && is_made_up(c) && !strcmp(w.path, ".dockerignore"));

		if (!sent && is_listed(c, &w))
			return write_text(
				c, w.path, &c->in->listed_text, &c->in->listed.st);
		if (!sent && !S_ISSOCK(w.st.st_mode))
			return write_entry(c, &w);
	}
	if (got < 0)
		return -1;
	c->phase = AT_END;
	return lib.archive_write_close(c->tar) == ARCHIVE_OK ? 0 : tar_failed(c);
}

static int continue_file(struct context *c)
{
	size_t want = c->left < (off_t)CHUNK ? (size_t)c->left : CHUNK;
	ssize_t k = want ? read(c->fd, c->chunk, want) : 0;

	if (k < 0 && errno == EINTR)
		return 0;
	if (k < 0)
		return err_errno(&c->err, "cannot read %s of the build context", c->path);
	if (k == 0 && want)
		return err_set(&c->err, EIO,
			"%s of the build context shrank while it was sent", c->path);
	if (k > 0 && lib.archive_write_data(c->tar, c->chunk, (size_t)k) < 0)
		return tar_failed(c);
	c->left -= k;
	if (!c->left) {
		close(c->fd);
		c->fd = -1;
	}
	return 0;
}

static int make_more(struct context *c)
{
	if (c->fd >= 0)
		return continue_file(c);
	switch (c->phase) {
	case AT_DOCKERFILE:
		c->phase = c->classic && is_made_up(c) ? AT_IGNORE : AT_FILES;
		return write_dockerfile(c);
	case AT_IGNORE:
		c->phase = AT_FILES;
		return write_ignore(c);
	case AT_FILES:
		return next_file(c);
	default:
		return 0;
	}
}

ssize_t context_read(void *ctx, char *to, size_t n)
{
	struct context *c = ctx;
	size_t k;

	while (c->at == c->out.n && c->phase != AT_END) {
		c->at = c->out.n = 0;
		if (make_more(c) < 0)
			return -1;
	}
	k = c->out.n - c->at;
	k = k < n ? k : n;
	if (k)
		memcpy(to, c->out.p + c->at, k);
	c->at += k;
	return (ssize_t)k;
}
