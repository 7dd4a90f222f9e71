/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "launch/box/box.h"
#include "launch/gate/gate.h"
#include "launch/hint.h"
#include "launch/session/drain.h"
#include "plan/shell_word.h"

struct step {
	const struct progress_sink *news;
	int number;
	struct heard heard;
};

static void tell(const struct step *s, struct progress p)
{
	p.step = s->number;
	if (s->news->event)
		s->news->event(s->news->ctx, &p);
}

static bool take(void *ctx, int channel, const char *data, size_t n)
{
	struct step *s = ctx;

	hint_hear(&s->heard, channel, data, n);
	tell(ctx, (struct progress){.kind = PROGRESS_LOG, .data = data, .n = n});
	return true;
}

static char *step_name(const struct settings *s, size_t i)
{
	const struct plan_prepare *p = &s->prepare[i];
	AUTO_BUF struct buf b = {0};

	buf_addf(&b, "[prepare %zu/%zu]", i + 1, s->n_prepare);
	shell_words(&b, &p->command, 0);
	return buf_take(&b);
}

static void fill(
	const struct resolved *s, const struct plan_prepare *p, struct exec_request *x)
{
	x->workdir = s->set.workdir;
	for (size_t i = 0; i < p->command.n; i++)
		strv_add(&x->command, p->command.v[i]);
	gate_enter(&s->set.labels, false, &x->command);
	for (size_t i = 0; i < s->env.n; i++)
		kvs_set(&x->env, s->env.v[i].key, s->env.v[i].value);
	if (p->user != PREPARE_ROOT)
		return;
	x->user = "0:0";
	kvs_set(&x->env, "HOME", "/root");
	kvs_set(&x->env, "USER", "root");
	kvs_set(&x->env, "LOGNAME", "root");
}

static int run(const struct box *b, const char *id, const struct plan_prepare *p,
	struct step *step, int *status, struct err *e)
{
	struct exec_request x = {0};
	AUTO_FREE char *exec_id = NULL;
	AUTO_STREAM struct stream *stream = NULL;
	bool running;
	int rc;

	fill(b->s, p, &x);
	rc = container_exec(b->g, id, &x, &exec_id, &stream, status, e);
	if (!rc)
		rc = drain(stream, NULL, false, take, step, e);
	if (!rc)
		rc = container_exec_wait(b->g, exec_id, -1, &running, status, e);
	strv_free(&x.command);
	kvs_free(&x.env);
	return rc;
}

static int prepare_one(const struct box *b, const char *id, struct step *step,
	const struct plan_prepare *p, int *status, struct err *e)
{
	AUTO_FREE char *name = step_name(&b->s->set, (size_t)step->number - 1);
	double start = clock_seconds();

	tell(step, (struct progress){.kind = PROGRESS_START, .name = name});
	if (run(b, id, p, step, status, e) < 0)
		return err_wrap(e, "%s", name);
	if (!*status) {
		tell(step, (struct progress){.kind = PROGRESS_DONE,
				   .name = name,
				   .seconds = clock_seconds() - start});
		return 0;
	}
	tell(step, (struct progress){.kind = PROGRESS_ERROR, .name = name});
	return err_set(e, EIO, "%s ended with status %d, so there is no box %s", name,
		*status, b->name);
}

int box_prepare(const struct box *b, const char *id, struct err *e)
{
	const struct settings *set = &b->s->set;
	struct step step = {.news = &b->h->news};
	int rc = 0, status = 0;

	for (size_t i = 0; !rc && i < set->n_prepare; i++) {
		heard_free(&step.heard);
		step.number = (int)i + 1;
		rc = prepare_one(b, id, &step, &set->prepare[i], &status, e);
	}
	if (b->h->news_end)
		b->h->news_end(b->h->news.ctx);
	if (rc)
		hint_rights(b->s, set->prepare[step.number - 1].user == PREPARE_ROOT,
			status, &step.heard);
	heard_free(&step.heard);
	return rc;
}
