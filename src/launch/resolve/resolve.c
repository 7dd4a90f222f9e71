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
	s->set.shm = p->set.shm;
	s->set.memory = p->set.memory;
	s->set.memory_swap = p->set.memory_swap;
	s->set.pids = p->set.pids;
	s->set.cpus = p->set.cpus;
	str_set(&s->set.cpuset, p->set.cpuset);
	s->set.ulimits = xcalloc(p->set.n_ulimits, sizeof *s->set.ulimits);
	s->set.n_ulimits = p->set.n_ulimits;
	for (size_t i = 0; i < p->set.n_ulimits; i++) {
		s->set.ulimits[i] = p->set.ulimits[i];
		s->set.ulimits[i].name = xstrdup(p->set.ulimits[i].name);
	}
}

static void copy_network(const struct plan *p, struct resolved *s)
{
	str_set(&s->set.network, p->set.network ? p->set.network : "bridge");
	copy_kvs(&s->set.extra_hosts, &p->set.extra_hosts);
	strv_copy(&s->set.dns, &p->set.dns);
	s->set.ports = xcalloc(p->set.n_ports, sizeof *s->set.ports);
	s->set.n_ports = p->set.n_ports;
	for (size_t i = 0; i < p->set.n_ports; i++) {
		s->set.ports[i] = p->set.ports[i];
		s->set.ports[i].host_ip = xstrdup(p->set.ports[i].host_ip);
		s->set.ports[i].protocol = xstrdup(p->set.ports[i].protocol);
	}
}

static void copy_security(const struct plan *p, struct resolved *s)
{
	s->set.privileged = p->set.privileged;
	s->set.readonly_rootfs = p->set.readonly_rootfs;
	strv_copy(&s->set.cap_add, &p->set.cap_add);
	strv_copy(&s->set.cap_drop, &p->set.cap_drop);
	if (!p->set.privileged && !strv_has(&s->set.cap_drop, "ALL"))
		strv_add(&s->set.cap_drop, "ALL");
	strv_copy(&s->set.security_opt, &p->set.security_opt);
	if (p->no_new_privileges && !p->set.privileged)
		strv_add(&s->set.security_opt, "no-new-privileges");
	str_set(&s->set.ipc, p->set.ipc);
	str_set(&s->set.pid, p->set.pid);
	copy_kvs(&s->set.sysctls, &p->set.sysctls);
}

static void copy_life(const struct plan *p, struct resolved *s)
{
	s->set.init = p->set.init;
	s->set.keep = p->set.keep;
	s->set.log = p->set.log;
	s->set.detach = p->set.detach;
	str_set(&s->set.stop_signal, p->set.stop_signal);
	s->set.stop_timeout = p->set.stop_timeout;
	str_set(&s->set.restart, p->set.restart);
	str_set(&s->set.detach_keys, p->set.detach_keys);
	s->open_stdin = !p->set.detach;
	s->set.tty =
		p->set.tty >= 0 ? p->set.tty : !p->set.detach && isatty(0) && isatty(1);
	if (s->set.tty)
		terminal_size(1, &s->rows, &s->cols);
}

static void copy_command(const struct plan *p, struct resolved *s)
{
	str_set(&s->image, p->build.wanted ? p->build.tag : p->image);
	s->set.has_command = p->set.has_command;
	s->set.has_entrypoint = p->set.has_entrypoint;
	strv_copy(&s->set.command, &p->set.command);
	strv_copy(&s->set.entrypoint, &p->set.entrypoint);
	str_set(&s->set.workdir, p->set.workdir);
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

	s->set.name = p->set.name ? xstrdup(p->set.name) : make_name(p->profile);
	/* the host's network comes with the host's name */
	if (p->set.hostname)
		str_set(&s->set.hostname, p->set.hostname);
	else if (strcmp(s->set.network, "host") != 0)
		s->set.hostname = xstrndup(s->set.name, 63);
	copy_kvs(&s->set.labels, &p->set.labels);
	kvs_set(&s->set.labels, LABEL_CNNRUN, "1");
	if (p->profile)
		kvs_set(&s->set.labels, LABEL_PROFILE, p->profile);
	if (p->project)
		kvs_set(&s->set.labels, LABEL_PROJECT, p->project);
	kvs_setf(&s->set.labels, LABEL_UID, "%u", getuid());
	kvs_set(&s->volume_labels, LABEL_CNNRUN, "1");
	kvs_setf(&s->volume_labels, LABEL_UID, "%u", getuid());
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
