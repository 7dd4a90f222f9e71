/* SPDX-License-Identifier: MIT */
#include "launch/carry/over.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"
#include "launch/carry/list.h"

enum { HERE, KNOWN, SIDES, PIECE = 256 << 10 };
/* Who writes within the same moment does not change the time of a file. */
#define MOMENT_NS INT64_C(20000000)

/* One look at all: to count what differs, and then to send it. */
struct going {
	struct carry_work *w;
	bool sends;
	struct carry_writer out;
	char dropped[CARRY_PATH_MAX + 1]; /* with all below it; "" = nothing */
	char *piece;
	size_t n, drops;
	int64_t bytes;
};

static int gone(struct carry_work *w, const char *path, struct err *e)
{
	return err_errno(e, "carry %s/%s", w->place.source, path);
}

static int send_link(struct going *g, struct carry_entry *entry, struct err *e)
{
	AUTO_FREE char *text = walk_read_link(&g->w->local.entry, e);

	if (!text)
		return -1;
	entry->size = (int64_t)strlen(text);
	return porter_put(g->w->porter, entry, e) < 0 ||
			       porter_data(g->w->porter, text, strlen(text), e) < 0
		       ? -1
		       : 0;
}

static bool is_fresh(int64_t mtime)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec - mtime < MOMENT_NS;
}

/* What was opened is sent: as many bytes as it was told to have. */
static int send_bytes(struct going *g, int fd, struct carry_entry *entry, struct err *e)
{
	for (int64_t left = entry->size; left;) {
		size_t want = left < PIECE ? (size_t)left : PIECE;
		ssize_t k = read(fd, g->piece, want);

		if (k < 0 && errno == EINTR)
			continue;
		if (k < 0)
			return gone(g->w, entry->path, e);
		if (!k)
			return err_set(e, ESTALE,
				"carry %s/%s: it shrank while it was sent; start again",
				g->w->place.source, entry->path);
		if (porter_data(g->w->porter, g->piece, (size_t)k, e) < 0)
			return -1;
		carry_news_add(&g->w->news, k);
		left -= k;
	}
	return 0;
}

static int send_file(struct going *g, struct carry_entry *entry, struct err *e)
{
	const struct walk_entry *at = &g->w->local.entry;
	AUTO_FD int fd = openat(at->dir, at->name,
		O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0)
		return gone(g->w, entry->path, e);
	if (!S_ISREG(st.st_mode))
		return err_set(e, ESTALE,
			"carry %s/%s: it is no file any more; start again",
			g->w->place.source, entry->path);
	entry->mode = st.st_mode;
	entry->size = st.st_size;
	entry->mtime = carry_mtime(&st);
	if (porter_put(g->w->porter, entry, e) < 0 || send_bytes(g, fd, entry, e) < 0)
		return -1;
	/* what is written just now is carried once more the next time */
	if (fstat(fd, &st) < 0 || carry_mtime(&st) != entry->mtime ||
		is_fresh(entry->mtime))
		entry->again = true;
	return 0;
}

static int send_entry(struct going *g, struct carry_entry *entry, struct err *e)
{
	return S_ISREG(entry->mode)   ? send_file(g, entry, e)
	       : S_ISLNK(entry->mode) ? send_link(g, entry, e)
				      : porter_put(g->w->porter, entry, e);
}

static bool is_dropped(const struct going *g, const char *path)
{
	size_t n = strlen(g->dropped);

	return n && !strncmp(path, g->dropped, n) && (!path[n] || path[n] == '/');
}

/* It was here, and is not any more. */
static int miss(struct going *g, const struct carry_entry *known, struct err *e)
{
	if (is_dropped(g, known->path))
		return 0;
	if (known->there_only) {
		if (g->sends)
			carry_writer_add(&g->out, known);
		return 0;
	}
	if (carry_ignored(&g->w->local, known->path))
		return 0;
	memcpy(g->dropped, known->path, strlen(known->path) + 1);
	g->drops++;
	return g->sends ? porter_drop(g->w->porter, known->path, e) : 0;
}

static int compare(
	struct going *g, const char *path, const struct carry_side *v, struct err *e)
{
	struct carry_entry here = v[HERE].at;

	if (!carry_is(&v[HERE], path))
		return miss(g, &v[KNOWN].at, e);
	if (!carry_is(&v[KNOWN], path) || v[KNOWN].at.again ||
		!carry_same(&here, &v[KNOWN].at)) {
		g->n++;
		g->bytes += S_ISREG(here.mode) ? here.size : 0;
		if (g->sends && send_entry(g, &here, e) < 0)
			return -1;
	}
	if (g->sends)
		carry_writer_add(&g->out, &here);
	return 0;
}

static int look(struct going *g, struct err *e)
{
	struct carry_list known;
	struct carry_side v[SIDES] = {
		[HERE] = {{carry_local_next, &g->w->local}, {0}, false},
		[KNOWN] = {{carry_list_next, &known}, {0}, false}};
	char path[CARRY_PATH_MAX + 1];
	const char *first;
	int rc = carry_list_open(&known, g->w->state->list, e);

	g->dropped[0] = 0;
	if (!rc)
		rc = carry_local_rewind(&g->w->local, e);
	for (size_t i = 0; !rc && i < SIDES; i++)
		rc = carry_advance(&v[i], e);
	while (!rc && (first = carry_first(v, SIDES))) {
		memcpy(path, first, strlen(first) + 1);
		rc = compare(g, path, v, e);
		for (size_t i = 0; !rc && i < SIDES; i++)
			if (carry_is(&v[i], path))
				rc = carry_advance(&v[i], e);
	}
	carry_list_close(&known);
	return rc;
}

static int send(struct going *g, bool own, struct err *e)
{
	struct carry_work *w = g->w;
	int rc = 0;

	/* until it is known what is there */
	w->state->going |= w->state->comes && !w->state->open;
	w->state->open = true;
	if (carry_state_keep(w->state, e) < 0)
		return -1;
	if (!w->porter && porter_open(&w->porter, &w->place, w->unsure, e) < 0)
		return -1;
	g->sends = true;
	g->piece = xmalloc(PIECE);
	carry_news_begin(&w->news, g->bytes, "carry %s over: %zu file%s", w->place.source,
		g->n, g->n == 1 ? "" : "s");
	rc = porter_own(w->porter, own, e);
	if (!rc)
		rc = carry_writer_open(&g->out, w->state->list, e);
	if (!rc)
		rc = look(g, e);
	if (!rc)
		rc = porter_sync(w->porter, e);
	if (!rc)
		rc = carry_writer_keep(&g->out, e);
	if (!rc) {
		w->state->going = false;
		rc = carry_state_keep(w->state, e);
	}
	carry_news_end(&w->news);
	carry_writer_close(&g->out);
	free(g->piece);
	return rc;
}

int carry_over(struct carry_work *w, bool own, struct err *e)
{
	struct going g = {.w = w};

	if (look(&g, e) < 0)
		return -1;
	if (!g.n && !g.drops && !own)
		return 0;
	return send(&g, own, e);
}
