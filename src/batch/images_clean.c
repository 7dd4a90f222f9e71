/* SPDX-License-Identifier: MIT */
/* Which saved images does no job need any more? */
#include <dirent.h>
#include <errno.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/path.h"
#include "batch/batch.h"
#include "batch/images.h"
#include "engine/wire/program.h"

enum { LIMIT_MS = 30000, HOUR_S = 3600 };

struct looking {
	char *top;        /* of the jobs */
	struct strv jobs; /* that wait or run */
	bool unknown;     /* which do */
	struct buf plans; /* of those */
};

static void ask(struct looking *l)
{
	AUTO_STRV struct strv words = {0};
	struct program squeue = {.words = &words, .limit_ms = LIMIT_MS};

	strv_add(&words, "squeue");
	strv_add(&words, "--noheader");
	strv_addf(&words, "--user=%u", (unsigned)getuid());
	strv_add(&words, "--format=%F");
	l->unknown = program_run(&squeue, NULL) < 0 || squeue.status;
	for (const char *at = buf_str(&squeue.out); *at;) {
		size_t n = strcspn(at, " \n");

		if (n)
			strv_addf(&l->jobs, "%.*s", (int)n, at);
		at += n + (at[n] != 0);
	}
	program_free(&squeue);
}

static bool is_older(const char *path, int seconds)
{
	struct stat st;

	return stat(path, &st) == 0 && time(NULL) - st.st_mtime > seconds;
}

/* One that has no number is being submitted, or never was. */
static bool needs(const struct looking *l, const char *dir)
{
	AUTO_FREE char *job = path_join(dir, "job"), *end = path_join(dir, "exit.json");
	AUTO_BUF struct buf number = {0};

	if (file_read(job, 64, &number, NULL) < 0)
		return !is_older(dir, HOUR_S);
	return l->unknown ? access(end, F_OK) != 0 : strv_has(&l->jobs, buf_str(&number));
}

/* A plan of each task, or one of all. */
static void add_plans(struct looking *l, const char *dir)
{
	DIR *d = opendir(dir);
	const struct dirent *one;

	while (d && (one = readdir(d))) {
		AUTO_FREE char *path = path_join(dir, one->d_name);

		if (!fnmatch("plan*.json", one->d_name, 0))
			file_read(path, 0, &l->plans, NULL);
	}
	if (d)
		closedir(d);
}

static void look(struct looking *l)
{
	DIR *d = opendir(l->top);
	const struct dirent *one;

	ask(l);
	while (d && (one = readdir(d))) {
		AUTO_FREE char *dir = path_join(l->top, one->d_name);

		if (one->d_name[0] != '.' && needs(l, dir))
			add_plans(l, dir);
	}
	if (d)
		closedir(d);
}

void images_clean(bool dry,
	void (*told)(void *ctx, const char *path, int result, struct err *e), void *ctx)
{
	struct looking l = {.top = xdg_path("STATE", "jobs")};
	AUTO_FREE char *dir = path_join(l.top, "images");
	DIR *d = opendir(dir);
	const struct dirent *one;

	if (d)
		look(&l);
	while (d && (one = readdir(d))) {
		AUTO_FREE char *path = path_join(dir, one->d_name);
		bool part = !fnmatch("*.part", one->d_name, 0);
		struct err why = {0};
		int rc = 0;

		if (one->d_name[0] == '.' || (part && !is_older(path, HOUR_S)) ||
			(!part && strstr(buf_str(&l.plans), one->d_name)))
			continue;
		if (!dry && unlink(path) < 0)
			rc = err_errno(&why, "%s", path);
		told(ctx, path, rc, &why);
	}
	if (d)
		closedir(d);
	strv_free(&l.jobs);
	buf_free(&l.plans);
	free(l.top);
}
