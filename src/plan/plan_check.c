/* SPDX-License-Identifier: MIT */
/* Rules of a plan that no single primitive can see. */
#include <errno.h>
#include <string.h>

#include "base/mem.h"
#include "plan/plan.h"
#include "plan/services.h"

static int check_mounts(const struct plan *p, struct err *e)
{
	for (size_t i = 0; i < p->n_mounts; i++)
		for (size_t k = 0; k < i; k++) {
			AUTO_FREE char *key = xasprintf("mount/%zu", i);

			if (strcmp(p->mounts[i].target, p->mounts[k].target) != 0)
				continue;
			err_set(e, EINVAL,
				"%s is mounted twice; take the first back with unmount",
				p->mounts[i].target);
			return plan_fail(p, key, e);
		}
	return 0;
}

static int check_ports(const struct plan *p, struct err *e)
{
	size_t all = 0;

	for (size_t i = 0; i < p->set.n_ports; i++)
		all += port_count(&p->set.ports[i]);
	if (all && p->set.network && !strcmp(p->set.network, "host"))
		err_set(e, EINVAL, "ports cannot be published in the host's network");
	else if (all > PORTS_MAX)
		err_set(e, EINVAL, "more than %d ports", PORTS_MAX);
	else
		return 0;
	return plan_fail(p, "port/0", e);
}

/* A list of hosts is kept by what ends with the launch. */
static int check_list(const struct settings *s, struct err *e)
{
	const char *against = s->n_ports         ? "c:port"
			      : s->dns.n         ? "c:dns"
			      : s->extra_hosts.n ? "c:host"
			      : s->keep          ? "c:keep"
			      : s->privileged    ? "c:privileged"
			      : s->restart && strcmp(s->restart, "no") != 0 ? "c:restart"
									    : NULL;

	if (against)
		return err_set(
			e, EINVAL, "network { allow = … } goes without %s", against);
	if (s->network && strcmp(s->network, "none") != 0)
		return err_set(e, EINVAL,
			"network %s is open: a list of hosts is for \"none\"",
			s->network);
	return 0;
}

/* What ends with a launch, or is kept by what does, is not for what stays. */
static int check_box(const struct plan *p, struct err *e)
{
	const struct settings *s = &p->set;
	const char *key = s->network_allow.n              ? "network_allow"
			  : s->time                       ? "limit/time"
			  : s->changes                    ? "changes"
			  : s->gpus.pick == GPU_PICK_FREE ? "gpus"
							  : NULL;
	const char *what = s->network_allow.n ? "network { allow = … }"
			   : s->time          ? "a limit of time"
			   : s->changes       ? "c:changes"
					      : "gpus { pick = \"free\" }";

	if (s->box && key) {
		err_set(e, EINVAL, "%s is for a run, and a box stays", what);
		return plan_fail(p, key, e);
	}
	if (!s->n_prepare || s->box)
		return 0;
	err_set(e, EINVAL, "prepare needs c:box: what it does has to stay");
	return plan_fail(p, "prepare/0", e);
}

/* A job of several parts, or one that is run again, is the main container's and ends. */
static int check_parts(const struct plan *p, struct err *e)
{
	const struct settings *s = &p->set;
	const struct plan_checkpoint *c = &s->checkpoint;
	const char *key = s->nodes          ? "nodes"
			  : s->per_node     ? "tasks/per_node"
			  : s->retries      ? "retries"
			  : s->n_sweep      ? "sweep"
			  : s->parallel     ? "parallel"
			  : s->n_after_jobs ? "after_job/0"
			  : c->wanted       ? "checkpoint"
					    : NULL;
	size_t tasks = 1;
	int n;

	for (size_t i = 0; i < s->n_sweep && tasks <= SWEEP_MAX; i++)
		tasks *= s->sweep[i].values.n;
	if (!key)
		return 0;
	n = (int)strcspn(key, "/_");
	if (s->n_after_jobs && p->service)
		err_set(e, EINVAL, "after names a service here, and no job");
	else if (p->service)
		err_set(e, EINVAL, "%.*s is for the main container", n, key);
	else if (s->box || s->detach || s->keep)
		err_set(e, EINVAL, "%.*s goes without %s: it is for what ends", n, key,
			s->box      ? "c:box"
			: s->detach ? "c:detach"
				    : "c:keep");
	else if (c->wanted && s->time && c->before >= s->time)
		err_set(e, EINVAL, "before has to be less than its time, which is %lld s",
			(long long)s->time);
	else if (tasks > SWEEP_MAX)
		err_set(e, EINVAL, "more than %d tasks", SWEEP_MAX);
	else
		return 0;
	return plan_fail(p, key, e);
}

int plan_check(const struct plan *p, struct err *e)
{
	const struct settings *s = &p->set;

	if (!p->image && !p->build.wanted) {
		err_set(e, EINVAL,
			p->service
				? "it names no image; call s:image or s:build"
				: "the profile names no image; call c:image or c:build");
		return plan_fail(p, "service", e);
	}
	if (s->restart && strcmp(s->restart, "no") != 0 && !s->keep && !s->detach &&
		!s->box) {
		err_set(e, EINVAL, "restart needs c:keep, c:detach or c:box");
		return plan_fail(p, "restart", e);
	}
	if (check_box(p, e) < 0 || check_parts(p, e) < 0)
		return -1;
	if (s->network_allow.n && check_list(s, e) < 0)
		return plan_fail(p, "network_allow", e);
	if (s->time && !s->init) {
		err_set(e, EINVAL, "a limit of time is kept by the init: c:init()");
		return plan_fail(p, "limit/time", e);
	}
	if (s->changes && s->detach) {
		err_set(e, EINVAL, "changes are said at the end: not with c:detach");
		return plan_fail(p, "changes", e);
	}
	if (s->privileged && s->cap_drop.n) {
		err_set(e, EINVAL, "a privileged container cannot drop capabilities");
		return plan_fail(p, "drop/0", e);
	}
	if (service_check(p, e) < 0 || check_ports(p, e) < 0)
		return -1;
	return check_mounts(p, e);
}
