/* SPDX-License-Identifier: MIT */
/* What is the profile's own and what is not: the project's files are free to use, all
 * else of the host needs a right. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/beneath.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/processor.h"
#include "engine/forward.h"
#include "launch/gate/kept.h"
#include "launch/resolve/resolve.h"
#include "profile/safe.h"

bool reach_own_project(const struct resolving *r)
{
	return r->p->project && project_is_own(r->p->project);
}

bool reach_by_link(const struct resolving *r, const char *path, const char *real)
{
	return r->p->project && path_within(path, r->p->project) &&
	       !path_within(real, r->p->project);
}

bool reach_is_own(const struct resolving *r, const char *real)
{
	return r->own_project && path_within(real, r->p->project);
}

void reach_add(const struct resolving *r, const char *path, const char *real,
	enum right_kind outside, enum right_kind unmarked)
{
	bool within = r->p->project && path_within(real, r->p->project);

	if (within && !r->own_project)
		rights_add(r->rights, unmarked, real);
	else if (!within)
		rights_add_path(r->rights, outside, real, reach_by_link(r, path, real));
}

int reach_read(const struct resolving *r, const char *said, size_t max, char **path,
	char **real, struct buf *text, struct err *e)
{
	AUTO_FD int held = -1, fd = -1;
	struct stat st;

	*path = path_join(r->p->project ? r->p->project : "/", said);
	held = open(*path, O_PATH | O_CLOEXEC);
	fd = held < 0 ? -1 : open_regular(held);
	*real = fd < 0 ? NULL : path_of(fd);
	if (!*real)
		return errno == EINVAL
			       ? err_set(e, EINVAL, "%s: not a regular file", *path)
			       : err_errno(e, "%s", *path);
	if (file_read_fd(fd, *path, max, text, &st, e) < 0)
		return -1;
	reach_add(r, *path, *real, RIGHT_READ, RIGHT_READ_UNMARKED);
	return 0;
}

/* Of the engines we know, and of what stands behind engines. */
static void socket_names(struct strv *out)
{
	engine_socket_names(out);
	strv_add(out, "containerd/containerd.sock");
	strv_add(out, "crio/crio.sock");
	strv_add(out, "buildkit/buildkitd.sock");
}

/* Where engines listen, for the system and for the user; absent ones count as well, for
 * an engine may start later. */
static void usual_sockets(const struct resolving *r, struct strv *out)
{
	const char *runtime = getenv("XDG_RUNTIME_DIR");
	AUTO_STRV struct strv names = {0};

	socket_names(&names);
	for (size_t i = 0; i < names.n; i++) {
		strv_addf(out, "/run/%s", names.v[i]);
		strv_addf(out, "/run/user/%u/%s", r->me.uid, names.v[i]);
		if (runtime && *runtime == '/')
			strv_addf(out, "%s/%s", runtime, names.v[i]);
	}
	strv_addf(out, "%s/.docker/run/docker.sock", r->me.home);
	strv_addf(out, "%s/.docker/desktop/docker.sock", r->me.home);
}

bool reach_is_engine(const struct resolving *r, const char *real)
{
	const char *base = strrchr(real, '/');
	AUTO_STRV struct strv names = {0}, sockets = {0};
	AUTO_FREE char *in_use =
		r->facts->socket ? realpath(r->facts->socket, NULL) : NULL;

	if (in_use && path_within(in_use, real))
		return true;
	socket_names(&names);
	for (size_t i = 0; base && i < names.n; i++) {
		const char *slash = strrchr(names.v[i], '/');

		if (!strcmp(base + 1, slash ? slash + 1 : names.v[i]))
			return true;
	}
	usual_sockets(r, &sockets);
	for (size_t i = 0; i < sockets.n; i++)
		if (path_within(sockets.v[i], real))
			return true;
	return false;
}

bool reach_is_state(const char *real)
{
	char *kept[] = {xdg_path("STATE", "grants"), xdg_path("CONFIG", SAFE_NAME),
		xdg_path("STATE", GATES)};
	bool found = false;

	for (size_t i = 0; i < COUNT_OF(kept); i++) {
		AUTO_FREE char *path = kept[i], *there = realpath(path, NULL);
		const char *it = there ? there : path;

		found |= path_within(it, real) || path_within(real, it);
	}
	return found;
}

/* A plan is told. */
static int lacking(struct resolving *r, struct err *e)
{
	if (!r->lacks)
		return -1;
	strv_add(r->lacks, e->msg);
	*e = (struct err){0};
	return 1;
}

int resolve_elsewhere(struct resolving *r, const char *key, const char *what,
	bool optional, const char *cure, struct err *e)
{
	if (!r->facts->elsewhere)
		return 0;
	if (optional) {
		log_debug(
			"%s is not to be had at %s; going without", what, r->facts->url);
		return 1;
	}
	err_set(e, ENOTSUP, "%s is this machine's, and the engine is at %s", what,
		r->facts->url);
	err_hint(e, "%s", cure);
	plan_fail(r->p, key, e);
	return lacking(r, e);
}

int resolve_program(struct resolving *r, const char *key, const char *what,
	const char *cure, struct err *e)
{
	const char *here = processor_here(NULL), *there = r->facts->processor;

	if (!there || !strcmp(there, here))
		return 0;
	err_set(e, ENOTSUP,
		"%s takes a program of cnnrun's, which is here one for %s, and the "
		"engine%s%s is on %s",
		what, here, r->facts->url ? " at " : "",
		r->facts->url ? r->facts->url : "", there);
	err_hint(e, "%s", cure);
	if (key)
		plan_fail(r->p, key, e);
	return lacking(r, e);
}

/* The other machine's ports are its own; this one's lead there by ssh. */
static int check_port(struct resolving *r, size_t i, struct err *e)
{
	const struct plan_port *p = &r->p->set.ports[i];
	AUTO_FREE char *where = port_where(p), *key = xasprintf("port/%zu", i);
	AUTO_FREE char *what = xasprintf("port %s", where);

	if (!port_is_here(p))
		return 0;
	if (!forward_possible(r->facts->url))
		return resolve_elsewhere(r, key, what, false,
			"reach it by ssh://, or say its address over there, as in "
			"c:port \"0.0.0.0:8080:80\"",
			e);
	if (strcmp(p->protocol, "tcp") != 0)
		return resolve_elsewhere(r, key, what, false,
			"ssh leads to ports of TCP only; say its address over there, as "
			"in c:port \"0.0.0.0:53:53/udp\"",
			e);
	return 0;
}

/* What a container over there begins with: see gate/send.c. */
static int check_gate(struct resolving *r, struct err *e)
{
	const struct plan *p = r->p;
	const struct {
		bool asked;
		const char *key, *what, *cure;
	} all[] = {{p->set.box, "box", "a box", "run cnnrun on that machine"},
		{p->set.time, "limit/time", "a limit of time",
			"go without it, or run cnnrun on that machine"},
		{p->ready.port, "ready/port", "a port that is tried",
			"let it be ready by a command or by its log"}};

	for (size_t i = 0; r->facts->elsewhere && i < COUNT_OF(all); i++)
		if (all[i].asked &&
			resolve_program(r, all[i].key, all[i].what, all[i].cure, e) < 0)
			return -1;
	return 0;
}

/* What is for several machines can be planned on one. */
static int check_nodes(struct resolving *r, struct err *e)
{
	const struct settings *s = &r->p->set;
	bool nodes = s->nodes > 1, after = s->n_after_jobs;

	if (!nodes && !after && s->per_node <= 1)
		return 0;
	if (after)
		err_set(e, EINVAL, "after: job %s is a cluster's: cnnrun --on slurm ...",
			s->after_jobs[0].job);
	else
		err_set(e, EINVAL,
			"%s: this machine is one node, and runs one task on it: %s",
			nodes ? "nodes" : "tasks",
			nodes ? "c:nodes(1)" : "c:tasks { per_node = 1 }");
	plan_fail(r->p, after ? "after_job/0" : nodes ? "nodes" : "tasks/per_node", e);
	if (!r->lacks)
		return -1;
	strv_add(r->lacks, e->msg);
	*e = (struct err){0};
	return 0;
}

int resolve_reach_of(struct resolving *r, struct err *e)
{
	const struct plan *p = r->p;

	if (check_nodes(r, e) < 0 || check_gate(r, e) < 0)
		return -1;

	if (p->set.network_allow.n &&
		resolve_elsewhere(r, "network", "the filter of a list of hosts", false,
			"go without the list, or with c:network \"none\"", e) < 0)
		return -1;
	if (p->set.box && p->n_services &&
		resolve_elsewhere(r, "box", "what is kept of a box's services", false,
			"go without c:box or without its services", e) < 0)
		return -1;
	for (size_t i = 0; i < p->set.n_ports; i++)
		if (check_port(r, i, e) < 0)
			return -1;
	return 0;
}
