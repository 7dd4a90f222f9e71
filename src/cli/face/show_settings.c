/* SPDX-License-Identifier: MIT */
/* The settings of a plan in words, by their table. */
#include <string.h>

#include "base/mem.h"
#include "cli/face/show_lines.h"
#include "cli/face/words.h"

/* "memory %s" with the value in it. */
static char *say(const char *says, const char *value)
{
	const char *at = strstr(says, "%s");

	return at ? xasprintf("%.*s%s%s", (int)(at - says), says, value, at + 2)
		  : xstrdup(says);
}

static char *size_text(int64_t bytes)
{
	AUTO_BUF struct buf b = {0};

	if (bytes < 0)
		buf_adds(&b, "unlimited");
	else
		add_size(&b, bytes);
	return buf_take(&b);
}

/* Single values of one subject share a line. */
struct shown {
	struct buf *out;
	const char *subject;
	struct buf line;
};

static void flush(struct shown *to)
{
	struct lines l = {to->out, to->subject};

	if (to->line.n)
		line(&l, "%s", to->line.p);
	buf_free(&to->line);
	to->line = (struct buf){0};
}

static void add(struct shown *to, const struct field *f, const char *text)
{
	const char *subject = f->subject ? f->subject : f->key;

	if (!to->subject || strcmp(to->subject, subject) != 0) {
		flush(to);
		to->subject = subject;
	}
	buf_addf(&to->line, "%s%s", to->line.n ? ", " : "", text);
}

static void add_all(struct shown *to, const struct field *f, const struct strv *texts)
{
	struct lines l = {to->out, f->subject ? f->subject : f->key};

	flush(to);
	for (size_t i = 0; i < texts->n; i++)
		line(&l, "%s", texts->v[i]);
}

static void show_field(struct shown *to, const struct settings *s,
	const struct settings *blank, const struct field *f)
{
	AUTO_STRV struct strv texts = {0};
	const char *says = f->says ? f->says : "%s";

	if (f->type == FIELD_OBJECT && !f->offset)
		for (const struct field *k = f->of->fields; k->key; k++)
			show_field(to, s, blank, k);
	if (f->type == FIELD_OBJECT || (f->subject && !*f->subject))
		return;
	field_texts(s, blank, f, &texts);
	if (texts.n && f->type == FIELD_BYTES) {
		AUTO_FREE char *size = size_text(
			*(const int64_t *)(const void *)((const char *)s + f->offset));
		AUTO_FREE char *text = say(says, size);

		add(to, f, text);
	} else if (f->type == FIELD_LIST || f->type == FIELD_STRV ||
		   f->type == FIELD_KVS) {
		add_all(to, f, &texts);
	} else if (texts.n) {
		AUTO_FREE char *text = say(says, texts.v[0]);

		add(to, f, text);
	}
}

void show_settings(struct buf *out, const struct plan *p, const struct resolved *s)
{
	struct shown to = {out, NULL, {0}};
	struct lines l = {out, "network"};
	struct plan blank;

	plan_init(&blank);
	if (s->own_network && !strcmp(s->own_network, s->set.network))
		line(&l, "of this %s alone",
			s->set.box || (s->service && s->set.keep) ? "box" : "launch");
	else
		line(&l, "%s", s->set.network);
	for (const struct field *f = settings_fields; f->key; f++)
		show_field(&to, f->found ? &s->set : &p->set, &blank.set, f);
	flush(&to);
	l.subject = "runs";
	if (s->service)
		line(&l, "beside the main container, %s with it",
			s->set.keep ? "stays" : "removed");
	else if (s->set.box)
		line(&l, "in a box, which stays");
	else
		line(&l, "%s, %s",
			s->set.detach ? "in the background" : "in the foreground",
			s->set.keep ? "kept after its end" : "removed at its end");
}
