/* SPDX-License-Identifier: MIT */
/* The classic builder tells its steps as text among the programs' output. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "engine/docker/image/build_log.h"
#include "engine/http/call.h"

static void end_step(struct build_log *l)
{
	struct build_step *s;

	if (!l->current)
		return;
	s = &l->v[l->current - 1];
	build_log_event(l, &(struct progress){.kind = PROGRESS_DONE,
				   .step = l->current,
				   .name = s->name,
				   .seconds = clock_seconds() - l->started_at,
				   .cached = l->cached});
	s->done = true;
	l->current = 0;
}

void build_log_end(struct build_log *l)
{
	end_step(l);
}

/* "Step 2/3 : RUN make", Buildah's "STEP 2/3: RUN make" and, with several stages,
 * "[1/2] STEP 2/3: RUN make" → "[2/3] RUN make". */
static bool starts_step(struct build_log *l, const char *text)
{
	int number, of, at = 0, stage, stages;
	AUTO_FREE char *name = NULL, *key = NULL;

	if (sscanf(text, "[%d/%d] %n", &stage, &stages, &at) == 2)
		text += at;
	at = 0;

	if (sscanf(text, "Step %d/%d : %n", &number, &of, &at) != 2 &&
		sscanf(text, "STEP %d/%d: %n", &number, &of, &at) != 2)
		return false;
	if (!at)
		return false;
	end_step(l);
	name = xasprintf("[%d/%d] %s", number, of, text + at);
	one_line(name, 300);
	key = xasprintf("%zu %s", l->n, name); /* stages may have equal steps */
	l->current = build_log_step(l, key, strlen(key));
	str_set(&l->v[l->current - 1].name, name);
	l->started_at = clock_seconds();
	l->cached = false;
	build_log_event(
		l, &(struct progress){
			   .kind = PROGRESS_START, .step = l->current, .name = name});
	return true;
}

/* The builder's own remarks, of which only the cache is worth telling. */
static bool is_remark(struct build_log *l, const char *text)
{
	static const char *const remarks[] = {" ---> ",
		"Removing intermediate container ", "Successfully built ",
		"Successfully tagged ", "--> "};

	if (!strncmp(text, " ---> Using cache", 17) ||
		!strncmp(text, "--> Using cache", 15))
		l->cached = true;
	for (size_t i = 0; i < COUNT_OF(remarks); i++)
		if (!strncmp(text, remarks[i], strlen(remarks[i])))
			return true;
	return false;
}

void build_classic_text(struct build_log *l, const char *text)
{
	if (!*text || !strcmp(text, "\n") || starts_step(l, text) || is_remark(l, text))
		return;
	if (!strncmp(text, "[Warning]", 9)) {
		AUTO_FREE char *warning = xstrdup(text + 9 + strspn(text + 9, " "));

		one_line(warning, 500);
		build_log_event(l, &(struct progress){.kind = PROGRESS_WARN,
					   .data = warning,
					   .n = strlen(warning)});
		return;
	}
	build_log_event(l, &(struct progress){.kind = PROGRESS_LOG,
				   .step = l->current,
				   .data = text,
				   .n = strlen(text)});
}
