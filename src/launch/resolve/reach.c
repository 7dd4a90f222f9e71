/* SPDX-License-Identifier: MIT */
/* What is the profile's own and what is not: the project's files are free to use, all
 * else of the host needs a right. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/path.h"
#include "launch/resolve/resolve.h"

bool reach_own_project(const struct resolving *r)
{
	const char *homes[] = {getenv("HOME"), r->me.home};

	if (!r->p->project || !project_is_marked(r->p->project))
		return false;
	for (size_t i = 0; i < COUNT_OF(homes); i++) {
		AUTO_FREE char *real = homes[i] ? realpath(homes[i], NULL) : NULL;

		if (real && path_within(real, r->p->project))
			return false;
	}
	return true;
}

bool reach_is_own(const struct resolving *r, const char *real)
{
	return r->own_project && path_within(real, r->p->project);
}

bool reach_by_link(const struct resolving *r, const char *path, const char *real)
{
	return r->p->project && path_within(path, r->p->project) &&
	       !path_within(real, r->p->project);
}

/* Where engines listen, for the system and for the user; absent ones count as well, for
 * an engine may start later. */
static void usual_sockets(const struct resolving *r, struct strv *out)
{
	static const char *const system[] = {"docker.sock", "podman/podman.sock",
		"containerd/containerd.sock", "crio/crio.sock",
		"buildkit/buildkitd.sock"};
	const char *runtime = getenv("XDG_RUNTIME_DIR");

	for (size_t i = 0; i < COUNT_OF(system); i++) {
		strv_addf(out, "/run/%s", system[i]);
		strv_addf(out, "/run/user/%u/%s", r->me.uid, system[i]);
		if (runtime && *runtime == '/')
			strv_addf(out, "%s/%s", runtime, system[i]);
	}
	strv_addf(out, "%s/.docker/run/docker.sock", r->me.home);
	strv_addf(out, "%s/.docker/desktop/docker.sock", r->me.home);
}

bool reach_is_engine(const struct resolving *r, const char *real)
{
	static const char *const names[] = {"docker.sock", "podman.sock",
		"containerd.sock", "crio.sock", "buildkitd.sock"};
	const char *base = strrchr(real, '/');
	AUTO_STRV struct strv sockets = {0};
	AUTO_FREE char *in_use =
		r->facts->socket ? realpath(r->facts->socket, NULL) : NULL;

	if (in_use && path_within(in_use, real))
		return true;
	for (size_t i = 0; base && i < COUNT_OF(names); i++)
		if (!strcmp(base + 1, names[i]))
			return true;
	usual_sockets(r, &sockets);
	for (size_t i = 0; i < sockets.n; i++)
		if (path_within(sockets.v[i], real))
			return true;
	return false;
}

bool reach_is_state(const char *real)
{
	AUTO_FREE char *state = xdg_path("STATE", "grants");
	AUTO_FREE char *there = realpath(state, NULL);

	return path_within(there ? there : state, real) ||
	       path_within(real, there ? there : state);
}

/* A path of the build as it really is, without an error where it is missing: the build
 * says so better. */
static void build_input(struct resolving *r, const char *path)
{
	AUTO_FREE char *real = realpath(path, NULL);

	if (real && !reach_is_own(r, real))
		rights_add_path(
			r->rights, RIGHT_BUILD_READ, real, reach_by_link(r, path, real));
}

/* Read by way of a link as well, and one builder gets its text as a file. */
static void ignore_input(struct resolving *r, const char *path)
{
	AUTO_FREE char *real = realpath(path, NULL);

	if (real && reach_by_link(r, path, real))
		build_input(r, path);
}

int resolve_build(struct resolving *r, struct err *e)
{
	const struct plan_build *b = &r->p->build;
	const char *project = r->p->project ? r->p->project : "/";
	AUTO_FREE char *context = NULL, *dockerfile = NULL, *usual = NULL, *beside = NULL;

	(void)e;
	if (!b->wanted)
		return 0;
	context = path_join(project, b->context ? b->context : ".");
	dockerfile = b->dockerfile ? path_join(project, b->dockerfile)
				   : path_join(context, "Dockerfile");
	build_input(r, context);
	build_input(r, dockerfile);
	usual = path_join(context, ".dockerignore");
	beside = xasprintf("%s.dockerignore", dockerfile);
	ignore_input(r, usual);
	ignore_input(r, beside);
	if (b->network && !strcmp(b->network, "host"))
		rights_add(r->rights, RIGHT_BUILD_HOST_NETWORK, NULL);
	else if (b->network && strcmp(b->network, "none") != 0 &&
		 strcmp(b->network, "default") != 0 && strcmp(b->network, "bridge") != 0)
		rights_add(r->rights, RIGHT_BUILD_NETWORK, b->network);
	return 0;
}

int build_rights(const struct plan *p, struct rights *out, struct err *e)
{
	struct resolving r = {.p = p, .rights = out};
	int rc;

	if (host_user_get(&r.me, e) < 0)
		return -1;
	r.own_project = reach_own_project(&r);
	rc = resolve_build(&r, e);
	host_user_free(&r.me);
	return rc;
}
