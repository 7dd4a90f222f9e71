/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <string.h>

#include "base/mem.h"
#include "base/packages.h"
#include "batch/snapshot/snapshot.h"
#include "engine/http/call.h"
#include "engine/wire/program.h"

/* A repository's configuration names programs: none of them runs, and nothing is fetched.
 * What the user's environment says is of another repository. */
/* NULL stands for the directory. */
static const char *const words[] = {"env", "-u", "GIT_DIR", "-u", "GIT_WORK_TREE", "-u",
	"GIT_INDEX_FILE", "LC_ALL=C", "GIT_OPTIONAL_LOCKS=0", "GIT_ALLOW_PROTOCOL=none",
	"GIT_NO_LAZY_FETCH=1", "git", "-c", "core.fsmonitor=false", "-c",
	"core.hooksPath=/dev/null", "-c", "core.sshCommand=false", "-C", NULL, "ls-files",
	"-z", "--cached", "--others", "--exclude-standard"};

enum { NAMES_MAX = 1 << 30 };

static int failed(const char *dir, struct program *p, bool *none, struct err *e)
{
	AUTO_FREE char *line = NULL;

	if (strstr(buf_str(&p->err), "not a git repository")) {
		*none = true;
		return 0;
	}
	if (p->status == 127) {
		line = package_line("prog:git");
		return err_set(e, ENOENT, "a snapshot needs the program git%s%s",
			line ? "; install it: " : "", line ? line : "");
	}
	line = buf_take(&p->err);
	one_line(line, 500);
	return err_set(e, EIO, "git does not tell the files of %s: %s", dir, line);
}

int git_list(const char *dir, struct buf *out, bool *none, struct err *e)
{
	AUTO_STRV struct strv line = {0};
	struct program p = {.words = &line, .most = NAMES_MAX};
	int rc;

	*none = false;
	for (size_t i = 0; i < COUNT_OF(words); i++)
		strv_add(&line, words[i] ? words[i] : dir);
	rc = program_run(&p, e);
	if (!rc && p.status)
		rc = failed(dir, &p, none, e);
	else if (!rc)
		buf_add(out, buf_str(&p.out), p.out.n);
	program_free(&p);
	return rc;
}
