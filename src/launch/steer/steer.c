/* SPDX-License-Identifier: MIT */
#include "launch/steer/steer.h"

#include <errno.h>
#include <string.h>

#include "base/mem.h"
#include "plan/shell_word.h"

enum { NOTES_MAX = 200, SECONDS_MAX = 366 * 86400 };

static const struct {
	const char *op;
	int (*answer)(
		struct steering *s, const cJSON *args, cJSON **reply, struct err *e);
	bool engine;
} table[] = {
	{"start", steer_start, true},
	{"exec", steer_exec, true},
	{"build", steer_build, true},
	{"wait", steer_wait, false},
	{"state", steer_state, false},
	{"stop", steer_stop, false},
	{"sleep", steer_sleep, false},
	{"output", steer_output, false},
	{"lines", steer_lines, false},
	{"forget", steer_forget, false},
	{"watch", steer_watch, false},
};

bool steer_knows(const char *op)
{
	for (size_t i = 0; i < COUNT_OF(table); i++)
		if (!strcmp(op, table[i].op))
			return true;
	return false;
}

bool steer_needs_engine(const char *op)
{
	for (size_t i = 0; i < COUNT_OF(table); i++)
		if (!strcmp(op, table[i].op))
			return table[i].engine;
	return false;
}

int steer_answer(struct steering *s, const char *op, const cJSON *args, cJSON **reply,
	struct err *e)
{
	for (size_t i = 0; i < COUNT_OF(table); i++)
		if (!strcmp(op, table[i].op))
			return table[i].answer(s, args, reply, e);
	return err_set(e, ENOSYS, "no such request: %.40s", op);
}

void steer_end(struct steering *s)
{
	handles_end(&s->handles);
	watches_free(s->watches);
	s->watches = NULL;
}

/* A loop says the same again and again. */
cJSON *steer_note(
	const struct steer_notes *n, const char *where, const struct strv *command)
{
	cJSON *reply = cJSON_CreateObject();
	AUTO_BUF struct buf b = {0};

	buf_adds(&b, where);
	for (size_t i = 0; command && i < command->n; i++) {
		buf_addc(&b, ' ');
		shell_word(&b, command->v[i]);
	}
	if (n->recorded->n < NOTES_MAX && !strv_has(n->recorded, buf_str(&b)))
		strv_add(n->recorded, buf_str(&b));
	cJSON_AddTrueToObject(reply, "recorded");
	return reply;
}

struct handle *steer_handle(struct steering *s, const cJSON *args, struct err *e)
{
	struct handle *x = handle_find(&s->handles, json_int(args, "handle", 0));

	if (!x)
		err_set(e, ENOENT,
			"this script has started no such container, or it "
			"ended long ago");
	return x;
}

double steer_seconds(const cJSON *args, const char *key, double fallback)
{
	double s = json_num(args, key, fallback);

	return s > SECONDS_MAX ? SECONDS_MAX : s >= 0 ? s : fallback;
}

struct turn {
	const struct handles *h;
	size_t jobs;
};

static bool has_turn(void *ctx)
{
	const struct turn *t = ctx;

	return t->h->n_alive < t->jobs;
}

int steer_turn(struct steering *s, int jobs, struct err *e)
{
	struct turn t = {&s->handles, HANDLES_AT_ONCE};

	if (jobs > 0 && jobs < HANDLES_AT_ONCE)
		t.jobs = (size_t)jobs;
	return handles_wait(&s->handles, has_turn, &t, -1, 0, e) < 0 ? -1 : 0;
}

cJSON *steer_begun(const struct handle *x)
{
	cJSON *reply = cJSON_CreateObject();

	cJSON_AddNumberToObject(reply, "handle", x->id);
	json_put(reply, "name", x->name);
	return reply;
}
