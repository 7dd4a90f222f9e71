/* SPDX-License-Identifier: MIT */
#include "cli/spec/spec.h"

#include <errno.h>
#include <fts.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/packages.h"
#include "base/path.h"
#include "profile/ownership.h"
#include "profile/profile.h"
#include "profile/scripts.h"

enum { DEEPEST = 20 };

static bool ends_in(const char *s, const char *suffix)
{
	size_t n = strlen(s), k = strlen(suffix);

	return n > k && !strcmp(s + n - k, suffix);
}

static int by_name(const FTSENT **a, const FTSENT **b)
{
	return strcmp((*a)->fts_name, (*b)->fts_name);
}

/* A repository within is not this project's, and whose its specs are is another matter.
 */
static bool is_repository(const char *dir)
{
	AUTO_FREE char *git = path_join(dir, ".git");

	return access(git, F_OK) == 0;
}

/* Neither looked into nor run. */
static bool is_passed_over(const FTSENT *f)
{
	return *f->fts_name == '.' || f->fts_level > DEEPEST ||
	       (f->fts_info == FTS_D && is_repository(f->fts_path));
}

/* Nobody else could have written what is run. */
static int add_spec(struct strv *out, const char *path, struct err *e)
{
	AUTO_FREE char *real = realpath(path, NULL), *problem = NULL;
	struct stat st;

	if (!real || stat(real, &st) < 0)
		return err_errno(e, "%s", path);
	problem = ownership_problem(real, &st);
	if (problem)
		return err_set(e, EPERM, "%s is not run: %s", real, problem);
	strv_add(out, real);
	return 0;
}

int spec_files(const char *path, struct strv *out, struct err *e)
{
	AUTO_FREE char *root = xstrdup(path);
	char *const roots[] = {root, NULL};
	FTS *tree = fts_open(
		roots, FTS_PHYSICAL | FTS_COMFOLLOW | FTS_NOCHDIR | FTS_XDEV, by_name);
	FTSENT *f;
	int rc = 0;

	if (!tree)
		return err_errno(e, "%s", path);
	while (!rc && (f = fts_read(tree))) {
		if (f->fts_info == FTS_NS || f->fts_info == FTS_ERR) {
			errno = f->fts_errno;
			rc = f->fts_level ? 0 : err_errno(e, "%s", path);
		} else if (f->fts_level && is_passed_over(f)) {
			fts_set(tree, f, FTS_SKIP);
		} else if (f->fts_info == FTS_F &&
			   (!f->fts_level || ends_in(f->fts_name, "_spec.lua"))) {
			rc = add_spec(out, f->fts_path, e);
		}
	}
	fts_close(tree);
	return rc;
}

/* As Lua reads it back, whatever is in it. */
static void add_quoted(struct buf *out, const struct buf *text)
{
	buf_addc(out, '"');
	for (size_t i = 0; i < text->n; i++) {
		unsigned char c = (unsigned char)text->p[i];

		if (c == '"' || c == '\\' || c == '\n')
			buf_addc(out, '\\');
		if (c < 32 && c != '\n' && c != '\t')
			buf_addf(out, "\\%03u", c);
		else
			buf_addc(out, (char)c);
	}
	buf_addc(out, '"');
}

int spec_program(struct buf *out, struct err *e)
{
	AUTO_FREE char *both = package_line("prog:lua5.4,prog:lua prog:busted"),
		       *busted = package_line("prog:busted");

	/* an older Lua does not read what follows */
	buf_addf(out,
		"if _VERSION ~= \"Lua 5.4\" then\n"
		"\tio.stderr:write(\"cnnrun: error: specs need Lua 5.4, and 'lua' is \","
		" _VERSION, \": %s\\n\")\n"
		"\tos[\"exit\"](125)\nend\nlocal files = { [\"to install busted\"] = "
		"\"%s\" }\n",
		both, busted);
	for (const struct script *s = scripts; s->name; s++) {
		AUTO_BUF struct buf text = {0};

		if (script_read(s->name, &text, e) < 0)
			return -1;
		buf_addf(out, "files[\"%s\"] = ", s->name);
		add_quoted(out, &text);
		buf_addc(out, '\n');
	}
	buf_adds(out, "assert(load(files[\"testing/run.lua\"], \"@testing/run.lua\"))"
		      "(files, \"" CNNRUN_VERSION "\", ...)\n");
	return 0;
}
