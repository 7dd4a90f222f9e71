/* SPDX-License-Identifier: MIT */
/* cnnrun test: the specs of a project's profiles, run by busted on the user's own Lua.
 * They are programs of the project, as its Makefile is: no jail is around them. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/json.h"
#include "base/mem.h"
#include "base/packages.h"
#include "base/path.h"
#include "cli/answers.h"
#include "cli/command.h"
#include "cli/face/show.h"
#include "cli/spec/spec.h"
#include "plan/plan.h"
#include "profile/profile.h"

enum { REQUEST_MAX = 8 << 20 };

/* What cnnrun.testing asks, in a file: the plan as the program has it, or whether a
 * profile may know a variable. */
static int check(const char *path, struct err *e)
{
	AUTO_BUF struct buf text = {0};
	AUTO_JSON cJSON *asked = NULL, *shown = NULL;
	AUTO_PLAN struct plan p;

	plan_init(&p);
	if (file_read(path, REQUEST_MAX, &text, e) < 0)
		return -1;
	asked = json_parse(buf_str(&text), text.n, e);
	if (!asked)
		return -1;
	if (json_str(asked, "variable"))
		return answers_variable(json_str(asked, "variable"), e);
	if (plan_parse(&p, json_get(asked, "plan"), e) < 0 || plan_check(&p, e) < 0)
		return -1;
	shown = plan_shown(&p);
	return print_json(shown, e);
}

/* The directory that paths in specs begin in: the project's, where there is one. */
static char *project_dir(struct err *e)
{
	AUTO_FREE char *dir = project_find(e),
		       *problem = dir ? project_problem(dir) : NULL;

	if (problem) {
		err_set(e, EPERM, "what is in %s is not run: %s", dir, problem);
		return NULL;
	}
	return dir ? xstrdup(dir) : NULL;
}

static int find_specs(
	const struct opts *o, const char *dir, struct strv *files, struct err *e)
{
	for (size_t i = 0; i < o->n_args; i++) {
		AUTO_FREE char *real = realpath(o->args[i], NULL);

		if (!real)
			return err_errno(e, "%s", o->args[i]);
		if (spec_files(real, files, e) < 0)
			return -1;
	}
	if (!o->n_args && !project_is_own(dir))
		return err_set(e, ERR_USAGE,
			"%s is no project, where all specs would be run; name them: "
			"cnnrun test FILE",
			dir);
	if (!o->n_args && spec_files(dir, files, e) < 0)
		return -1;
	if (!files->n)
		return err_set(e, ENOENT,
			"there is no file *_spec.lua in %s; write cnnrun_spec.lua, for "
			"which "
			"docs/testing.md has an example",
			o->n_args ? o->args[0] : dir);
	return 0;
}

/* Relative to the project: that is how reports name them. */
static const char *in_project(const char *path, const char *dir)
{
	size_t n = strlen(dir);

	return path_within(path, dir) && path[n] ? path + n + 1 : path;
}

static int open_program(char **path, struct err *e)
{
	AUTO_BUF struct buf text = {0};
	int fd = memfd_create(
		"cnnrun-test", 0); /* it stays open in the Lua that reads it */

	if (fd < 0)
		return err_errno(e, "memfd_create");
	if (spec_program(&text, e) < 0)
		return -1;
	for (size_t at = 0; at < text.n;) {
		ssize_t k = write(fd, text.p + at, text.n - at);

		if (k < 0 && errno != EINTR)
			return err_errno(e, "cnnrun-test");
		at += k > 0 ? (size_t)k : 0;
	}
	*path = xasprintf("/dev/fd/%d", fd);
	return 0;
}

/* Becomes the user's Lua, whatever the distribution calls it. */
static int become_lua(struct strv *words, struct err *e)
{
	static const char *const names[] = {"lua5.4", "lua-5.4", "lua54", "lua"};
	AUTO_FREE char **argv = xcalloc(words->n + 2, sizeof *argv), *line = NULL;

	for (size_t i = 0; i < words->n; i++)
		argv[i + 1] = words->v[i];
	for (size_t i = 0; i < COUNT_OF(names); i++) {
		AUTO_FREE char *name = xstrdup(names[i]);

		argv[0] = name;
		execvp(name, argv);
		if (errno != ENOENT)
			return err_errno(e, "%s", name);
	}
	line = package_line("prog:lua5.4,prog:lua prog:busted");
	return err_set(e, ENOENT, "specs need Lua 5.4 and busted: %s", line);
}

static int test(struct cli *c, const struct opts *o, struct err *e)
{
	AUTO_FREE char *dir = NULL, *program = NULL, *me = NULL, *n = NULL;
	AUTO_STRV struct strv files = {0}, words = {0};

	(void)c;
	if (opt_text(o, "check"))
		return check(opt_text(o, "check"), e);
	dir = project_dir(e);
	if (!dir || find_specs(o, dir, &files, e) < 0 || open_program(&program, e) < 0)
		return -1;
	me = realpath("/proc/self/exe", NULL);
	if (!me || chdir(dir) < 0)
		return err_errno(e, "%s", dir);
	n = xasprintf("%zu", files.n);
	strv_add(&words, program);
	strv_add(&words, me);
	strv_add(&words, opt_on(o, "update") ? "update" : "compare");
	strv_add(&words, n);
	for (size_t i = 0; i < files.n; i++)
		strv_add(&words, in_project(files.v[i], dir));
	for (char *const *w = o->rest; w && *w; w++)
		strv_add(&words, *w);
	return become_lua(&words, e);
}

static const struct opt table[] = {
	{.name = "update", .about = "write the golden plans anew"},
	{.name = "check",
		.arg = "FILE",
		.about = "what cnnrun.testing asks the program, in JSON"},
};

const struct command command_test = {
	.name = "test",
	.usage = "[--update] [FILE|DIRECTORY...] [-- OPTIONS OF BUSTED...]",
	.about = "Run the specs of this project's profiles, *_spec.lua",
	.details =
		"No engine is asked and nothing is started. Specs are programs of the "
		"project:\nthey can do what you can. 'cnnrun.testing' gives them plans "
		"of profiles on\nmachines that are not there.",
	.options = {"Options", table, COUNT_OF(table)},
	.run = test,
};
