/* SPDX-License-Identifier: MIT */
#include "right/question.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>

#include "base/printable.h"

enum {
	/* Of an error's line, so that the command that cures it has room. */
	REFUSAL_MAX = 700,
	REFUSAL_OBJECT_MAX = 300,
	RIGHTS_MAX = 100,
	OBJECT_MAX = 1024, /* a path may have 4095 */
	INDENT = 4
};

/* Lines of at most so many columns. */
struct page {
	struct buf *out;
	size_t columns, lines;
};

/* Appends text, a line's start, broken at blanks; what lies between from and to stays in
 * one piece. */
static void add_line(
	struct page *p, const char *start, const char *text, size_t from, size_t to)
{
	size_t n = strlen(text), used = strlen(start), end;

	buf_adds(p->out, start);
	for (size_t at = 0; at < n; at = end) {
		size_t width;

		for (end = at + 1; end < n; end++)
			if ((end < from || end >= to) && text[end] == ' ')
				break;
		width = columns_of(text + at, end - at);
		if (at && used + width > p->columns) {
			buf_addf(p->out, "\n%*s", INDENT, "");
			used = INDENT;
			at++; /* the blank */
			width--;
			p->lines++;
		}
		buf_add(p->out, text + at, end - at);
		used += width;
	}
	buf_addc(p->out, '\n');
	p->lines++;
}

/* The rights of one sort; the gravest, which are first in the list, come last. */
static void add_rights(struct page *p, const struct rights *r, bool grave)
{
	for (size_t i = r->n; i-- > 0;) {
		AUTO_BUF struct buf b = {0};
		struct right_text at;

		if (right_is_grave(&r->v[i]) != grave)
			continue;
		at = right_text(&b, &r->v[i], p->columns - INDENT - 1);
		add_line(p, "  - ", b.p, at.object, at.end);
	}
}

static void add_count(struct buf *b, size_t n, size_t grave, bool more)
{
	buf_addf(b, " asks for %zu right%s%s, ", n, n == 1 ? "" : "s",
		more ? " more" : "");
	if (n == 1)
		buf_adds(b, grave ? "a grave one" : "not a grave one");
	else if (!grave || grave == n)
		buf_addf(b, "%s of them grave", grave ? "all" : "none");
	else
		buf_addf(b, "%zu of them grave", grave);
}

/* A line that begins with a path. */
static void add_path_line(struct page *p, const char *path, const char *rest)
{
	AUTO_BUF struct buf b = {0};
	size_t end;

	add_quoted(&b, path, p->columns);
	end = b.n;
	buf_adds(&b, rest);
	add_line(p, "", b.p, 0, end);
}

size_t question_words(struct buf *b, const struct question *q, size_t columns)
{
	/* a line that is full may be taken for one that goes on */
	struct page p = {b, columns > 25 ? columns - 1 : 24, 0};
	AUTO_BUF struct buf count = {0};
	size_t grave = 0;

	for (size_t i = 0; i < q->missing->n; i++)
		grave += right_is_grave(&q->missing->v[i]);
	add_line(&p, "", "A container of this profile could", 0, 0);
	add_rights(&p, q->missing, false);
	p.lines = 0;
	if (grave && grave < q->missing->n)
		add_line(&p, "", "and, what is grave,", 0, 0);
	add_rights(&p, q->missing, true);
	add_count(&count, q->missing->n, grave, q->n_granted > 0);
	if (q->n_granted)
		buf_addf(&count, "; %zu more %s granted already", q->n_granted,
			q->n_granted > 1 ? "are" : "is");
	buf_addc(&count, '.');
	add_path_line(&p, q->path, count.p);
	if (q->engine)
		add_path_line(&p, q->engine, " is where it would run: another machine.");
	if (q->linked_from)
		add_path_line(
			&p, q->linked_from, " is the project: a link of it led there.");
	if (q->changed)
		add_path_line(&p, q->changed, " is not as it was when you granted that.");
	return p.lines;
}

void refusal_words(struct buf *b, const struct rights *missing)
{
	AUTO_BUF struct buf words = {0};
	size_t i = 0;

	for (; i < missing->n; i++) {
		buf_drop(&words, words.n);
		right_text(&words, &missing->v[i], REFUSAL_OBJECT_MAX);
		if (b->n + words.n >= REFUSAL_MAX)
			break;
		buf_addf(b, "%s%s", i ? ", " : "", words.p);
	}
	if (i < missing->n)
		buf_addf(b, "%s%zu more", i ? " and " : "", missing->n - i);
}

int rights_check(const struct rights *asked, const char *shown, struct err *e)
{
	if (asked->n > RIGHTS_MAX) {
		err_set(e, E2BIG,
			"%s asks for %zu rights, more than anybody reads (%d at most)",
			shown, asked->n, RIGHTS_MAX);
		return err_hint(e, "'cnnrun plan' lists them; let it ask for less");
	}
	for (size_t i = 0; i < asked->n; i++) {
		AUTO_BUF struct buf b = {0};
		const char *object = asked->v[i].object;

		if (!object || strlen(object) <= OBJECT_MAX)
			continue;
		right_text(&b, &asked->v[i], REFUSAL_OBJECT_MAX);
		err_set(e, ENAMETOOLONG,
			"%s asks to %s, a name of %zu bytes (%d at most)", shown, b.p,
			strlen(object), OBJECT_MAX);
		return err_hint(e, "nobody reads so long a name; use a shorter one");
	}
	return 0;
}
