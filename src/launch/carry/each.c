/* SPDX-License-Identifier: MIT */
#include "launch/carry/each.h"

#include "base/log.h"
#include "launch/session/signals.h"

struct round {
	struct carry_each *each;
	bool failed;
	struct err *e;
};

static int visit(void *ctx, struct carry_state *st)
{
	struct round *r = ctx;
	struct err e = {0};

	if (r->failed && r->e->code == ERR_INTERRUPTED)
		return -1;
	if (!r->each->meant(r->each->ctx, st))
		return 0;
	r->each->n++;
	if (r->each->bring(r->each->ctx, st, &e) == 0)
		return 0;
	if (r->failed)
		log_error("%s", r->e->msg);
	r->failed = true;
	*r->e = e;
	return 0;
}

int carry_each(struct carry_each *x, struct err *e)
{
	struct round r = {.each = x, .e = e};

	x->n = 0;
	signals_catch();
	carry_states(visit, &r);
	signals_release();
	return r.failed ? -1 : 0;
}
