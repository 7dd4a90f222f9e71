/* SPDX-License-Identifier: MIT */
/* A named context: the engine is told of all that is in it, in order, and asks for the
 * bytes of what it has not got by their place in that order. It names no path. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/beneath.h"
#include "base/mem.h"
#include "base/path.h"
#include "engine/docker/session/h2.h"
#include "engine/docker/session/session.h"

#define IGNORE_FILE ".dockerignore"

enum { PIECE = 32 << 10 };
/* 1 = one of these, 2 = stat, 3 = the file's number, 4 = bytes */
enum packet { PACKET_STAT, PACKET_REQ, PACKET_DATA, PACKET_FIN, PACKET_ERR };

struct sync {
	const struct build_tree *tree;
	struct rpc *r;
	bool only_ignore;
	struct strv paths; /* in order; "" = none that can be asked for */
	uint32_t *asked;   /* a ring with room for each of them */
	size_t n_asked, next;
	int fd; /* of the one that is being sent, -1 = none */
	uint32_t id;
	bool fin;
};

static void send_packet(struct rpc *r, enum packet type, const struct buf *stat)
{
	AUTO_BUF struct buf out = {0};

	pb_add_number(&out, 1, type);
	if (stat)
		pb_add_message(&out, 2, stat);
	rpc_send(r, &out);
}

/* As Go writes them. */
static uint32_t mode_of(mode_t m)
{
	static const struct {
		mode_t type;
		uint32_t bits;
	} types[] = {{S_IFDIR, UINT32_C(1) << 31}, {S_IFLNK, 1 << 27}, {S_IFBLK, 1 << 26},
		{S_IFCHR, 1 << 26 | 1 << 21}, {S_IFIFO, 1 << 25}, {S_IFSOCK, 1 << 24}};
	uint32_t bits = m & 0777;

	for (size_t i = 0; i < COUNT_OF(types); i++)
		bits |= (m & S_IFMT) == types[i].type ? types[i].bits : 0;
	bits |= m & S_ISUID ? 1 << 23 : 0;
	bits |= m & S_ISGID ? 1 << 22 : 0;
	return bits | (m & S_ISVTX ? 1 << 20 : 0);
}

/* 1 path, 2 mode, 5 size, 6 time in ns, 7 what a link says, 8 and 9 of a device */
static int tell(void *ctx, const struct build_tree_entry *t)
{
	struct sync *s = ctx;
	const struct stat *st = t->st;
	AUTO_BUF struct buf stat = {0};

	if (S_ISSOCK(st->st_mode) ||
		(s->only_ignore && strcmp(t->path, IGNORE_FILE) != 0))
		return 0;
	pb_add_text(&stat, 1, t->path);
	pb_add_number(&stat, 2, mode_of(st->st_mode));
	if (S_ISREG(st->st_mode))
		pb_add_number(&stat, 5, (uint64_t)st->st_size);
	pb_add_number(&stat, 6,
		(uint64_t)st->st_mtim.tv_sec * 1000000000 +
			(uint64_t)st->st_mtim.tv_nsec);
	pb_add_text(&stat, 7, t->link);
	if (S_ISCHR(st->st_mode) || S_ISBLK(st->st_mode)) {
		pb_add_number(&stat, 8, major(st->st_rdev));
		pb_add_number(&stat, 9, minor(st->st_rdev));
	}
	send_packet(s->r, PACKET_STAT, &stat);
	strv_add(&s->paths, S_ISREG(st->st_mode) ? t->path : "");
	return 0;
}

static void fail(struct rpc *r)
{
	struct session *session = r->ctx;
	AUTO_BUF struct buf out = {0};

	pb_add_number(&out, 1, PACKET_ERR);
	pb_add_text(&out, 4, session->err.msg);
	rpc_send(r, &out);
	rpc_end(r, RPC_INTERNAL, "the context cannot be read");
}

static const struct build_tree *find_tree(const struct session *s, const char *name)
{
	const struct build_offer *offer = s->b->offer;

	for (size_t i = 0; name && i < offer->n_trees; i++)
		if (!strcmp(offer->trees[i].name, name))
			return &offer->trees[i];
	return NULL;
}

/* What narrows the request down is no more than a wish, but for the one file that is
 * asked for before all else. */
static bool wants_only_ignore(const struct rpc *r)
{
	static const char *const keys[] = {"followpaths", "include-patterns"};

	for (size_t i = 0; i < COUNT_OF(keys); i++) {
		const char *wish = kvs_get(&r->meta, keys[i]);

		if (wish && !strcmp(wish, IGNORE_FILE))
			return true;
	}
	return false;
}

void sync_begin(struct rpc *r)
{
	struct session *session = r->ctx;
	const struct build_tree *tree = find_tree(session, kvs_get(&r->meta, "dir-name"));
	struct sync *s;

	if (!tree) {
		rpc_end(r, RPC_NOT_FOUND, "the build was given no such context");
		return;
	}
	s = xcalloc(1, sizeof *s);
	s->tree = tree;
	s->r = r;
	s->fd = -1;
	s->only_ignore = wants_only_ignore(r);
	r->own = s;
	if (tree->walk(tree->ctx, tell, s, &session->err) < 0) {
		fail(r);
		return;
	}
	send_packet(r, PACKET_STAT, NULL);
	s->asked = xcalloc(s->paths.n, sizeof *s->asked);
}

static void ask(struct sync *s, uint64_t id)
{
	if (id >= s->paths.n || !*s->paths.v[id] || s->n_asked == s->paths.n) {
		rpc_end(s->r, RPC_INVALID, "there is no such file");
		return;
	}
	s->asked[(s->next + s->n_asked++) % s->paths.n] = (uint32_t)id;
	h2_resume(s->r);
}

void sync_message(struct rpc *r, struct pb m)
{
	struct sync *s = r->own;
	uint64_t type = PACKET_STAT, id = 0;
	struct pb_field f;

	while (pb_next(&m, &f)) {
		type = f.number == 1 ? f.value : type;
		id = f.number == 3 ? f.value : id;
	}
	if (type == PACKET_REQ) {
		ask(s, id);
	} else if (type == PACKET_FIN) {
		s->fin = true;
		h2_resume(r);
	} else {
		rpc_end(r, RPC_INVALID, "nothing is taken");
	}
}

/* Opens the next that was asked for: as it lies in the directory now, but in it. */
static int open_next(struct sync *s, struct err *e)
{
	const char *path;

	s->id = s->asked[s->next];
	s->next = (s->next + 1) % s->paths.n;
	s->n_asked--;
	path = s->paths.v[s->id];
	s->fd = open_beneath(s->tree->dir, path, FILE_READ | O_NOFOLLOW);
	if (s->fd < 0)
		return err_errno(
			e, "cannot read %s of the context %s", path, s->tree->name);
	return 0;
}

static int send_piece(struct sync *s, struct err *e)
{
	AUTO_FREE char *piece = xmalloc(PIECE);
	AUTO_BUF struct buf out = {0};
	ssize_t k = read(s->fd, piece, PIECE);

	if (k < 0)
		return err_errno(e, "cannot read %s of the context %s", s->paths.v[s->id],
			s->tree->name);
	pb_add_number(&out, 1, PACKET_DATA);
	pb_add_number(&out, 3, s->id);
	if (k)
		pb_add_bytes(&out, 4, piece, (size_t)k);
	rpc_send(s->r, &out);
	if (!k) {
		close(s->fd);
		s->fd = -1;
	}
	return 0;
}

void sync_ready(struct rpc *r)
{
	struct session *session = r->ctx;
	struct sync *s = r->own;
	int rc = 0;

	if (s->fd < 0 && s->n_asked)
		rc = open_next(s, &session->err);
	if (rc == 0 && s->fd >= 0)
		rc = send_piece(s, &session->err);
	else if (rc == 0 && s->fin) {
		send_packet(r, PACKET_FIN, NULL);
		rpc_end(r, RPC_OK, NULL);
	}
	if (rc < 0)
		fail(r);
}

void sync_end(struct rpc *r)
{
	struct sync *s = r->own;

	if (!s)
		return;
	if (s->fd >= 0)
		close(s->fd);
	strv_free(&s->paths);
	free(s->asked);
	free(s);
}
