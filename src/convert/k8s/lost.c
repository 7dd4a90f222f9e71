/* SPDX-License-Identifier: MIT */
/* What the objects do not say, and what has to be there before them. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "convert/k8s/k8s.h"
#include "plan/shell_word.h"

static void image(struct k8s *k, const struct plan *p)
{
	AUTO_FREE char *ref = k8s_image(p);
	AUTO_BUF struct buf shown = {0};

	shell_word(&shown, k->c->shown);

	if (p->build.wanted)
		strv_addf(&k->c->lost,
			"the image: cnnrun build %s && docker push %s puts it where "
			"nodes "
			"find it, and tells its digest, for --image",
			shown.p, p->build.tag);
	else if (!strstr(ref, "@sha256:"))
		strv_addf(&k->c->lost,
			"the digest of %s, which may be another image tomorrow: cnnrun "
			"lock %s, then --locked",
			ref, shown.p);
}

/* Those that a kubelet takes by itself. */
static bool has_unsafe(const struct settings *s)
{
	static const char *const safe[] = {"kernel.shm_rmid_forced",
		"net.ipv4.ip_local_port_range", "net.ipv4.tcp_syncookies",
		"net.ipv4.ping_group_range", "net.ipv4.ip_unprivileged_port_start",
		"net.ipv4.ip_local_reserved_ports", "net.ipv4.tcp_keepalive_time",
		"net.ipv4.tcp_fin_timeout", "net.ipv4.tcp_keepalive_intvl",
		"net.ipv4.tcp_keepalive_probes"};

	for (size_t i = 0; i < s->sysctls.n; i++) {
		bool is_safe = false;

		for (size_t k = 0; k < COUNT_OF(safe); k++)
			is_safe |= !strcmp(s->sysctls.v[i].key, safe[k]);
		if (!is_safe)
			return true;
	}
	return false;
}

static void asked(struct k8s *k, const struct plan *p, const struct resolved *s)
{
	const struct settings *set = &p->set;
	const struct {
		bool asks;
		const char *what;
	} all[] = {{p->display.mode != DISPLAY_NONE || p->wayland.wanted,
			   "the display, which it does without"},
		{p->audio.wanted || p->dbus.wanted || p->ssh_agent.wanted,
			"sound, bus and agent of this session"},
		{set->gpus.select != GPU_NONE && set->gpus.optional,
			"GPUs, which it does without: c:gpus without optional asks for "
			"them"},
		{set->gpus.select == GPU_IDS && !set->gpus.optional,
			"which GPUs: the node's choice, as many"},
		{set->n_devices > 0, "devices of this machine, which it does without"},
		{set->cpuset, "which CPUs: the node's choice"},
		{set->memory_swap, "swap: the cluster's choice"},
		{set->pids > 0, "the number of processes: the node's choice"},
		{set->n_ulimits > 0, "ulimits: the node's choice"},
		{set->stop_signal, "the signal to stop: the image's own is sent"},
		{set->timezone && !kvs_get(&s->env, "TZ"),
			"the time zone: c:env { TZ = … } says it"},
		{s->identity.wanted, "an entry of the user's in /etc/passwd; its number "
				     "is this user's"},
		{set->network && !strcmp(set->network, "host"),
			"the host's network: ranks find each other by a Service"},
		{p->user.as_host, "your number for the image's user"},
		{has_unsafe(set), "kernel settings that are not among Kubernetes' safe "
				  "ones: a node has to allow them"},
		{set->changes, "what changed, at the end"}};

	for (size_t i = 0; i < COUNT_OF(all); i++)
		if (all[i].asks)
			strv_add(&k->c->lost, all[i].what);
}

static void claims(struct k8s *k, const struct plan *p)
{
	bool many = k->ranks > 1 || k->c->n_tasks;

	for (size_t i = 0; i < p->n_mounts; i++)
		if (p->mounts[i].type == MOUNT_VOLUME)
			strv_addf(&k->c->lost,
				"the PersistentVolumeClaim %s%s, which has to be there",
				p->mounts[i].source, many ? ", ReadWriteMany" : "");
	if (k->code == CODE_PVC && p == k->p)
		strv_addf(&k->c->lost,
			"the PersistentVolumeClaim %s%s, which has to be there and to "
			"hold the project",
			k->claim, many ? ", ReadWriteMany" : "");
}

static void ports(struct k8s *k, const struct plan *p)
{
	if (p->set.n_ports && k8s_is_set(k))
		strv_add(&k->c->lost, "a Service for its ports");
	else if (p->set.n_ports)
		strv_addf(&k->c->lost,
			"ports of this machine: kubectl port-forward service/%s %u leads "
			"there",
			k->name, k8s_port(&p->set.ports[0]));
}

void k8s_lost(struct k8s *k)
{
	const struct resolved *s = k->c->s;

	for (size_t i = 0; i <= s->n_services; i++) {
		const struct plan *p = i ? &k->p->services[i - 1] : k->p;

		image(k, p);
		asked(k, p, i ? &s->services[i - 1] : s);
		claims(k, p);
		ports(k, p);
	}
}
