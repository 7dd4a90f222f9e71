/* SPDX-License-Identifier: MIT */
/* The profile that somebody's line of docker run, scripts or Dockerfile come to. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/json.h"
#include "base/mem.h"
#include "base/path.h"
#include "cli/evaluate.h"
#include "cli/file/init.h"
#include "host/user.h"
#include "profile/profile.h"

#define SCRIPT "cnnrun/from/written.lua"

enum { TEXT_MAX = 1 << 20, FILES_MAX = 16 };

static int read_input(struct buf *out, struct err *e)
{
	for (;;) {
		ssize_t n = read(0, buf_room(out, 65536), 65536);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_errno(e, "standard input");
		if (!n)
			return 0;
		out->n += (size_t)n;
		if (out->n > TEXT_MAX)
			return err_set(e, EFBIG, "standard input: more than 1 MiB");
	}
}

/* A line is no file: it has blanks, and there is no such file. */
static bool is_line(const char *word)
{
	struct stat st;

	return strpbrk(word, " \t\n") && stat(word, &st) < 0;
}

static int add_source(cJSON *list, const char *word, struct err *e)
{
	AUTO_BUF struct buf text = {0};
	cJSON *one;
	bool named = false;

	if (!strcmp(word, "-")) {
		if (read_input(&text, e) < 0)
			return -1;
	} else if (is_line(word)) {
		buf_adds(&text, word);
	} else {
		named = true;
		if (file_read(word, TEXT_MAX, &text, e) < 0)
			return -1;
	}
	if (text.n > TEXT_MAX || (text.n && memchr(text.p, 0, text.n)))
		return err_set(e, EINVAL, "%.200s: is no text", named ? word : "--from");
	one = cJSON_CreateObject();
	if (named)
		json_put(one, "name", !strncmp(word, "./", 2) ? word + 2 : word);
	json_put(one, "text", buf_str(&text));
	cJSON_AddItemToArray(list, one);
	return 0;
}

/* Of whom and where: what the caller's shell has put in already is known again by it. */
static int add_person(cJSON *given, const char *cwd, struct err *e)
{
	AUTO_USER struct host_user u = {0};

	if (host_user_get(&u, e) < 0)
		return -1;
	json_put(given, "cwd", cwd);
	json_put(given, "home", u.home);
	json_put(given, "name", u.name);
	cJSON_AddNumberToObject(given, "uid", u.uid);
	cJSON_AddNumberToObject(given, "gid", u.gid);
	return 0;
}

/* What an option of the profile cannot be called. */
static void add_taken(cJSON *given)
{
	struct opt_group groups[RESERVED_GROUPS];
	size_t n = evaluation_reserved(groups);
	cJSON *taken = cJSON_AddArrayToObject(given, "taken");

	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < groups[i].n; k++)
			if (!groups[i].v[k].yields)
				cJSON_AddItemToArray(
					taken, cJSON_CreateString(groups[i].v[k].name));
}

static int convert(const cJSON *given, const char *shown, const char *cwd, cJSON **out,
	struct err *e)
{
	AUTO_SOURCE struct profile_source src = {.installed = true};
	AUTO_JSON cJSON *about = NULL;
	struct profile *p = NULL;
	int rc;

	src.trusted = !getenv("CNNRUN_SCRIPTS");
	src.path = path_join(CNNRUN_PREFIX "/share/cnnrun", SCRIPT);
	src.shown = xstrdup(shown);
	src.name = xstrdup("init");
	src.project = xstrdup(cwd);
	if (script_read(SCRIPT, &src.text, e) < 0)
		return -1;
	rc = profile_start(&src, NULL, &p, e);
	if (!rc)
		rc = profile_describe(p, NULL, &about, e);
	if (!rc)
		rc = profile_plan(p, NULL, given, out, e);
	profile_end(p);
	if (rc < 0 && e->code == EINVAL)
		e->code = ERR_USAGE;
	return rc;
}

/* "export A and B first", "it asks for --data": the next command works as it stands. */
static void say_next(struct buf *next, const cJSON *made)
{
	const cJSON *set = json_get(made, "set"), *required = json_get(made, "required"),
		    *i;

	cJSON_ArrayForEach(i, set)
	{
		buf_addf(next, "%s%.60s", i == set->child ? "it takes " : ", ",
			i->valuestring ? i->valuestring : "");
	}
	if (cJSON_GetArraySize(set))
		buf_adds(next, " from your environment; ");
	cJSON_ArrayForEach(i, required)
	{
		buf_addf(next, "%s--%.60s", i == required->child ? "it asks for " : ", ",
			i->valuestring ? i->valuestring : "");
	}
	if (cJSON_GetArraySize(required))
		buf_adds(next, "; look at it, then: cnnrun ./cnnrun.lua --help");
	else
		buf_adds(next, "look at it, then: cnnrun plan, cnnrun");
}

int init_from(const struct opts *o, struct buf *text, struct buf *next, struct err *e)
{
	AUTO_FREE char *cwd = cwd_get(e);
	AUTO_JSON cJSON *given = cJSON_CreateObject(), *made = NULL;
	const char *first = opt_text(o, "from");
	cJSON *sources = cJSON_AddArrayToObject(given, "sources");
	const char *written;

	if (!cwd || add_person(given, cwd, e) < 0)
		return -1;
	add_taken(given);
	if (!strcmp(first, "docker") || !strcmp(first, "podman") ||
		!strcmp(first, "sudo"))
		return err_set(e, ERR_USAGE,
			"--from %s: the line is one word: cnnrun init --from 'docker run "
			"...'",
			first);
	if (o->n_args >= FILES_MAX)
		return err_set(e, ERR_USAGE, "--from: more than %d files", FILES_MAX);
	if (add_source(sources, first, e) < 0)
		return -1;
	for (size_t i = 0; i < o->n_args; i++)
		if (add_source(sources, o->args[i], e) < 0)
			return -1;
	if (convert(given, is_line(first) || !strcmp(first, "-") ? "--from" : first, cwd,
		    &made, e) < 0)
		return -1;
	written = json_str(made, "text");
	if (!written)
		return err_set(e, EINVAL, "--from: nothing was written");
	buf_adds(text, written);
	say_next(next, made);
	return 0;
}
