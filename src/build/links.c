/* SPDX-License-Identifier: MIT */
#include "build/links.h"

#include <search.h>
#include <stdlib.h>

#include "base/mem.h"

struct seen {
	dev_t dev;
	ino_t ino;
	char *path;
};

static int by_inode(const void *a, const void *b)
{
	const struct seen *x = a, *y = b;

	if (x->dev != y->dev)
		return x->dev < y->dev ? -1 : 1;
	return x->ino == y->ino ? 0 : x->ino < y->ino ? -1 : 1;
}

static void free_seen(void *p)
{
	struct seen *s = p;

	free(s->path);
	free(s);
}

const char *links_first(struct links *l, const struct walk_entry *w)
{
	struct seen key = {.dev = w->st.st_dev, .ino = w->st.st_ino};
	struct seen **found, *s;

	if (w->st.st_nlink < 2)
		return NULL;
	found = tfind(&key, &l->tree, by_inode);
	if (found)
		return (*found)->path;
	s = xmalloc(sizeof *s);
	*s = (struct seen){w->st.st_dev, w->st.st_ino, xstrdup(w->path)};
	if (!tsearch(s, &l->tree, by_inode))
		free_seen(s);
	return NULL;
}

void links_free(struct links *l)
{
	tdestroy(l->tree, free_seen);
	l->tree = NULL;
}
