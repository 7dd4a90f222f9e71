/* SPDX-License-Identifier: MIT */
#include "plan/services.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "plan/checks.h"
#include "plan/primitive/shapes.h"

enum { SERVICES_MAX = 32 };

#define AT(member) .offset = offsetof(struct plan, member)

const struct field service_fields[] = {
	{.key = "ready", .type = FIELD_OBJECT, AT(ready), .of = &shape_ready},
	{.key = "after", .type = FIELD_STRV, AT(after), .check = check_service},
	FIELDS_END,
};

static bool is_network(const struct plan *p, const char *name)
{
	return p->set.network && !strcmp(p->set.network, name);
}

/* The services' network is the launch's own. */
static int check_network_of(const struct plan *main, const struct plan *s, struct err *e)
{
	if (!s->set.network || is_network(s, "bridge") || is_network(s, "none") ||
		(is_network(s, "host") && is_network(main, "host")))
		return 0;
	err_set(e, EINVAL,
		"service %s: services are in a network of the launch's own, in \"none\", "
		"or in \"host\" where the main container is too",
		s->service);
	return plan_fail(s, "network", e);
}

static int check_main(const struct plan *p, struct err *e)
{
	const struct settings *s = &p->set;

	if (!p->n_services)
		return 0;
	if (!s->box && s->restart && strcmp(s->restart, "no") != 0) {
		err_set(e, EINVAL,
			"a container with services cannot restart by itself: they end "
			"with it");
		return plan_fail(p, "restart", e);
	}
	if (s->network_allow.n) {
		err_set(e, EINVAL,
			"a list of hosts leaves no way to services: leave the one or the "
			"other out");
		return plan_fail(p, "network_allow", e);
	}
	if (s->network && !is_network(p, "bridge") && !is_network(p, "host")) {
		err_set(e, EINVAL,
			"a container with services is in a network of the launch's own: "
			"leave c:network out, or say \"host\" to find them by the ports "
			"that they publish");
		return plan_fail(p, "network", e);
	}
	return 0;
}

int service_check(const struct plan *p, struct err *e)
{
	const struct settings *s = &p->set;
	const struct {
		const char *key;
		bool asked;
		const char *why;
	} misfits[] = {
		{"name", s->name, "its name is that of the main container and its own"},
		{"detach", s->detach, "it runs in the background anyway"},
		{"box", s->box, "it stays where the main container does"},
		{"prepare/0", s->n_prepare > 0, "it is for the main container"},
		{"keep", s->keep, "it ends with the main container"},
		{"restart", s->restart && strcmp(s->restart, "no") != 0,
			"it ends with the main container"},
		{"tty", s->tty > 0, "it has no terminal"},
		{"network_allow", s->network_allow.n > 0,
			"services are in a network of the launch's own"},
		{"changes", s->changes, "they are said of the main container"},
		{"pick", s->gpus.pick != GPU_PICK_FIRST,
			"it would hold GPUs while another waits; name them"},
		{"display", p->display.mode != DISPLAY_NONE,
			"the display is the main container's"},
		{"xhost", p->xhost != XHOST_NONE, "the display is the main container's"},
	};

	if (!p->service)
		return check_main(p, e);
	for (size_t i = 0; i < COUNT_OF(misfits); i++) {
		if (!misfits[i].asked)
			continue;
		err_set(e, EINVAL, "service %s: %s is not for a service: %s", p->service,
			misfits[i].key, misfits[i].why);
		return plan_fail(p, misfits[i].key, e);
	}
	return 0;
}

static const struct plan *find(const struct plan *p, const char *name)
{
	for (size_t i = 0; i < p->n_services; i++)
		if (!strcmp(p->services[i].service, name))
			return &p->services[i];
	return NULL;
}

/* Those that wait for none but the ordered are ordered as well, until nothing changes. */
static int check_order(const struct plan *p, struct err *e)
{
	AUTO_STRV struct strv ordered = {0};
	const struct plan *stuck;
	size_t before;

	do {
		before = ordered.n;
		stuck = NULL;
		for (size_t i = 0; i < p->n_services; i++) {
			const struct plan *s = &p->services[i];
			size_t waits = 0;

			if (strv_has(&ordered, s->service))
				continue;
			for (size_t k = 0; k < s->after.n; k++)
				waits += !strv_has(&ordered, s->after.v[k]);
			if (waits)
				stuck = s;
			else
				strv_add(&ordered, s->service);
		}
	} while (ordered.n != before);
	if (!stuck)
		return 0;
	err_set(e, EINVAL,
		"service %s waits, by after, for one that waits for it: leave one of "
		"them "
		"out",
		stuck->service);
	return plan_fail(stuck, "after/0", e);
}

static int check_after(const struct plan *p, struct err *e)
{
	for (size_t i = 0; i < p->n_services; i++) {
		const struct plan *s = &p->services[i];

		if (check_network_of(p, s, e) < 0)
			return -1;
		for (size_t k = 0; k < s->after.n; k++) {
			AUTO_FREE char *key = xasprintf("after/%zu", k);

			if (find(p, s->after.v[k]))
				continue;
			err_set(e, EINVAL,
				"service %s is after %s, and there is no such "
				"service",
				s->service, s->after.v[k]);
			return plan_fail(s, key, e);
		}
	}
	return check_order(p, e);
}

static int read_service(struct plan *p, const cJSON *o, struct err *e)
{
	struct plan *s;

	if (check_service(o->string, e) < 0)
		return err_wrap(e, "service %.80s", o->string);
	if (find(p, o->string))
		return err_set(e, EINVAL, "there are two services %s", o->string);
	if (p->n_services == SERVICES_MAX)
		return err_set(e, E2BIG, "more than %d services", SERVICES_MAX);
	p->services = xrealloc(p->services, (p->n_services + 1) * sizeof *p->services);
	s = &p->services[p->n_services++];
	plan_init(s);
	s->service = xstrdup(o->string);
	s->profile = xstrdup(p->profile);
	s->project = xstrdup(p->project);
	return container_read(s, o, e);
}

int services_read(struct plan *p, const cJSON *containers, struct err *e)
{
	const cJSON *v, *main = json_get(containers, "main");

	if (!main)
		return err_set(e, EINVAL, "the plan has no container \"main\"");
	cJSON_ArrayForEach(v, containers)
	{
		if (v != main && read_service(p, v, e) < 0)
			return -1;
	}
	return container_read(p, main, e) < 0 ? -1 : check_after(p, e);
}
