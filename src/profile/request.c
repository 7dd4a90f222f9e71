/* SPDX-License-Identifier: MIT */
/* What is answered here, without asking launch/: print, require, files of the project. */
#include "profile/host.h"

#include <errno.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/path.h"
#include "base/printable.h"

enum { GLOB_MAX = 1000 };

/* While a container has the terminal raw, a line feed alone only goes down. */
static bool is_raw_terminal(void)
{
	struct termios t;

	return !tcgetattr(2, &t) && !(t.c_oflag & OPOST);
}

static int answer_print(struct profile *p, const cJSON *args, struct err *why)
{
	const char *given = json_str(args, "text");
	AUTO_BUF struct buf text = {0}, line = {0};
	bool raw = is_raw_terminal();

	add_printable_lines(&text, given ? given : "");
	p->phase.printed += text.n + 1;
	if (p->phase.printed > PRINT_MAX)
		return err_set(why, EFBIG, "printed more than %d KiB", PRINT_MAX >> 10);
	for (const char *s = buf_str(&text); *s; s++) {
		if (*s == '\n' && raw)
			buf_addc(&line, '\r');
		buf_addc(&line, *s);
	}
	buf_adds(&line, raw ? "\r\n" : "\n");
	if (!p->limits.mute && write(2, line.p, line.n) < 0) {
		/* stderr is gone: nobody to tell */
	}
	return 0;
}

/* A stranger's profile that was called from elsewhere must not look around where it was
 * put: in the home, say. */
static int check_project(const struct profile *p, struct err *why)
{
	if (p->src->trusted || project_is_own(p->src->project))
		return 0;
	return err_set(why, EACCES,
		"%s is no project of its own, so its files are not the profile's to "
		"read; move the profile to its project",
		p->src->project);
}

/* Only below the project: a profile must not learn what else the host has. */
static int answer_exists(
	struct profile *p, const char *path, cJSON **reply, struct err *why)
{
	AUTO_FREE char *joined = path_join(p->src->project, path);
	AUTO_FREE char *root = realpath(p->src->project, NULL), *full = NULL;

	if (!root || !path_within(joined, p->src->project))
		return err_set(why, EACCES, "%.200s: outside the project %s", path,
			p->src->project);
	if (check_project(p, why) < 0)
		return -1;
	full = realpath(joined, NULL);
	*reply = cJSON_CreateBool(full && path_within(full, root));
	return 0;
}

static int answer_read(
	struct profile *p, const char *path, cJSON **reply, struct err *why)
{
	AUTO_FREE char *real = NULL;
	AUTO_BUF struct buf text = {0};
	struct stat st;

	if (check_project(p, why) < 0 ||
		project_read(p, path, &text, &real, &st, why) < 0)
		return -1;
	if (text.n && memchr(text.p, 0, text.n))
		return err_set(
			why, EINVAL, "%.200s: not text, it holds a NUL byte", path);
	*reply = cJSON_CreateString(buf_str(&text));
	return 0;
}

/* The project's own path may hold what a pattern would mean. */
static char *glob_below(const char *dir, const char *pattern)
{
	AUTO_BUF struct buf b = {0};

	for (; *dir; dir++) {
		if (strchr("*?[]\\", *dir))
			buf_addc(&b, '\\');
		buf_addc(&b, *dir);
	}
	buf_addf(&b, "/%s", pattern);
	return buf_take(&b);
}

static bool goes_up(const char *pattern)
{
	for (const char *s = pattern; s; s = strchr(s, '/')) {
		s += *s == '/';
		if (!strncmp(s, "..", 2) && (!s[2] || s[2] == '/'))
			return true;
	}
	return *pattern == '/';
}

static int answer_glob(
	struct profile *p, const char *pattern, cJSON **reply, struct err *why)
{
	AUTO_FREE char *root = realpath(p->src->project, NULL), *full = NULL;
	glob_t found = {0};
	int rc;

	if (!root || goes_up(pattern))
		return err_set(why, EACCES, "%.200s: outside the project %s", pattern,
			p->src->project);
	if (check_project(p, why) < 0)
		return -1;
	full = glob_below(root, pattern);
	rc = glob(full, 0, NULL, &found);
	if (!rc && found.gl_pathc <= GLOB_MAX)
		*reply = cJSON_CreateArray();
	for (size_t i = 0; *reply && i < found.gl_pathc; i++) {
		AUTO_FREE char *real = realpath(found.gl_pathv[i], NULL);

		if (real && path_within(real, root))
			cJSON_AddItemToArray(*reply,
				cJSON_CreateString(found.gl_pathv[i] + strlen(root) + 1));
	}
	globfree(&found);
	if (rc == GLOB_NOMATCH)
		*reply = cJSON_CreateArray();
	return *reply ? 0
		      : err_set(why, E2BIG, "%.200s: more than %d files, or not readable",
				pattern, GLOB_MAX);
}

/* What may be asked of whoever uses this folder. */
static const struct {
	const char *op;
	bool acts; /* on the world: for setup and events, not for `--help` */
} requests[] = {
	{"host.gpus", false},
	{"host.user", false},
	{"host.env", false},
	{"host.engine", false},
	{"host.arch", false},
	{"host.name", false},
	{"now", false},
	{"start", true},
	{"exec", true},
	{"build", true},
	{"wait", true},
	{"state", true},
	{"stop", true},
	{"sleep", true},
	{"output", true},
	{"lines", true},
	{"forget", true},
	{"watch", true},
};

int request_allow(const struct profile *p, const char *op, bool *acts, struct err *why)
{
	for (size_t i = 0; i < COUNT_OF(requests); i++) {
		if (strcmp(op, requests[i].op) != 0)
			continue;
		*acts = requests[i].acts;
		if (*acts && !p->setup)
			return err_set(why, EPERM, "cnn.%s works inside setup only", op);
		return 0;
	}
	return err_set(why, ENOSYS, "no such request: %.40s", op);
}

int request_answer(struct profile *p, const char *op, const cJSON *args, cJSON **reply,
	struct err *why)
{
	const char *name = json_str(args, "name"), *path = json_str(args, "path");

	if (!strcmp(op, "print"))
		return answer_print(p, args, why);
	if (!strcmp(op, "require"))
		return module_read(
			p, name ? name : "", json_str(args, "from"), reply, why);
	if (!strcmp(op, "project.exists"))
		return answer_exists(p, path ? path : "", reply, why);
	if (!strcmp(op, "project.read"))
		return answer_read(p, path ? path : "", reply, why);
	if (!strcmp(op, "project.glob"))
		return answer_glob(p, path ? path : "", reply, why);
	if (!strcmp(op, "project.dir")) {
		*reply = cJSON_CreateString(p->src->project);
		return 0;
	}
	return 1;
}
