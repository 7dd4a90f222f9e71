/* SPDX-License-Identifier: MIT */
/* Repositories' own files: what git and its like obey wherever they are run, for it names
 * programs. Who may change them runs programs as whoever runs git there. */
#ifndef CNNRUN_HOST_REPOSITORY_H
#define CNNRUN_HOST_REPOSITORY_H

#include <stdbool.h>

#include "base/strv.h"

struct repositories {
	/* Real paths, of files and of directories with all below them. A submodule that
	 * is not there counts as what could become one. */
	struct strv own;
	/* Symlinks where such files should be: another can be laid in their place. */
	struct strv links;
	bool more; /* than we look at */
};
void repositories_free(struct repositories *r);
#define AUTO_REPOSITORIES __attribute__((cleanup(repositories_free)))

/* Of the work tree at top (a real path): its own, its submodules' and its other work
 * trees' below it; with nested, also those of repositories further below that are not its
 * submodules, as far as a short look finds them. Adds to r. */
void repositories_find(const char *top, bool nested, struct repositories *r);
/* Does git take the directory for a repository? */
bool repository_is(const char *dir);
/* Does a part of the path say that it is in a repository's own files? */
bool repository_owns(const char *path);

#endif
