/* SPDX-License-Identifier: MIT */
/* What an image is built from is opened here, before anybody is asked: what was opened is
 * what the user says yes to, and what is sent. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "base/mem.h"
#include "base/path.h"
#include "build/inputs.h"
#include "host/desktop.h"
#include "launch/resolve/resolve.h"
#include "profile/ownership.h"

/* Where it is missing there is no error: the build says so. */
static void add_input(struct resolving *r, const struct build_input *input)
{
	if (input->path && input->outside)
		rights_add_path(r->rights, RIGHT_BUILD_READ, input->path, input->by_link);
	else if (input->path && !r->own_project)
		rights_add(r->rights, RIGHT_READ_UNMARKED, input->path);
}

/* Its text may be told in an error, and one builder gets it as a file. Where it lies in
 * what is named already it goes without saying. */
static void add_ignore(struct resolving *r, const struct build_input *input)
{
	const struct build_inputs *in = r->s->inputs;
	AUTO_FREE char *beside = xasprintf("%s.dockerignore", in->dockerfile.path);

	if (!input->path || !input->outside)
		return;
	if (in->context.outside && path_within(input->path, in->context.path))
		return;
	if (in->dockerfile.outside && !strcmp(input->path, beside))
		return;
	add_input(r, input);
}

/* Whose is what says how the image is made? */
static void check_owner(struct build_inputs *in, const struct build_input *input)
{
	AUTO_FREE char *problem =
		input->fd < 0 ? NULL : ownership_problem(input->path, &input->st);

	if (problem && !*in->error.msg)
		err_set(&in->error, EPERM, "nothing is built: %s", problem);
}

/* What comes from there is the engine's from then on, for whoever builds. */
static void add_caches(struct resolving *r, const struct build_given *given)
{
	const struct build_input *to = &given->to.dir;
	const char *path = given->to.missing ? given->to.missing : to->path;

	for (size_t i = 0; i < given->n_from; i++) {
		add_input(r, &given->from[i].dir);
		rights_add(r->rights, RIGHT_BUILD_CACHED, given->from[i].dir.path);
	}
	if (path && to->outside)
		rights_add_path(r->rights, RIGHT_WRITE, path, to->by_link);
	else if (path && !r->own_project)
		rights_add(r->rights, RIGHT_WRITE_UNMARKED, path);
}

static void add_given(struct resolving *r, struct build_inputs *in)
{
	for (size_t i = 0; i < in->given.n_secrets; i++) {
		const struct given_secret *s = &in->given.secrets[i];

		if (s->env)
			rights_add(r->rights, RIGHT_VARIABLE, s->env);
		else
			add_input(r, &s->file);
	}
	for (size_t i = 0; i < in->given.n_trees; i++) {
		const struct given_tree *t = &in->given.trees[i];

		check_owner(in, &t->listed);
		add_input(r, &t->root);
		if (t->listed.path && t->listed.outside &&
			!path_within(t->listed.path, t->root.path))
			add_input(r, &t->listed);
	}
	add_caches(r, &in->given);
}

/* Held as it is found: the build connects to that very socket. Where there is none a
 * build says so, and what is up to date needs none. */
static void give_agent(struct resolving *r, struct build_inputs *in)
{
	AUTO_FREE char *socket = desktop_ssh_agent();

	rights_add(r->rights, RIGHT_SSH_AGENT, NULL);
	in->given.agent = socket ? open(socket, O_PATH | O_CLOEXEC) : -1;
}

int resolve_build(struct resolving *r, struct err *e)
{
	const struct plan_build *b = &r->p->build;
	struct build_inputs *in;

	(void)e;
	if (!b->wanted)
		return 0;
	in = build_inputs_open(r->p->project, b);
	r->s->inputs = in;
	r->s->inputs_free = build_inputs_free;
	check_owner(in, &in->dockerfile);
	check_owner(in, &in->beside);
	check_owner(in, &in->listed);
	add_input(r, &in->context);
	add_input(r, &in->dockerfile);
	add_ignore(r, &in->beside);
	add_ignore(r, &in->listed);
	add_given(r, in);
	if (b->network && !strcmp(b->network, "host"))
		rights_add(r->rights, RIGHT_BUILD_HOST_NETWORK, NULL);
	else if (b->network && strcmp(b->network, "none") != 0 &&
		 strcmp(b->network, "default") != 0 && strcmp(b->network, "bridge") != 0)
		rights_add(r->rights, RIGHT_BUILD_NETWORK, b->network);
	if (b->ssh)
		give_agent(r, in);
	return 0;
}

static int resolve_image_of(const struct plan *p, const struct engine_facts *facts,
	struct resolved *out, struct rights *rights, struct err *e)
{
	struct resolving r = {.p = p, .facts = facts, .s = out, .rights = rights};
	int rc;

	if (host_user_get(&r.me, e) < 0)
		return -1;
	r.own_project = reach_own_project(&r);
	rc = resolve_build(&r, e);
	if (!rc)
		rc = resolve_images(&r, e);
	host_user_free(&r.me);
	return rc;
}

int resolve_image(const struct plan *p, const struct engine_facts *facts,
	struct resolved *out, struct rights *rights, struct err *e)
{
	if (resolve_image_of(p, facts, out, rights, e) < 0)
		return -1;
	if (p->n_services)
		out->services = xcalloc(p->n_services, sizeof *out->services);
	for (size_t i = 0; i < p->n_services; i++) {
		resolved_init(&out->services[out->n_services++]);
		if (resolve_image_of(
			    &p->services[i], facts, &out->services[i], rights, e) < 0)
			return -1;
	}
	return 0;
}
