/* SPDX-License-Identifier: MIT */
#include "launch/own.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "launch/ledger/mark.h"

static int newest_first(const void *a, const void *b)
{
	const struct container_item *x = a, *y = b;

	return (x->created < y->created) - (x->created > y->created);
}

static void sort(struct container_list *l)
{
	if (l->n)
		qsort(l->v, l->n, sizeof *l->v, newest_first);
}

int own_list(struct engine *g, bool all, struct container_list *out,
	struct container_list *unmarked, struct err *e)
{
	char label[64];

	snprintf(label, sizeof label, LABEL_UID "=%u", (unsigned)getuid());
	if (container_list(g, label, all, out, e) < 0)
		return -1;
	mark_select(out, unmarked);
	sort(out);
	return 0;
}

int own_list_everybody(
	struct engine *g, bool all, struct container_list *out, struct err *e)
{
	if (container_list(g, LABEL_CNNRUN "=1", all, out, e) < 0)
		return -1;
	sort(out);
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
