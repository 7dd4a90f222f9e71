/* SPDX-License-Identifier: MIT */
/* A file in memory that only grows, and whose beginning is given back to the kernel. */
#include "launch/steer/tail.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* So much more is kept: a reader in the middle of the oldest is not overtaken at once. */
enum { SLACK = 4 << 20 };

int tail_open(struct tail *t, struct err *e)
{
	*t = (struct tail){.fd = memfd_create("cnnrun-output", MFD_CLOEXEC)};
	return t->fd < 0 ? err_errno(e, "memory for a container's output") : 0;
}

void tail_close(struct tail *t)
{
	if (t->fd >= 0)
		close(t->fd);
	t->fd = -1;
}

size_t tail_end(const struct tail *t)
{
	struct stat st;

	return t->fd < 0 || fstat(t->fd, &st) < 0 ? 0 : (size_t)st.st_size;
}

static void drop_oldest(struct tail *t)
{
	size_t end = tail_end(t), from = t->dropped;

	if (end < from + TAIL_MAX + SLACK)
		return;
	t->dropped = end - TAIL_MAX;
	if (fallocate(t->fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, (off_t)from,
		    (off_t)(t->dropped - from)) < 0) {
		/* then it takes more memory */
	}
}

void tail_add(struct tail *t, const char *data, size_t n)
{
	while (t->fd >= 0 && n) {
		ssize_t k = write(t->fd, data, n);

		if (k < 0 && errno == EINTR)
			continue;
		if (k <= 0) /* no memory: what comes is not kept */
			return;
		data += k;
		n -= (size_t)k;
	}
	if (t->fd >= 0)
		drop_oldest(t);
}

static size_t first_kept(const struct tail *t)
{
	size_t end = tail_end(t);

	return end > TAIL_MAX ? end - TAIL_MAX : 0;
}

size_t tail_read(const struct tail *t, size_t at, size_t max, struct buf *out)
{
	size_t first = first_kept(t), before = out->n;
	ssize_t k;

	if (at < first)
		at = first;
	if (t->fd < 0)
		return at;
	do
		k = pread(t->fd, buf_room(out, max), max, (off_t)at);
	while (k < 0 && errno == EINTR);
	if (k > 0)
		out->n += (size_t)k;
	first = first_kept(t);
	if (at + SLACK >= first) {
		if (out->p)
			out->p[out->n] = 0;
		return at;
	}
	/* it was overtaken meanwhile */
	out->n = before;
	return tail_read(t, first, max, out);
}
