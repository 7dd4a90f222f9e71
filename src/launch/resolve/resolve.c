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
#include "launch/ledger/owner.h"

static void copy_kvs(struct kvs *to, const struct kvs *from)
{
	for (size_t i = 0; i < from->n; i++)
		kvs_set(to, from->v[i].key, from->v[i].value);
}

static void copy_limits(const struct plan *p, struct resolved *s)
{
	s->shm = p->shm;
	s->memory = p->memory;
	s->memory_swap = p->memory_swap;
	s->pids = p->pids;
	s->cpus = p->cpus;
	str_set(&s->cpuset, p->cpuset);
	s->ulimits = xcalloc(p->n_ulimits, sizeof *s->ulimits);
	s->n_ulimits = p->n_ulimits;
	for (size_t i = 0; i < p->n_ulimits; i++) {
		s->ulimits[i] = p->ulimits[i];
		s->ulimits[i].name = xstrdup(p->ulimits[i].name);
	}
}

static void copy_network(const struct plan *p, struct resolved *s)
{
	str_set(&s->network, p->network ? p->network : "bridge");
	copy_kvs(&s->extra_hosts, &p->extra_hosts);
	strv_copy(&s->dns, &p->dns);
	s->ports = xcalloc(p->n_ports, sizeof *s->ports);
	s->n_ports = p->n_ports;
	for (size_t i = 0; i < p->n_ports; i++) {
		s->ports[i] = p->ports[i];
		s->ports[i].host_ip = xstrdup(p->ports[i].host_ip);
		s->ports[i].protocol = xstrdup(p->ports[i].protocol);
	}
}

static void copy_security(const struct plan *p, struct resolved *s)
{
	s->privileged = p->privileged;
	s->readonly_rootfs = p->readonly_rootfs;
	strv_copy(&s->cap_add, &p->cap_add);
	strv_copy(&s->cap_drop, &p->cap_drop);
	if (!p->privileged && !strv_has(&s->cap_drop, "ALL"))
		strv_add(&s->cap_drop, "ALL");
	strv_copy(&s->security_opt, &p->security_opt);
	if (p->no_new_privileges && !p->privileged)
		strv_add(&s->security_opt, "no-new-privileges");
	str_set(&s->ipc, p->ipc);
	str_set(&s->pid, p->pid);
	copy_kvs(&s->sysctls, &p->sysctls);
}

static void copy_life(const struct plan *p, struct resolved *s)
{
	s->init = p->init;
	s->keep = p->keep;
	s->log = p->log;
	s->detach = p->detach;
	str_set(&s->stop_signal, p->stop_signal);
	s->stop_timeout = p->stop_timeout;
	str_set(&s->restart, p->restart);
	str_set(&s->detach_keys, p->detach_keys);
	s->open_stdin = !p->detach;
	s->tty = p->tty >= 0 ? p->tty : !p->detach && isatty(0) && isatty(1);
	if (s->tty)
		terminal_size(1, &s->rows, &s->cols);
}

static void copy_command(const struct plan *p, struct resolved *s)
{
	str_set(&s->image, p->build.wanted ? p->build.tag : p->image);
	s->has_command = p->has_command;
	s->has_entrypoint = p->has_entrypoint;
	strv_copy(&s->command, &p->command);
	strv_copy(&s->entrypoint, &p->entrypoint);
	str_set(&s->workdir, p->workdir);
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

	s->name = p->name ? xstrdup(p->name) : make_name(p->profile);
	/* the host's network comes with the host's name */
	if (p->hostname)
		str_set(&s->hostname, p->hostname);
	else if (strcmp(s->network, "host") != 0)
		s->hostname = xstrndup(s->name, 63);
	copy_kvs(&s->labels, &p->labels);
	kvs_set(&s->labels, LABEL_CNNRUN, "1");
	if (p->profile)
		kvs_set(&s->labels, LABEL_PROFILE, p->profile);
	if (p->project)
		kvs_set(&s->labels, LABEL_PROJECT, p->project);
	kvs_setf(&s->labels, LABEL_UID, "%u", getuid());
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

int resolve(const struct plan *p, const struct engine_facts *facts, struct resolved *out,
	struct rights *rights, struct err *e)
{
	static int (*const steps[])(struct resolving *, struct err *) = {resolve_user,
		resolve_env, resolve_mounts, resolve_gpus, resolve_display,
		resolve_desktop, resolve_devices, resolve_build};
	struct resolving r = {.p = p, .facts = facts, .s = out, .rights = rights};
	int rc = 0;

	if (host_user_get(&r.me, e) < 0)
		return -1;
	r.own_project = reach_own_project(&r);
	str_set(&out->profile, p->profile);
	str_set(&out->project, p->project);
	copy_command(p, out);
	copy_limits(p, out);
	copy_network(p, out);
	copy_security(p, out);
	copy_life(p, out);
	name(&r);
	for (size_t i = 0; !rc && i < COUNT_OF(steps); i++)
		rc = steps[i](&r, e);
	host_user_free(&r.me);
	if (rc)
		return -1;
	rights_add_resolved(rights, out);
	return check_text(out, e);
}
