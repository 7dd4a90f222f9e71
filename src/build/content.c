/* SPDX-License-Identifier: MIT */
#include "build/content.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/mem.h"
#include "base/path.h"
#include "build/walk.h"

enum { PIECE = 64 << 10, TOP_MAX = 200 };

struct content {
	struct digest one, all; /* of the entry at the top, of everything */
	char *top;              /* its name, NULL = none yet */
	struct kvs *out;
	size_t n;
};

static void add(struct content *c, const void *data, size_t n)
{
	digest_add(&c->one, data, n);
	digest_add(&c->all, data, n);
}

static void add_field(struct content *c, const char *s)
{
	digest_field(&c->one, s);
	digest_field(&c->all, s);
}

static void end_top(struct content *c)
{
	char hex[DIGEST_HEX];

	if (!c->top)
		return;
	digest_end(&c->one, hex);
	if (c->n++ < TOP_MAX)
		kvs_setf(c->out, c->top, "sha256:%s", hex);
	str_set(&c->top, NULL);
}

static int add_file(struct content *c, const struct walk_entry *w, struct err *e)
{
	AUTO_FD int fd = openat(w->dir, w->name, FILE_READ | O_NOFOLLOW);
	AUTO_FREE char *piece = xmalloc(PIECE);
	uint64_t n = 0;
	ssize_t k;

	if (fd < 0)
		return err_errno(e, "cannot read %s of the build context", w->path);
	while ((k = read(fd, piece, PIECE)) != 0) {
		if (k < 0 && errno == EINTR)
			continue;
		if (k < 0)
			return err_errno(
				e, "cannot read %s of the build context", w->path);
		add(c, piece, (size_t)k);
		n += (uint64_t)k;
	}
	add(c, &n, sizeof n);
	return 0;
}

static int add_entry(struct content *c, const struct walk_entry *w, struct err *e)
{
	size_t top = strcspn(w->path, "/");
	AUTO_FREE char *link = NULL;

	if (!c->top || strlen(c->top) != top || strncmp(c->top, w->path, top) != 0) {
		end_top(c);
		c->top = xstrndup(w->path, top);
		digest_init(&c->one);
	}
	add_field(c, w->path);
	if (S_ISREG(w->st.st_mode)) {
		add_field(c, w->st.st_mode & S_IXUSR ? "program" : "file");
		return add_file(c, w, e);
	}
	if (S_ISLNK(w->st.st_mode)) {
		link = walk_read_link(w, e);
		if (!link)
			return -1;
		add_field(c, link);
	}
	add_field(c, S_ISLNK(w->st.st_mode)   ? "link"
		     : S_ISDIR(w->st.st_mode) ? "directory"
					      : "other");
	return 0;
}

static int add_all(struct content *c, struct walk *walk, const char *skip, struct err *e)
{
	struct walk_entry entry;
	int got;

	while ((got = walk_next(walk, &entry, e)) > 0)
		if (!(skip && !strcmp(skip, entry.path)) && add_entry(c, &entry, e) < 0)
			return -1;
	return got;
}

int content_digests(const struct build_input *root, const struct ignore *ignore,
	const char *skip, struct kvs *out, struct err *e)
{
	struct content c = {.out = out};
	char hex[DIGEST_HEX];
	struct walk *walk;
	int rc;

	if (walk_open(root, ignore, false, &walk, e) < 0)
		return -1;
	digest_init(&c.all);
	rc = add_all(&c, walk, skip, e);
	end_top(&c);
	walk_free(walk);
	digest_end(&c.all, hex);
	if (c.n > TOP_MAX) {
		kvs_free(out);
		kvs_setf(out, ".", "sha256:%s", hex);
	}
	return rc;
}
