/* SPDX-License-Identifier: MIT */
/* cnnrun deny: takes a grant back. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/path.h"
#include "cli/command.h"
#include "right/grant.h"
#include "profile/profile.h"

/* The real path of a file that may be gone: then its directory's, with the name. */
static char *real_path(const char *name, struct err *e)
{
	AUTO_FREE char *from = *name == '/' ? xstrdup("/") : cwd_get(e);
	AUTO_FREE char *path = from ? path_join(from, name) : NULL;
	AUTO_FREE char *dir = NULL, *real = path ? realpath(path, NULL) : NULL;
	const char *slash = path ? strrchr(path, '/') : NULL;

	if (!path)
		return NULL;
	if (real)
		return xstrdup(real);
	dir = xstrndup(path, (size_t)(slash - path) + 1);
	real = realpath(dir, NULL);
	return real ? path_join(real, slash + 1) : xstrdup(path);
}

static int deny_all(const char *engine, struct err *e)
{
	size_t n;

	if (grants_forget(NULL, engine, &n, e) < 0)
		return -1;
	log_info("%zu grant%s taken back", n, n == 1 ? " is" : "s are");
	return 0;
}

/* A profile that is found by name, or else a path. */
static int deny_one(const char *name, const char *engine, struct err *e)
{
	AUTO_SOURCE struct profile_source src = {0};
	AUTO_FREE char *path = NULL;
	struct err why = {0};
	size_t n;

	if (profile_find(name, &src, &why) == 0)
		path = xstrdup(src.path);
	else if (name)
		path = real_path(name, e);
	else
		return err_set(e, why.code, "%s", why.msg);
	if (!path || grants_forget(path, engine, &n, e) < 0)
		return -1;
	if (!n)
		return err_set(e, 0,
			"nothing is granted to %s%s%s; 'cnnrun allow --list' shows the "
			"grants",
			path, engine ? " on " : "", engine ? engine : "");
	log_info("%s is allowed nothing any more%s%s", path, engine ? " on " : "",
		engine ? engine : "");
	return 0;
}

static int deny(struct cli *c, const struct opts *o, struct err *e)
{
	bool all = opt_on(o, "all");
	const char *engine = NULL;

	if (cli_no_more(o, all ? 0 : 1, e) < 0)
		return -1;
	if ((c->host || c->context) && cli_elsewhere(c, &engine, e) < 0)
		return -1;
	return all ? deny_all(engine, e)
		   : deny_one(o->n_args ? o->args[0] : NULL, engine, e);
}

static const struct opt table[] = {
	{.name = "all", .about = "of every profile"},
};

const struct command command_deny = {
	.name = "deny",
	.usage = "[PROFILE | PATH] | --all",
	.about = "Take back what was granted to a profile",
	.details = "The profile's file may be gone. Containers that run go on. With --on "
		   "an engine of\nanother machine, only what is granted there.",
	.options = {"Options", table, COUNT_OF(table)},
	.run = deny,
};
