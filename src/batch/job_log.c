/* SPDX-License-Identifier: MIT */
#include "batch/job_log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/path.h"

enum { PIECE = 1 << 18 };

void job_log_end(struct job_log *l)
{
	buf_free(&l->line);
}

/* Is the line of this rank, "3: text" by srun? Its label ends at the result. */
static const char *of_rank(const char *line, int rank)
{
	char *end;
	long n;

	while (*line == ' ')
		line++;
	if (*line < '0' || *line > '9')
		return NULL;
	n = strtol(line, &end, 10);
	if (n != rank || *end != ':')
		return NULL;
	return end + 1 + (end[1] == ' ');
}

static void add(struct job_log *l, const char *data, size_t n, struct buf *out)
{
	size_t left = l->skip < (int64_t)n ? (size_t)l->skip : n;

	l->skip -= (int64_t)left;
	buf_add(out, data + left, n - left);
}

static void take_line(struct job_log *l, struct buf *out)
{
	const char *text = of_rank(buf_str(&l->line), l->rank);

	if (text)
		add(l, text, l->line.n - (size_t)(text - l->line.p), out);
	l->line.n = 0;
}

static void take(struct job_log *l, const char *data, size_t n, struct buf *out)
{
	if (l->rank < 0) {
		add(l, data, n, out);
		return;
	}
	while (n) {
		const char *end = memchr(data, '\n', n);
		size_t k = end ? (size_t)(end - data) + 1 : n;

		buf_add(&l->line, data, k);
		if (end)
			take_line(l, out);
		data += k;
		n -= k;
	}
}

static int open_log(const struct job_log *l, struct err *e)
{
	int fd = open(l->path, FILE_READ);

	return fd < 0 && errno != ENOENT ? err_errno(e, "%s", l->path) : fd;
}

int job_log_more(struct job_log *l, struct buf *out, struct err *e)
{
	AUTO_FREE char *piece = xmalloc(PIECE);
	struct err why = {0};
	AUTO_FD int fd = open_log(l, &why);
	ssize_t n;

	if (fd < 0)
		return why.code ? err_set(e, why.code, "%s", why.msg) : 0;
	n = pread(fd, piece, PIECE, l->at);
	if (n < 0)
		return err_errno(e, "%s", l->path);
	take(l, piece, (size_t)n, out);
	l->at += n;
	return 0;
}

void job_log_rest(struct job_log *l, struct buf *out)
{
	if (l->line.n)
		take_line(l, out);
}

/* Where the last n lines of this begin. */
static size_t last_lines(const struct buf *b, int n)
{
	for (size_t i = b->n; i-- > 0;)
		if (b->p[i] == '\n' && i + 1 < b->n && !--n)
			return i + 1;
	return 0;
}

/* What lines are a rank's is known from the beginning on. */
static int tail_of_rank(struct job_log *l, int n, struct err *e)
{
	struct job_log whole = {.path = l->path, .rank = l->rank};
	AUTO_BUF struct buf b = {0};
	int64_t before;
	int rc;

	do {
		before = whole.at;
		rc = job_log_more(&whole, &b, e);
	} while (!rc && whole.at > before);
	job_log_rest(&whole, &b);
	job_log_end(&whole);
	l->skip = (int64_t)(n ? last_lines(&b, n) : b.n);
	return rc;
}

/* Counted from the end, a piece at a time. */
int job_log_tail(struct job_log *l, int n, struct err *e)
{
	AUTO_FREE char *piece = xmalloc(PIECE);
	struct err why = {0};
	AUTO_FD int fd = open_log(l, &why);
	int64_t end = fd < 0 ? 0 : lseek(fd, 0, SEEK_END), at = n ? end : 0;

	if (l->rank >= 0)
		return tail_of_rank(l, n, e);
	l->at = n ? 0 : end;
	while (at > 0) {
		int64_t k = at < PIECE ? at : PIECE;

		at -= k;
		if (pread(fd, piece, (size_t)k, at) != k)
			return err_errno(e, "%s", l->path);
		for (int64_t i = k; i-- > 0;)
			if (piece[i] == '\n' && at + i + 1 < end && !--n) {
				l->at = at + i + 1;
				return 0;
			}
	}
	return 0;
}
