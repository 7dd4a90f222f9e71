/* SPDX-License-Identifier: MIT */
/* cnn.watch: what changes in the project. */
#include "launch/steer/watch.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/path.h"
#include "launch/steer/steer.h"

enum { WATCHES_MAX = 16, QUIET_MS = 100, FLOOD_MS = 2000 };

static void watch_free(struct watch *w)
{
	for (size_t i = 0; i < w->n; i++) {
		free(w->v[i].path);
		free(w->v[i].ignored);
		free(w->v[i].only);
	}
	free(w->v);
	ignore_free(&w->ignore);
	if (w->fd >= 0)
		close(w->fd);
	if (w->project >= 0)
		close(w->project);
	free(w);
}

void watches_free(struct watch *w)
{
	while (w) {
		struct watch *next = w->next;

		watch_free(w);
		w = next;
	}
}

/* In the project's own words: without "./" and the end's slash, "" for all of it. */
static char *relative(const char *project, const char *path)
{
	AUTO_FREE char *full = path_join(project, path);

	if (!path_within(full, project))
		return NULL;
	return xstrdup(full[strlen(project)] ? full + strlen(project) + 1 : "");
}

static int add_paths(
	struct watch *w, const struct steering *s, const cJSON *paths, struct err *e)
{
	const cJSON *i;

	cJSON_ArrayForEach(i, paths)
	{
		const char *path = cJSON_GetStringValue(i);
		AUTO_FREE char *below = path ? relative(s->src->project, path) : NULL;

		if (!below)
			return err_set(e, EACCES, "%.200s is outside the project %s",
				path ? path : "what is no text", s->src->project);
		if (watch_add(w, below, e) < 0)
			return -1;
	}
	return w->n ? 0 : err_set(e, ENOENT, "there is nothing to watch");
}

/* As with the files that it may read. */
static int check_project(const struct steering *s, struct err *e)
{
	if (s->src->trusted || project_is_own(s->src->project))
		return 0;
	return err_set(e, EACCES,
		"%s is no project of its own, so it is not the profile's to watch; move "
		"the profile to its project",
		s->src->project);
}

static int begin(
	struct steering *s, int id, const cJSON *paths, struct watch **out, struct err *e)
{
	struct watch *w = NULL;
	int n = 0;

	for (const struct watch *i = s->watches; i; i = i->next)
		n++;
	if (n >= WATCHES_MAX)
		return err_set(
			e, E2BIG, "%d at once; give one of them all paths", WATCHES_MAX);
	if (check_project(s, e) < 0)
		return -1;
	w = xcalloc(1, sizeof *w);
	w->id = id;
	w->fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	w->project = open(s->src->project, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (w->fd < 0 || w->project < 0) {
		err_errno(e, "cnn.watch");
		watch_free(w);
		return -1;
	}
	if (watch_read_ignored(w, e) < 0 || add_paths(w, s, paths, e) < 0) {
		watch_free(w);
		return -1;
	}
	w->next = s->watches;
	s->watches = w;
	*out = w;
	return 0;
}

/* Something, and then nothing for a moment. */
static int collect(struct steering *s, struct watch *w, const cJSON *args,
	struct strv *changed, struct err *e)
{
	double patience = steer_seconds(args, "timeout", -1);
	int64_t until = patience < 0 ? 0 : clock_ms() + (int64_t)(patience * 1000), flood;
	int64_t quiet =
		(int64_t)(steer_seconds(args, "debounce", QUIET_MS / 1000.0) * 1000);
	int got;

	while (!changed->n) {
		got = handles_wait(&s->handles, NULL, NULL, w->fd, until, e);
		if (got <= 0)
			return got;
		if (watch_look(w, changed, e) < 0)
			return -1;
	}
	flood = clock_ms() + (quiet > FLOOD_MS ? quiet : FLOOD_MS);
	while ((got = handles_wait(
			&s->handles, NULL, NULL, w->fd, clock_ms() + quiet, e)) > 0 &&
		clock_ms() < flood)
		if (watch_look(w, changed, e) < 0)
			return -1;
	return got;
}

int steer_watch(struct steering *s, const cJSON *args, cJSON **reply, struct err *e)
{
	int id = json_int(args, "id", 0);
	AUTO_STRV struct strv changed = {0};
	struct watch *w = s->watches;

	if (s->notes) {
		*reply = cJSON_CreateObject();
		cJSON_AddTrueToObject(*reply, "recorded");
		return 0;
	}
	while (w && w->id != id)
		w = w->next;
	if (!w && begin(s, id, json_get(args, "paths"), &w, e) < 0)
		return -1;
	if (json_bool(args, "begin", false))
		return 0;
	if (collect(s, w, args, &changed, e) < 0)
		return -1;
	*reply = json_strv(&changed);
	return 0;
}
