/* SPDX-License-Identifier: MIT */
#include "build/pin.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "build/dockerfile.h"

struct edit {
	size_t at, n;
	const char *text;
};

struct pinning {
	const char *text;
	const struct kvs *pins;
	struct edit *edits;
	size_t n_edits;
	char *failed; /* a name that is not found where it was read */
};

/* Room for more than a Dockerfile has stages. */
enum { EDITS_MAX = 4096 };

static void add(struct pinning *p, size_t at, size_t n, const char *text)
{
	for (size_t i = 0; i < p->n_edits; i++)
		if (p->edits[i].at == at)
			return;
	if (p->n_edits == EDITS_MAX)
		return;
	p->edits = xrealloc(p->edits, (p->n_edits + 1) * sizeof *p->edits);
	p->edits[p->n_edits++] = (struct edit){at, n, text};
}

static bool ends_word(const char *text, size_t at, size_t to)
{
	return at >= to || strchr(" \t\r\n,\"'\\`", text[at]);
}

/* The word itself, after the instruction's own name. */
static bool pin_from(
	struct pinning *p, const char *word, const char *pin, size_t from, size_t to)
{
	size_t n = strlen(word);

	for (size_t at = from + 1; at + n <= to; at++) {
		if (!strchr(" \t\n", p->text[at - 1]) ||
			strncmp(p->text + at, word, n) != 0 ||
			!ends_word(p->text, at + n, to))
			continue;
		add(p, at, n, pin);
		return true;
	}
	return false;
}

/* from=NAME, however often it is there. */
static bool pin_step(
	struct pinning *p, const char *name, const char *pin, size_t from, size_t to)
{
	static const char key[] = "from=";
	size_t n = strlen(name), k = sizeof key - 1;
	bool found = false;

	for (size_t at = from; at + k + n <= to; at++) {
		size_t begin = at + k;

		if (strncasecmp(p->text + at, key, k) != 0)
			continue;
		while (begin < to && strchr("\"'", p->text[begin]))
			begin++;
		if (begin + n > to || strncmp(p->text + begin, name, n) != 0 ||
			!ends_word(p->text, begin + n, to))
			continue;
		add(p, begin, n, pin);
		found = true;
	}
	return found;
}

static void pin(void *ctx, const char *name, const char *word, size_t from, size_t to)
{
	struct pinning *p = ctx;
	const char *pin = kvs_get(p->pins, name);

	if (pin && !(word ? pin_from(p, word, pin, from, to)
			  : pin_step(p, name, pin, from, to)))
		str_set(&p->failed, name);
}

static int by_place(const void *a, const void *b)
{
	const struct edit *x = a, *y = b;

	return x->at < y->at ? -1 : x->at > y->at;
}

static void write_edited(struct pinning *p, size_t n, struct buf *out)
{
	size_t done = 0;

	if (p->n_edits)
		qsort(p->edits, p->n_edits, sizeof *p->edits, by_place);
	for (size_t i = 0; i < p->n_edits; i++) {
		const struct edit *edit = &p->edits[i];

		buf_add(out, p->text + done, edit->at - done);
		buf_adds(out, edit->text);
		done = edit->at + edit->n;
	}
	buf_add(out, p->text + done, n - done);
}

int dockerfile_pin(const char *text, size_t n, const struct kvs *arguments,
	const struct kvs *pins, struct buf *out, struct err *e)
{
	struct pinning p = {.text = text, .pins = pins};
	const struct dockerfile_places places = {pin, &p};
	AUTO_STRV struct strv bases = {0}, sources = {0};
	int rc = 0;

	dockerfile_read(text, n, arguments, &bases, &sources, &places);
	if (p.failed)
		rc = err_set(e, ENOTSUP,
			"the Dockerfile names %s over several lines, or in pieces, so "
			"that it cannot be held to its digest; write it in one word",
			p.failed);
	else
		write_edited(&p, n, out);
	free(p.edits);
	free(p.failed);
	return rc;
}
