/* SPDX-License-Identifier: MIT */
/* plan → resolved plan: what needs no look at the host is copied here. */
#include "launch/resolve/resolve.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "base/mem.h"
#include "host/terminal.h"
#include "launch/box/name.h"
#include "launch/ledger/owner.h"

static void copy(const struct plan *p, const struct resolved *main, struct resolved *s)
{
	str_set(&s->profile, p->profile);
	str_set(&s->project, p->project);
	str_set(&s->image, p->build.wanted ? p->build.tag : p->image);
	fields_copy(&s->set, &p->set, settings_fields);
	s->set.typed = p->set.typed;
	for (size_t i = 0; i < p->set.n_ports; i++)
		s->set.ports[i].typed = p->set.ports[i].typed;
	if (!s->set.network)
		str_set(&s->set.network, "bridge");
	s->open_stdin = !p->set.detach && !p->service;
	if (p->service) {
		s->service = xstrdup(p->service);
		fields_copy(&s->ready, &p->ready, ready_fields);
		strv_copy(&s->after, &p->after);
		s->set.tty = 0;
		s->set.log = true; /* for cnnrun logs, when nothing shows it any more */
	}
	if (main && main->set.box) {
		s->set.keep = true;
		if (main->set.restart)
			str_set(&s->set.restart, main->set.restart);
	}
	if (s->set.tty < 0)
		s->set.tty = !p->set.detach && isatty(0) && isatty(1);
	if (s->set.box) { /* it waits; terminals are of those that enter it */
		s->set.keep = s->set.detach = true;
		s->open_stdin = false;
		s->set.tty = 0;
	}
	if (s->set.tty)
		terminal_size(1, &s->rows, &s->cols);
}

/* "cnnrun-gui-3f9a2c": short enough for a prompt, unlikely to clash. */
static char *make_name(const char *profile)
{
	const char *base = profile ? strrchr(profile, '/') : NULL;
	unsigned r = 0;
	char stem[33];
	size_t n;

	base = base ? base + 1 : profile ? profile : "run";
	n = strcspn(base, ".");
	snprintf(stem, sizeof stem, "%.*s", (int)n, base);
	for (char *c = stem; *c; c++)
		if (!((*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z') ||
			    (*c >= '0' && *c <= '9')))
			*c = '-';
	if (getrandom(&r, sizeof r, 0) != sizeof r)
		r = (unsigned)getpid();
	return xasprintf("cnnrun-%s-%06x", stem, r & 0xffffff);
}

static void name(struct resolving *r)
{
	const struct plan *p = r->p;
	struct resolved *s = r->s;

	if (r->main)
		s->set.name = xasprintf("%s-%s", r->main->set.name, s->service);
	else if (!s->set.name)
		s->set.name = s->set.box ? box_name(p->project, p->profile)
					 : make_name(p->profile);
	if (r->main && !s->set.hostname && strcmp(s->set.network, "host") != 0)
		s->set.hostname = xstrdup(s->service);
	/* the host's network comes with the host's name */
	if (!s->set.hostname && strcmp(s->set.network, "host") != 0)
		s->set.hostname = xstrndup(s->set.name, 63);
	kvs_set(&s->set.labels, LABEL_CNNRUN, "1");
	if (s->service)
		kvs_set(&s->set.labels, LABEL_SERVICE, s->service);
	if (p->profile)
		kvs_set(&s->set.labels, LABEL_PROFILE, p->profile);
	if (p->project)
		kvs_set(&s->set.labels, LABEL_PROJECT, p->project);
	kvs_setf(&s->set.labels, LABEL_UID, "%u", getuid());
}

/* Before anything is asked or made: what was found on the host too. */
static int check_text(const struct resolved *s, struct err *e)
{
	AUTO_JSON cJSON *from = cJSON_CreateObject(), *all = resolved_json(s);

	json_put(from, "project", s->project);
	json_put(from, "profile", s->profile);
	cJSON_AddItemToObject(from, "env", json_kvs(&s->env)); /* the hidden ones too */
	return json_check_utf8(from, e) < 0 ? -1 : json_check_utf8(all, e);
}

int resolve_lacks(
	struct resolving *r, enum right_kind kind, const char *object, struct err *e)
{
	if (!r->lacks)
		return -1;
	strv_add(r->lacks, e->msg);
	rights_add(r->rights, kind, object);
	*e = (struct err){0};
	return 0;
}

static int resolve_one(const struct plan *p, const struct resolved *main,
	const struct engine_facts *facts, struct resolved *out, struct rights *rights,
	struct strv *lacks, struct err *e)
{
	static int (*const steps[])(struct resolving *, struct err *) = {resolve_reach_of,
		resolve_security, resolve_user, resolve_terminal, resolve_env,
		resolve_network, resolve_mounts, resolve_repositories, resolve_gpus,
		resolve_display, resolve_desktop, resolve_devices, resolve_build,
		resolve_images};
	struct resolving r = {.p = p,
		.main = main,
		.facts = facts,
		.s = out,
		.rights = rights,
		.lacks = lacks};
	int rc = 0;

	if (host_user_get(&r.me, e) < 0)
		return -1;
	r.own_project = reach_own_project(&r);
	copy(p, main, out);
	if (facts->elsewhere)
		str_set(&out->elsewhere, facts->url);
	name(&r);
	for (size_t i = 0; !rc && i < COUNT_OF(steps); i++)
		rc = steps[i](&r, e);
	host_user_free(&r.me);
	if (rc)
		return -1;
	rights_add_resolved(rights, out);
	/* ports of its own, which are cnnrun's to ask for */
	if (out->set.network_allow.n)
		kvs_set(&out->set.sysctls, "net.ipv4.ip_unprivileged_port_start", "0");
	return check_text(out, e);
}

int resolve_each(const struct plan *p, const struct engine_facts *facts,
	struct resolved *out, struct rights *shares, struct strv *lacks, struct err *e)
{
	if (resolve_one(p, NULL, facts, out, &shares[0], lacks, e) < 0)
		return -1;
	if (p->n_services)
		out->services = xcalloc(p->n_services, sizeof *out->services);
	for (size_t i = 0; i < p->n_services; i++) {
		struct resolved *s = &out->services[out->n_services++];

		resolved_init(s);
		if (resolve_one(
			    &p->services[i], out, facts, s, &shares[i + 1], lacks, e) < 0)
			return -1;
	}
	resolve_own_network(out);
	return 0;
}

int resolve(const struct plan *p, const struct engine_facts *facts, struct resolved *out,
	struct rights *rights, struct err *e)
{
	size_t n = p->n_services + 1;
	AUTO_FREE struct rights *shares = xcalloc(n, sizeof *shares);
	int rc = resolve_each(p, facts, out, shares, NULL, e);

	for (size_t i = 0; i < n; i++) {
		rights_add_all(rights, &shares[i]);
		rights_free(&shares[i]);
	}
	return rc;
}
