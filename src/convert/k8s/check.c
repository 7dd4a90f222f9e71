/* SPDX-License-Identifier: MIT */
/* What a cluster has no place for, and what its API server takes though it cannot work.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "convert/k8s/k8s.h"

enum { PORTS_AT_MOST = 32 };

static bool is(const char *s, const char *word)
{
	return s && !strcmp(s, word);
}

/* Whatever is asked for that only a desk has, or that a profile cannot have of a node. */
static int check_desk(const struct plan *p, struct err *e)
{
	const struct settings *s = &p->set;
	const struct {
		bool asks;
		const char *key, *cure;
	} all[] = {{p->display.mode != DISPLAY_NONE && !p->display.optional, "display",
			   "has no display: c:display { optional = true } does without"},
		{p->xhost != XHOST_NONE, "xhost", "has no display: leave c:xhost out"},
		{p->wayland.wanted && !p->wayland.optional, "wayland",
			"has no display: c:wayland { optional = true } does without"},
		{p->audio.wanted && !p->audio.optional, "audio",
			"has no sound: c:audio { optional = true } does without"},
		{p->dbus.wanted && !p->dbus.optional, "dbus",
			"has no session: c:dbus { optional = true } does without"},
		{p->ssh_agent.wanted && !p->ssh_agent.optional, "ssh_agent",
			"has not your keys: c:ssh_agent { optional = true } does "
			"without"},
		{s->tty > 0, "tty", "has no terminal: leave c:tty out"},
		{s->box, "box",
			"ends what it starts: leave c:box out, c:command says "
			"what is run"},
		{s->privileged, "privileged",
			"is not yours: c:capability names what it needs"},
		{s->device_rules.n, "device_rule/0",
			"gives no devices by rules: leave the rule out"},
		{is(s->ipc, "host"), "ipc",
			"is not yours: leave c:ipc out, c:shm is for "
			"shared memory"},
		{is(s->pid, "host"), "pid", "is not yours: leave c:pid out"},
		{s->cgroup_parent, "cgroup_parent",
			"has groups of its own: leave c:cgroup_parent out"},
		{p->pull == PULL_NEVER, "image",
			"has not this machine's images: c:image without pull = "
			"\"never\""},
		{p->carry || p->home_carry == CARRY_ALWAYS, "home",
			"gets no copies of your files: --code says where they come "
			"from"}};

	for (size_t i = 0; i < COUNT_OF(all); i++)
		if (all[i].asks) {
			err_set(e, EINVAL, "a cluster %s", all[i].cure);
			return plan_fail(p, all[i].key, e);
		}
	for (size_t i = 0; i < s->n_devices; i++) {
		AUTO_FREE char *key = xasprintf("device/%zu", i);

		if (s->devices[i].optional)
			continue;
		err_set(e, EINVAL,
			"%s is this machine's: { optional = true } does without, and "
			"c:gpus asks a cluster for GPUs",
			s->devices[i].source);
		return plan_fail(p, key, e);
	}
	return 0;
}

static int check_network(const struct k8s *k, const struct plan *p, struct err *e)
{
	const struct settings *s = &p->set;
	const char *network = s->network;
	unsigned n = 0;

	for (size_t i = 0; i < s->n_ports; i++)
		n += port_count(&s->ports[i]);
	if (s->network_allow.n)
		err_set(e, EINVAL,
			"a list of hosts is kept by cnnrun, which a cluster "
			"has not: a NetworkPolicy is its administrator's");
	else if (is(network, "none"))
		err_set(e, EINVAL,
			"a Pod always has a network, and what a NetworkPolicy "
			"forbids depends on the cluster: leave c:network "
			"\"none\" out if it may reach others");
	else if (network && !is(network, "bridge") &&
		 !(is(network, "host") && k->ranks > 1))
		err_set(e, EINVAL, "network %s is this machine's: leave c:network out",
			network);
	else if (n > PORTS_AT_MOST)
		err_set(e, EINVAL, "more than %d ports, and a Service has no ranges",
			PORTS_AT_MOST);
	else
		return 0;
	return plan_fail(p,
		s->network_allow.n  ? "network_allow/0"
		: n > PORTS_AT_MOST ? "port/0"
				    : "network",
		e);
}

static int check_mount(const struct k8s *k, const struct plan *p,
	const struct plan_mount *m, struct err *e)
{
	AUTO_FREE char *below = m->type == MOUNT_BIND ? k8s_below(p, m->source) : NULL;

	if (strchr(m->target, ':'))
		return err_set(e, EINVAL,
			"%s: a path of a Pod's mounts has no \":\": mount it elsewhere",
			m->target);
	if (m->type == MOUNT_VOLUME && !k8s_is_label(m->source, 63))
		return err_set(e, EINVAL,
			"volume %s is no name of a claim: small letters, digits and "
			"\"-\", as c:volume(\"data\", \"%s\")",
			m->source, m->target);
	if (m->type != MOUNT_BIND || (m->optional && !below))
		return 0;
	if (m->carry == CARRY_ALWAYS)
		return err_set(e, EINVAL,
			"%s is to be carried, and a cluster gets no copies of your "
			"files: leave carry out, and --code pvc=NAME has them",
			m->source);
	if (!below)
		return err_set(e, EINVAL,
			"%s is on this machine, and no node has it: c:volume(\"data\", "
			"\"%s\") is a claim of the cluster's, { optional = true } does "
			"without",
			m->source, m->target);
	if (k->code == CODE_NONE)
		return err_set(e, EINVAL,
			"no node has the project, which is to be at %s: --code image if "
			"it is in the image, --code pvc=NAME if a claim holds it, --code "
			"git=URL@REVISION to fetch it",
			m->target);
	return 0;
}

static int check_mounts(const struct k8s *k, const struct plan *p, struct err *e)
{
	for (size_t i = 0; i < p->n_mounts; i++) {
		AUTO_FREE char *key = xasprintf("mount/%zu", i);

		if (check_mount(k, p, &p->mounts[i], e) < 0)
			return plan_fail(p, key, e);
	}
	return 0;
}

static int check_image(const struct plan *p, struct err *e)
{
	AUTO_FREE char *image = k8s_image(p);

	if (image)
		return 0;
	if (p->build.wanted) {
		err_set(e, EINVAL,
			"the image %s is built here, and no node has it: push it to a "
			"registry and say where, --image registry.example/me/project:1, "
			"or "
			"c:build { tag = \"registry.example/me/project:1\" }",
			p->build.tag ? p->build.tag : "");
		return plan_fail(p, "build", e);
	}
	err_set(e, EINVAL,
		"no node can pull %s: push it to a registry and say where, --image "
		"registry.example/me/project:1",
		p->image);
	return plan_fail(p, "image", e);
}

static int check_settings(const struct k8s *k, const struct plan *p, struct err *e)
{
	const struct settings *s = &p->set;
	const char *key = NULL;

	for (size_t i = 0; i < s->security_opt.n && !key; i++)
		if (strncmp(s->security_opt.v[i], "no-new-privileges", 17) != 0) {
			err_set(e, EINVAL,
				"%s is of this machine: a cluster's own rules hold "
				"there, "
				"leave c:security out",
				s->security_opt.v[i]);
			key = "security/0";
		}
	if (!key && s->gpus.select == GPU_ALL && !s->gpus.optional)
		err_set(e, EINVAL,
			"\"all\" of a cluster are others' too: c:gpus { count = 1 }, or "
			"how many it takes"),
			key = "gpus";
	if (!key && s->gpus.runtime)
		err_set(e, EINVAL, "the runtime is a node's: c:gpus { count = 1 }"),
			key = "gpus";
	if (!key && s->gpus.type && !k->c->nodes.n) {
		err_set(e, EINVAL,
			"which of your nodes have %s? kubectl get nodes -L "
			"nvidia.com/gpu.product tells, --node "
			"nvidia.com/gpu.product=NVIDIA-H100-80GB-HBM3 asks for such",
			s->gpus.type);
		key = "gpus";
	}
	if (!key && p->user.mode == USER_IMAGE && p->user.name &&
		strspn(p->user.name, "0123456789") != strlen(p->user.name)) {
		err_set(e, EINVAL,
			"a Pod's users are numbers: c:user \"999:999\" in place of %s, "
			"by "
			"its numbers in the image",
			p->user.name);
		key = "user";
	}
	if (!key && s->hostname && !k8s_is_label(s->hostname, 63)) {
		err_set(e, EINVAL,
			"hostname %s is none of a Pod's: small letters, digits and \"-\"",
			s->hostname);
		key = "hostname";
	}
	for (size_t i = 0; i < s->extra_hosts.n && !key; i++)
		if (is(s->extra_hosts.v[i].value, "host-gateway")) {
			err_set(e, EINVAL,
				"%s is to be this machine, which a cluster is "
				"not in: leave it out",
				s->extra_hosts.v[i].key);
			key = "host";
		}
	return key ? plan_fail(p, key, e) : 0;
}

/* What became of p, where that is known by now. */
static const struct resolved *of_plan(const struct k8s *k, const struct plan *p)
{
	const struct resolved *s = k->c->s;

	return !s || p == k->p ? s : &s->services[p - k->p->services];
}

int k8s_check(const struct k8s *k, const struct plan *p, struct err *e)
{
	if (check_desk(p, e) < 0 || check_network(k, p, e) < 0 || check_image(p, e) < 0 ||
		check_mounts(k, p, e) < 0 || check_settings(k, p, e) < 0 ||
		k8s_check_names(p, of_plan(k, p), e) < 0)
		return -1;
	if (p != k->p)
		return 0;
	return k8s_check_run(k, e);
}
