/* SPDX-License-Identifier: MIT */
#include "cli/own.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "cli/option/option.h"
#include "launch/ledger/owner.h"
#include "profile/profile.h"

static int newest_first(const void *a, const void *b)
{
	const struct container_item *x = a, *y = b;

	return (x->created < y->created) - (x->created > y->created);
}

int own_list(struct engine *g, bool everybody, bool all, struct container_list *out,
	struct err *e)
{
	char label[64];

	if (everybody)
		snprintf(label, sizeof label, LABEL_CNNRUN "=1");
	else
		snprintf(label, sizeof label, LABEL_UID "=%u", (unsigned)getuid());
	if (container_list(g, label, all, out, e) < 0)
		return -1;
	if (out->n)
		qsort(out->v, out->n, sizeof *out->v, newest_first);
	return 0;
}

const struct container_item *own_match(const struct container_list *l, const char *name)
{
	const struct container_item *found = NULL;

	for (size_t i = 0; i < l->n; i++)
		if (l->v[i].name && !strcmp(l->v[i].name, name))
			return &l->v[i];
	for (size_t i = 0; i < l->n && *name; i++) {
		if (strncmp(l->v[i].id, name, strlen(name)) != 0)
			continue;
		if (found)
			return NULL;
		found = &l->v[i];
	}
	return found;
}

static int no_such(const struct container_list *l, const char *name, struct err *e)
{
	AUTO_FREE const char **names = xmalloc(l->n * sizeof *names);
	const char *near;

	for (size_t i = 0; i < l->n; i++)
		names[i] = l->v[i].name ? l->v[i].name : "";
	near = suggest(name, names, l->n);
	err_set(e, 0, "cnnrun has no container '%s'", name);
	if (near)
		return err_hint(e, "did you mean %s?", near);
	return err_hint(e, "'cnnrun ps --all' shows those it has");
}

/* The one that belongs to the project of the working directory. */
static int only_one(const struct container_list *l, bool all, char **id, struct err *e)
{
	AUTO_FREE char *project = project_find(e);
	const struct container_item *found = NULL;
	AUTO_BUF struct buf names = {0};
	size_t n = 0;

	if (!project)
		return -1;
	for (size_t i = 0; i < l->n; i++) {
		const char *of = kvs_get(&l->v[i].labels, LABEL_PROJECT);

		if (!of || strcmp(of, project) != 0)
			continue;
		buf_addf(&names, "%s%s", n++ ? ", " : "", l->v[i].name);
		found = &l->v[i];
	}
	if (n == 1) {
		*id = xstrdup(found->id);
		return 0;
	}
	if (!n)
		return err_set(e, 0,
			"no container of this project %s; 'cnnrun ps%s' shows others",
			all ? "exists" : "runs", all ? " --all" : "");
	return err_set(e, 0, "which one? This project has %s", names.p);
}

int own_find(struct engine *g, const char *name, bool all, char **id, struct err *e)
{
	AUTO_LIST struct container_list l = {0};
	const struct container_item *found;

	if (own_list(g, false, all, &l, e) < 0)
		return -1;
	if (!name)
		return only_one(&l, all, id, e);
	found = own_match(&l, name);
	if (!found)
		return no_such(&l, name, e);
	*id = xstrdup(found->id);
	return 0;
}
