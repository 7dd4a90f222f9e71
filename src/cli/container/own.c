/* SPDX-License-Identifier: MIT */
#include "cli/container/own.h"

#include <string.h>

#include "base/mem.h"
#include "cli/option/option.h"
#include "launch/launch.h"
#include "launch/ledger/owner.h"
#include "profile/profile.h"

static const char *thing(enum own_which which)
{
	return which == OWN_BOXES ? "box" : "container";
}

static int no_such(const struct container_list *l, const struct container_list *unmarked,
	const char *name, enum own_which which, struct err *e)
{
	AUTO_FREE const char **names = xmalloc(l->n * sizeof *names);
	const char *near;

	for (size_t i = 0; i < l->n; i++)
		names[i] = l->v[i].name ? l->v[i].name : "";
	near = suggest(name, names, l->n);
	err_set(e, 0, "cnnrun has no %s '%s'", thing(which), name);
	if (own_match(unmarked, name))
		return err_hint(e,
			"one of that name has its labels and not your mark: an image "
			"brought them, or an older cnnrun made it; docker has it: docker "
			"ps --all");
	if (near)
		return err_hint(e, "did you mean %s?", near);
	return err_hint(e, "'cnnrun ps --all' shows those it has");
}

/* The one that belongs to the project of the working directory. */
static int only_one(
	const struct container_list *l, enum own_which which, char **id, struct err *e)
{
	AUTO_FREE char *project = project_find(e);
	const struct container_item *found = NULL;
	AUTO_BUF struct buf names = {0};
	size_t n = 0;

	if (!project)
		return -1;
	for (size_t i = 0; i < l->n; i++) {
		const char *of = kvs_get(&l->v[i].labels, LABEL_PROJECT);

		if (!of || strcmp(of, project) != 0 || own_is_service(&l->v[i]))
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
			"no %s of this project %s; 'cnnrun ps%s' shows others",
			thing(which), which == OWN_RUNNING ? "runs" : "exists",
			which == OWN_RUNNING ? "" : " --all");
	return err_set(e, 0, "which one? This project has %s", names.p);
}

static void leave_boxes(struct container_list *l)
{
	struct container_list others = {.v = xmalloc(l->n * sizeof *others.v)};
	size_t n = 0;

	for (size_t i = 0; i < l->n; i++)
		if (own_is_box(&l->v[i]))
			l->v[n++] = l->v[i];
		else
			others.v[others.n++] = l->v[i];
	l->n = n;
	container_list_free(&others);
}

int own_find(struct engine *g, const char *name, enum own_which which, char **id,
	struct err *e)
{
	AUTO_LIST struct container_list l = {0}, unmarked = {0};
	const struct container_item *found;

	if (own_list(g, which != OWN_RUNNING, &l, &unmarked, e) < 0)
		return -1;
	if (which == OWN_BOXES)
		leave_boxes(&l);
	if (!name)
		return only_one(&l, which, id, e);
	found = own_match(&l, name);
	if (!found)
		return no_such(&l, &unmarked, name, which, e);
	*id = xstrdup(found->id);
	return 0;
}

void own_command(const struct opts *o, size_t n_taken, struct strv *command)
{
	for (size_t i = n_taken; i < o->n_args; i++)
		strv_add(command, o->args[i]);
	for (char *const *w = o->rest; w && *w; w++)
		strv_add(command, *w);
	if (!command->n)
		session_shell(command);
}
