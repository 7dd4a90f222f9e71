/* SPDX-License-Identifier: MIT */
#include "convert/lost.h"

#include "convert/docker_option.h"

static void variables(struct conversion *c, const struct resolved *s)
{
	for (size_t i = 0; i < s->env.n; i++) {
		const struct kv *v = &s->env.v[i];

		if (docker_env_by_name(s, v) && !docker_env_is_filed(s, v) &&
			!is_open_variable(v->key))
			strv_addf(&c->lost,
				"export %s with its value first: it is in no "
				"file",
				v->key);
	}
}

static void display(struct conversion *c, const struct plan *p)
{
	if (p->display.mode == DISPLAY_NONE && p->xhost == XHOST_NONE)
		return;
	strv_add(&c->lost, "the whole X display: cnnrun gives a cookie of its own, here "
			   "every program in it sees and types in all windows; "
			   "xhost +si:localuser:$USER before, - after");
}

static void gpus(struct conversion *c, const struct plan *p, const struct resolved *s)
{
	if (p->set.gpus.optional && p->set.gpus.select != GPU_NONE &&
		s->set.gpus.select == GPU_NONE)
		strv_add(&c->lost, "no GPUs, as there are none here: cnnrun takes them "
				   "where there are");
}

void lost_of(struct conversion *c, size_t i)
{
	const struct plan *p = i ? &c->p->services[i - 1] : c->p;
	const struct resolved *s = i ? &c->s->services[i - 1] : c->s;

	display(c, p);
	gpus(c, p, s);
	docker_remarks(&c->lost, s,
		"LANG is " RESOLVED_LANG ", where cnnrun leaves the image its own");
	variables(c, s);
}
