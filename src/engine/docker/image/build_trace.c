/* SPDX-License-Identifier: MIT */
/* BuildKit's StatusResponse: 1 vertexes, 2 statuses, 3 logs, 4 warnings. A vertex is told
 * again with every change; steps are numbered in the order of their first news. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "engine/docker/image/build_log.h"
#include "engine/http/call.h"
#include "engine/docker/image/protobuf.h"

static char *text_of(const struct pb_field *f, size_t max)
{
	char *s = pb_text(f);

	one_line(s, max);
	return s;
}

/* google.protobuf.Timestamp: 1 seconds, 2 nanoseconds. */
static double timestamp(const struct pb_field *f)
{
	struct pb b = pb_message(f);
	struct pb_field g;
	double t = 0;

	while (pb_next(&b, &g))
		t += g.number == 1   ? (double)(int64_t)g.value
		     : g.number == 2 ? (double)(int64_t)g.value / 1e9
				     : 0;
	return t;
}

static int step_of(struct build_log *l, const struct pb_field *f)
{
	return f->is_bytes ? build_log_step(l, f->bytes, f->n) : 0;
}

struct vertex {
	int step;
	char *name, *error;
	double started, completed;
	int cached;
};

static void tell_vertex(struct build_log *l, const struct vertex *v)
{
	struct build_step *s = &l->v[v->step - 1];

	if (v->name && !s->name)
		s->name = xstrdup(v->name);
	if (v->started > 0 && !s->started) {
		s->started = true;
		build_log_event(l, &(struct progress){.kind = PROGRESS_START,
					   .step = v->step,
					   .name = s->name});
	}
	if (v->completed <= 0 || s->done)
		return;
	s->done = true;
	if (v->error && *v->error) {
		/* those that were cancelled because of another one come later */
		if (!l->failed) {
			str_set(&l->failed, s->name ? s->name : "?");
			str_set(&l->failure, v->error);
		}
		build_log_event(l, &(struct progress){.kind = PROGRESS_ERROR,
					   .step = v->step,
					   .name = s->name,
					   .data = v->error,
					   .n = strlen(v->error)});
		return;
	}
	build_log_event(l,
		&(struct progress){.kind = PROGRESS_DONE,
			.step = v->step,
			.name = s->name,
			.seconds =
				v->completed > v->started ? v->completed - v->started : 0,
			.cached = v->cached});
}

/* 1 digest, 3 name, 4 cached, 5 started, 6 completed, 7 error */
static bool read_vertex(struct build_log *l, struct pb b)
{
	struct vertex v = {0};
	struct pb_field f;

	while (pb_next(&b, &f)) {
		if (f.number == 1) {
			v.step = step_of(l, &f);
		} else if (f.number == 3) {
			free(v.name);
			v.name = text_of(&f, 300);
		} else if (f.number == 4) {
			v.cached = f.value != 0;
		} else if (f.number == 5) {
			v.started = timestamp(&f);
		} else if (f.number == 6) {
			v.completed = timestamp(&f);
		} else if (f.number == 7) {
			free(v.error);
			v.error = text_of(&f, 1200);
		}
	}
	if (v.step > 0 && !b.broken)
		tell_vertex(l, &v);
	free(v.name);
	free(v.error);
	return !b.broken;
}

/* 1 ID, 2 vertex, 4 current, 5 total */
static bool read_status(struct build_log *l, struct pb b)
{
	struct progress p = {.kind = PROGRESS_STATUS};
	AUTO_FREE char *name = NULL;
	struct pb_field f;

	while (pb_next(&b, &f)) {
		if (f.number == 1) {
			free(name);
			name = text_of(&f, 300);
		} else if (f.number == 2) {
			p.step = step_of(l, &f);
		} else if (f.number == 4) {
			p.current = (int64_t)f.value;
		} else if (f.number == 5) {
			p.total = (int64_t)f.value;
		}
	}
	p.name = name;
	if (!b.broken && name)
		build_log_event(l, &p);
	return !b.broken;
}

/* 1 vertex, 4 message */
static bool read_log(struct build_log *l, struct pb b)
{
	struct progress p = {.kind = PROGRESS_LOG};
	struct pb_field f;

	while (pb_next(&b, &f)) {
		if (f.number == 1) {
			p.step = step_of(l, &f);
		} else if (f.number == 4 && f.is_bytes) {
			p.data = f.bytes;
			p.n = f.n;
		}
	}
	if (!b.broken && p.n)
		build_log_event(l, &p);
	return !b.broken;
}

/* 1 vertex, 3 short text */
static bool read_warning(struct build_log *l, struct pb b)
{
	struct progress p = {.kind = PROGRESS_WARN};
	AUTO_FREE char *text = NULL;
	struct pb_field f;

	while (pb_next(&b, &f)) {
		if (f.number == 1) {
			p.step = step_of(l, &f);
		} else if (f.number == 3) {
			free(text);
			text = text_of(&f, 500);
		}
	}
	if (b.broken || !text)
		return !b.broken;
	p.data = text;
	p.n = strlen(text);
	build_log_event(l, &p);
	return true;
}

int build_trace(struct build_log *l, const void *data, size_t n)
{
	typedef bool reader(struct build_log * l, struct pb b);
	static reader *const readers[] = {
		NULL, read_vertex, read_status, read_log, read_warning};
	const unsigned char *p = data;
	struct pb b = {.p = p, .end = p + n};
	struct pb_field f;
	bool good = true;

	if (!n)
		return 0;
	while (pb_next(&b, &f))
		if (f.number < COUNT_OF(readers) && f.is_bytes)
			good &= readers[f.number](l, pb_message(&f));
	return good && !b.broken ? 0 : -1;
}
