/* SPDX-License-Identifier: MIT */
/* A run as a whole: its services, its ranks, another try. */
#include <errno.h>
#include <string.h>

#include "convert/k8s/k8s.h"

enum { RANKS_MAX = 10000 };

static unsigned port_of(const struct plan *p)
{
	return p->ready.http && !p->ready.port ? 80 : p->ready.port;
}

static int check_service(const struct k8s *k, size_t i, struct err *e)
{
	const struct plan *p = &k->p->services[i];

	if (!k8s_is_label(p->service, 40) || !strcmp(p->service, "main")) {
		err_set(e, EINVAL,
			"service %s: up to 40 small letters, digits and \"-\", and not "
			"main",
			p->service);
		return plan_fail(p, "service", e);
	}
	for (size_t n = 0; n < i && port_of(p); n++)
		if (port_of(&k->p->services[n]) == port_of(p)) {
			err_set(e, EINVAL,
				"services %s and %s share a Pod, and so port %u: give "
				"one "
				"another",
				k->p->services[n].service, p->service, port_of(p));
			return plan_fail(p, "ready", e);
		}
	return k8s_check(k, p, e);
}

static int check_tasks(const struct k8s *k, struct err *e)
{
	const struct settings *s = &k->p->set;
	const char *key = NULL;

	if (k->ranks < 0 || k->ranks > RANKS_MAX)
		err_set(e, EINVAL, "more than %d tasks at once", RANKS_MAX),
			key = "nodes";
	else if (k->ranks > 1 && k->p->n_services)
		err_set(e, EINVAL,
			"services are beside one task, and it has %d: a service of the "
			"cluster's is for all",
			k->ranks),
			key = s->nodes ? "nodes" : "tasks";
	else if (s->retries && !k8s_keeps(k, k->p))
		err_set(e, EINVAL,
			"another try is a new Pod, in which nothing is left of the "
			"first: what it saves has to be in a claim, c:volume(\"saved\", "
			"\"/saved\") or --code pvc=NAME"),
			key = "retries";
	else if (s->restart && strcmp(s->restart, "no") != 0)
		err_set(e, EINVAL,
			"a Job ends: c:retries is for another try, leave c:restart out"),
			key = "restart";
	return key ? plan_fail(k->p, key, e) : 0;
}

int k8s_check_run(const struct k8s *k, struct err *e)
{
	for (size_t i = 0; i < k->p->n_services; i++)
		if (check_service(k, i, e) < 0)
			return -1;
	return k8s_check_ports(k->p, e) < 0 ? -1 : check_tasks(k, e);
}
