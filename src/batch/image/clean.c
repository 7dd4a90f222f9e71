/* SPDX-License-Identifier: MIT */
/* Which saved images does no job need any more? */
#include <dirent.h>
#include <fnmatch.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/json.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/strv.h"
#include "batch/image/images.h"
#include "batch/jobs.h"

enum { HOUR_S = 3600 };

static bool is_old(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && time(NULL) - st.st_mtime > HOUR_S;
}

/* Does one of its tasks wait or run, as far as anybody knows? */
static bool goes_on(const struct job *j, bool unknown)
{
	enum job_state s = job_state(j);

	return s == JOB_WAITING || s == JOB_RUNNING || (unknown && s == JOB_UNKNOWN);
}

struct wanted {
	struct strv tars; /* their paths */
	bool all;         /* as far as could be seen, so that none is to go */
};

static void add_plan(struct wanted *w, const char *path)
{
	AUTO_JSON cJSON *frozen = json_read(path, 0, NULL);
	const cJSON *image;

	if (!frozen)
		w->all = true;
	cJSON_ArrayForEach(image, json_get(frozen, "images"))
	{
		const char *tar = json_str(image, "tar");

		if (tar && !strv_has(&w->tars, tar))
			strv_add(&w->tars, tar);
	}
}

static void add_plans(struct wanted *w, const char *dir)
{
	AUTO_FREE char *own = xasprintf("%s/plan*.json", dir),
		       *tasks = xasprintf("%s/task.*/plan*.json", dir);
	glob_t found = {0};

	glob(own, GLOB_NOSORT, NULL, &found);
	glob(tasks, GLOB_NOSORT | GLOB_APPEND, NULL, &found);
	for (size_t i = 0; i < found.gl_pathc; i++)
		add_plan(w, found.gl_pathv[i]);
	globfree(&found);
}

/* Those that are being submitted have no number yet. */
static void add_new(struct wanted *w, const char *top)
{
	DIR *d = opendir(top);
	const struct dirent *one;

	while (d && (one = readdir(d))) {
		AUTO_FREE char *dir = path_join(top, one->d_name), *number = NULL;

		number = path_join(dir, "job");
		if (one->d_name[0] != '.' && access(number, F_OK) != 0 && !is_old(dir))
			add_plans(w, dir);
	}
	if (d)
		closedir(d);
}

static void find_wanted(struct wanted *w, const char *top)
{
	AUTO_JOBS struct jobs all = {0};
	bool unknown;

	jobs_list(&all, NULL);
	unknown = jobs_ask(&all, NULL) < 0;
	for (size_t i = 0; i < all.n; i++)
		if (goes_on(&all.v[i], unknown))
			add_plans(w, all.v[i].dir);
	add_new(w, top);
}

void images_clean(bool dry,
	void (*told)(void *ctx, const char *path, int result, struct err *e), void *ctx)
{
	AUTO_FREE char *top = xdg_path("STATE", "jobs"), *dir = path_join(top, "images");
	struct wanted wanted = {0};
	DIR *d = opendir(dir);
	const struct dirent *one;

	if (d)
		find_wanted(&wanted, top);
	while (d && (one = readdir(d))) {
		AUTO_FREE char *path = path_join(dir, one->d_name);
		bool part = !fnmatch("*.part", one->d_name, 0);
		struct err why = {0};
		int rc = 0;

		if (one->d_name[0] == '.' || (part && !is_old(path)) ||
			(!part && (wanted.all || strv_has(&wanted.tars, path))))
			continue;
		if (!dry && unlink(path) < 0)
			rc = err_errno(&why, "%s", path);
		told(ctx, path, rc, &why);
	}
	if (d)
		closedir(d);
	strv_free(&wanted.tars);
}
