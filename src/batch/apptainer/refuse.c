/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "batch/apptainer/apptainer.h"

static const char *of_settings(const struct settings *t)
{
	const struct {
		bool asked;
		const char *words;
	} asks[] = {
		{t->gpus.select != GPU_NONE, "GPUs"},
		{t->box, "boxes"},
		{t->detach || t->keep, "containers that stay"},
		{t->privileged, "privileged containers"},
		{t->cap_add.n || settings_as_docker(t), "capabilities"},
		{t->n_devices || t->device_rules.n, "devices"},
		{t->network_allow.n, "lists of hosts"},
		{t->n_ports, "ports"},
		{t->extra_hosts.n || t->dns.n, "names of hosts"},
		{t->sysctls.n, "kernel parameters"},
		{t->ipc && strcmp(t->ipc, "private") != 0, "c:ipc"},
		{t->pid && strcmp(t->pid, "private") != 0, "c:pid"},
		{t->pids || t->cgroup_parent || t->memory_swap || t->cpuset,
			"control groups"},
		{t->n_ulimits, "ulimits"},
		{t->changes, "the list of changes"},
	};

	for (size_t i = 0; i < COUNT_OF(asks); i++)
		if (asks[i].asked)
			return asks[i].words;
	return NULL;
}

static const char *of_mounts(const struct resolved *s)
{
	for (size_t i = 0; i < s->n_mounts; i++) {
		const struct resolved_mount *m = &s->mounts[i];

		if (m->type != MOUNT_BIND)
			return m->type == MOUNT_TMPFS ? "tmpfs mounts" : "volumes";
		if (strpbrk(m->source, ":,\\") || strpbrk(m->target, ":,\\"))
			return "mounts of paths with a colon, a comma or a backslash";
	}
	for (size_t i = 0; i < s->n_files; i++)
		if (s->files[i].data)
			return "files put into the container";
	return NULL;
}

static int refuse(const char *what, struct err *e)
{
	return err_set(e, ENOTSUP,
		"this node has only Apptainer, by which cnnrun does no %s; ask for a "
		"node with "
		"an engine: --on slurm:PARTITION",
		what);
}

int apptainer_can(const struct plan *p, struct err *e)
{
	const char *what = of_settings(&p->set);

	if (!what && p->n_services)
		what = "services";
	if (!what && p->user.groups.n)
		what = "groups";
	return what ? refuse(what, e) : 0;
}

int apptainer_takes(const struct resolved *s, struct err *e)
{
	const char *network = s->set.network, *what = of_settings(&s->set);

	if (!what && s->x.access != X_NONE)
		what = "displays";
	if (!what && s->seccomp)
		what = "filters of system calls";
	if (!what)
		what = of_mounts(s);
	if (what)
		return refuse(what, e);
	if (strcmp(network, "host") != 0 && strcmp(network, "none") != 0)
		return err_set(e, ENOTSUP,
			"this node has only Apptainer, which has no network \"%s\" for "
			"users; say c:network \"none\" or c:network \"host\"",
			network);
	if (!s->has_user || s->uid != getuid() || s->gid != getgid())
		return err_set(e, ENOTSUP,
			"this node has only Apptainer, which runs all as you; say c:user "
			"\"host\"");
	return 0;
}
