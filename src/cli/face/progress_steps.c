/* SPDX-License-Identifier: MIT */
#include "cli/face/progress_steps.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/printable.h"
#include "cli/face/words.h"

/* Of a step's output, the end is what explains a failure. */
enum { LOG_KEPT = 64 << 10 };

static struct step *find(struct steps *s, int id)
{
	for (size_t i = 0; i < s->n; i++)
		if (s->v[i].id == id)
			return &s->v[i];
	s->v = xrealloc(s->v, (s->n + 1) * sizeof *s->v);
	s->v[s->n] = (struct step){.id = id};
	return &s->v[s->n++];
}

static void set_text(char **slot, const char *text)
{
	if (!text)
		return;
	str_set(slot, text);
	str_printable(slot);
}

static void add_log(struct step *st, const char *data, size_t n)
{
	buf_add(&st->log, data, n);
	if (st->log.n > 2 * LOG_KEPT) {
		size_t drop = st->log.n - LOG_KEPT;
		const char *end = memchr(st->log.p + drop, '\n', st->log.n - drop);

		/* Whole lines, unless there are none. */
		if (end && (size_t)(end - st->log.p) + 1 < st->log.n)
			drop = (size_t)(end - st->log.p) + 1;
		buf_drop(&st->log, drop);
		st->log_cut = true;
	}
}

static void take_status(struct step *st, const struct progress *p)
{
	if (!st->name) { /* never started as a step */
		st->layer = true;
		set_text(&st->name, p->name);
	}
	set_text(&st->status, p->name);
	/* A layer is fetched first and unpacked then: only the first counts. */
	if (!st->layer || p->total >= st->total) {
		st->current = p->current;
		st->total = p->total;
		st->seconds = p->seconds;
	}
}

static struct step *take_error(struct steps *s, const struct progress *p)
{
	struct step *st = p->step ? find(s, p->step) : NULL;

	free(s->error);
	s->error = p->data ? xstrndup(p->data, p->n) : NULL;
	if (!st)
		return NULL;
	st->state = STEP_FAILED;
	if (!st->name)
		set_text(&st->name, p->name);
	return st;
}

struct step *steps_take(struct steps *s, const struct progress *p)
{
	struct step *st;

	if (p->kind == PROGRESS_UPLOAD) {
		s->sent = p->current;
		s->sending = true;
		return NULL;
	}
	s->sending = false;
	if (p->kind == PROGRESS_ERROR)
		return take_error(s, p);
	if (p->kind == PROGRESS_WARN)
		return NULL;
	st = find(s, p->step);
	switch (p->kind) {
	case PROGRESS_START:
		set_text(&st->name, p->name);
		st->current = st->total = 0;
		st->seconds = 0;
		if (st->state != STEP_FAILED)
			st->state = STEP_RUNNING;
		break;
	case PROGRESS_LOG:
		add_log(st, p->data, p->n);
		break;
	case PROGRESS_STATUS:
		take_status(st, p);
		break;
	case PROGRESS_DONE:
		if (!st->name)
			set_text(&st->name, p->name);
		if (st->state == STEP_RUNNING)
			st->state = STEP_DONE;
		st->seconds = p->seconds;
		st->cached = p->cached;
		break;
	default:
		break;
	}
	return st;
}

char *step_last_line(const struct step *st)
{
	size_t end = st->log.n, start;
	AUTO_BUF struct buf line = {0};

	while (end && strchr(" \t\r\n", st->log.p[end - 1]))
		end--;
	start = end;
	/* A carriage return starts a line over: bars of progress. */
	while (start && st->log.p[start - 1] != '\n' && st->log.p[start - 1] != '\r')
		start--;
	add_clean(&line, buf_str(&st->log) + start, end - start);
	return buf_take(&line);
}

size_t steps_layers(const struct steps *s, size_t *done, int64_t *current, int64_t *total)
{
	size_t n = 0;

	*done = 0;
	*current = *total = 0;
	for (size_t i = 0; i < s->n; i++) {
		const struct step *st = &s->v[i];

		if (!st->layer)
			continue;
		n++;
		*done += st->state == STEP_DONE;
		*current += st->state == STEP_DONE ? st->total : st->current;
		*total += st->total;
	}
	return n;
}

void steps_free(struct steps *s)
{
	for (size_t i = 0; i < s->n; i++) {
		free(s->v[i].name);
		free(s->v[i].status);
		buf_free(&s->v[i].log);
	}
	free(s->v);
	free(s->error);
	*s = (struct steps){0};
}
