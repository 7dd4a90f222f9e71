/* SPDX-License-Identifier: MIT */
/* How what was started goes. */
#include <errno.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/mem.h"
#include "launch/steer/steer.h"

/* When the profile's "timeout" is over; 0 = it has none. */
static int64_t deadline(const cJSON *args, const char *key)
{
	double s = steer_seconds(args, key, -1);

	return s < 0 ? 0 : clock_ms() + (int64_t)(s * 1000);
}

struct waiting {
	struct handle **v;
	size_t n;
	bool any;
};

static bool have_ended(void *ctx)
{
	const struct waiting *w = ctx;
	size_t ended = 0;

	for (size_t i = 0; i < w->n; i++)
		ended += handle_ended(w->v[i]);
	return w->any ? ended > 0 : ended == w->n;
}

static int find_all(
	struct steering *s, const cJSON *list, struct waiting *w, struct err *e)
{
	const cJSON *i;

	cJSON_ArrayForEach(i, list)
	{
		struct handle *x =
			handle_find(&s->handles, cJSON_IsNumber(i) ? i->valueint : 0);

		if (!x)
			return err_set(
				e, ENOENT, "this script has started no such container");
		w->v[w->n++] = x;
	}
	return w->n ? 0 : err_set(e, EINVAL, "there is nothing to wait for");
}

/* Of each that has ended how it did: its result, or why it did not run. */
static cJSON *tell(const struct waiting *w)
{
	cJSON *reply = cJSON_CreateObject(),
	      *ended = cJSON_AddObjectToObject(reply, "ended");

	for (size_t i = 0; i < w->n; i++) {
		struct handle *x = w->v[i];
		char key[16];
		cJSON *o;

		if (!handle_ended(x))
			continue;
		snprintf(key, sizeof key, "%d", x->id);
		if (x->failed) {
			o = cJSON_CreateObject();
			cJSON_AddStringToObject(o, "err", x->why ? x->why->msg : "");
			cJSON_AddNumberToObject(o, "code", x->why ? x->why->code : 125);
		} else {
			o = cJSON_Duplicate(x->result, true);
		}
		cJSON_AddItemToObject(ended, key, o);
		x->told_end = true;
	}
	return reply;
}

int steer_wait(struct steering *s, const cJSON *args, cJSON **reply, struct err *e)
{
	const cJSON *list = json_get(args, "handles");
	struct waiting w = {.any = json_bool(args, "any", false)};
	AUTO_FREE struct handle **v = NULL;

	v = xcalloc((size_t)cJSON_GetArraySize(list) + 1, sizeof *v);
	w.v = v;
	if (find_all(s, list, &w, e) < 0 || handles_wait(&s->handles, have_ended, &w, -1,
						    deadline(args, "timeout"), e) < 0)
		return -1;
	*reply = tell(&w);
	return 0;
}

int steer_sleep(struct steering *s, const cJSON *args, cJSON **reply, struct err *e)
{
	(void)reply;
	if (s->notes)
		return 0;
	return handles_wait(&s->handles, NULL, NULL, -1, deadline(args, "seconds"), e) < 0
		       ? -1
		       : 0;
}

int steer_state(struct steering *s, const cJSON *args, cJSON **reply, struct err *e)
{
	const struct handle *x = steer_handle(s, args, e);

	if (!x || handles_wait(&s->handles, NULL, NULL, -1, clock_ms(), e) < 0)
		return -1;
	*reply = cJSON_CreateString(handle_ended(x) ? "ended"
				    : x->running    ? "running"
						    : "starting");
	return 0;
}

int steer_stop(struct steering *s, const cJSON *args, cJSON **reply, struct err *e)
{
	struct handle *x = steer_handle(s, args, e);

	(void)reply;
	if (!x)
		return -1;
	handle_stop(x);
	return 0;
}
