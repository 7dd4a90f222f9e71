/* SPDX-License-Identifier: MIT */
#include "launch/carry/want.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "launch/carry/home.h"

/* A container can make more than anybody wants. */
enum { FILES_MAX = 100000, ASKED_MAX = 64, ASKED_BYTES = 16 << 10, PIECE = 128 << 10 };
#define BYTES_MAX (INT64_C(10) << 30)

bool carry_want(struct carry_wants *l, const struct carry_entry *there,
	const struct carry_entry *here, bool beside, bool all)
{
	struct carry_want *want;

	if (!all && (l->n >= FILES_MAX || there->size > BYTES_MAX - l->bytes)) {
		l->over++;
		l->over_bytes += there->size;
		return false;
	}
	if (l->n % 256 == 0)
		l->v = xrealloc(l->v, (l->n + 256) * sizeof *l->v);
	want = &l->v[l->n++];
	*want = (struct carry_want){.path = xstrdup(there->path),
		.was_here = here != NULL,
		.beside = beside,
		.size = there->size};
	if (here) {
		want->here = *here;
		want->here.path = want->path;
	}
	l->bytes += there->size;
	return true;
}

void carry_wants_free(struct carry_wants *l)
{
	for (size_t i = 0; i < l->n; i++)
		free(l->v[i].path);
	free(l->v);
	*l = (struct carry_wants){0};
}

/* All its bytes are read, whatever becomes of them. *why is about this side. */
static int read_file(struct carry_work *w, struct carry_file *f, int64_t size,
	struct err *why, struct err *e)
{
	AUTO_FREE char *piece = xmalloc(PIECE);

	while (size) {
		size_t n = size < PIECE ? (size_t)size : PIECE;

		if (porter_read(w->porter, piece, n, e) < 0)
			return -1;
		if (!*why->msg)
			carry_file_add(f, piece, n, why);
		if (why->code == ENOSPC || why->code == EDQUOT) {
			*e = *why;
			return err_hint(e, "make room; cnnrun fetch brings the rest");
		}
		carry_news_add(&w->news, (int64_t)n);
		size -= (int64_t)n;
	}
	return 0;
}

static void keep(struct carry_wants *l, struct carry_want *want, struct carry_file *f,
	const struct carry_entry *there, struct carry_work *w, struct err *why)
{
	AUTO_BUF struct buf as = {0};
	bool beside = want->beside && !carry_file_equals(f);

	if (want->beside && !beside) /* both sides changed it in one way */
		want->here.path = want->path;
	if (carry_file_keep(f, there, &want->here, beside, &as, &want->came, why) < 0)
		return;
	want->home = true;
	l->home++;
	l->home_bytes += there->size;
	if (as.n)
		log_warn("%s/%s changed on both sides: that of over there is in %s",
			w->place.source, want->path, as.p);
	else
		log_debug("home: %s/%s", w->place.source, want->path);
	want->beside = as.n > 0;
}

static int fetch_one(struct carry_wants *l, struct carry_want *want, struct carry_work *w,
	struct err *e)
{
	struct carry_file f = {.dir = -1, .fd = -1};
	struct carry_entry there;
	struct err why = {0};
	bool changed = false;
	int error, rc;

	if (porter_file(w->porter, &there, &error, e) < 0)
		return -1;
	if (error == EACCES || error == EPERM) {
		log_warn("%s/%s: over there only another user may read it",
			w->place.source, want->path);
		return 0;
	}
	if (error) { /* gone, or another thing by now */
		l->moving++;
		return 0;
	}
	if (there.size > want->size)
		err_set(&why, EFBIG, "%s grew", want->path);
	else
		carry_file_open(&f, w->dir, want->path, &why);
	rc = read_file(w, &f, there.size, &why, e);
	if (!rc)
		rc = porter_file_end(w->porter, &changed, e);
	if (!rc && (changed || why.code == EFBIG))
		l->moving++;
	else if (!rc && !*why.msg)
		keep(l, want, &f, &there, w, &why);
	carry_file_close(&f);
	if (!rc && *why.msg && why.code != EFBIG)
		log_warn("%s: it stays over there", why.msg);
	return rc;
}

int carry_wants_fetch(struct carry_wants *l, struct carry_work *w, struct err *e)
{
	size_t asked = 0, bytes = 0;

	for (size_t i = 0; i < l->n; i++) {
		while (asked < l->n && asked - i < ASKED_MAX &&
			(asked == i || bytes < ASKED_BYTES)) {
			bytes += strlen(l->v[asked].path);
			if (porter_ask(w->porter, l->v[asked++].path, e) < 0)
				return -1;
		}
		if (fetch_one(l, &l->v[i], w, e) < 0)
			return -1;
		bytes -= strlen(l->v[i].path);
	}
	return 0;
}
