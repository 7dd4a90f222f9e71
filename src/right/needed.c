/* SPDX-License-Identifier: MIT */
/* What a resolved plan needs, whoever made it so. */
#include <string.h>

#include "base/digest.h"
#include "base/mem.h"
#include "base/path.h"
#include "right/right.h"

enum { SYSTEM_PORTS = 1024 }; /* an ordinary user cannot listen there */

static void add_gpus(struct rights *r, const struct resolved *s)
{
	const struct plan_gpus *gpus = &s->set.gpus;

	switch (gpus->select) {
	case GPU_NONE:
		break;
	case GPU_ALL:
		rights_add(r, RIGHT_GPU_ALL, NULL);
		break;
	case GPU_COUNT:
		rights_addf(r, RIGHT_GPU_COUNT, "%d", gpus->count);
		break;
	case GPU_IDS:
		for (size_t i = 0; i < gpus->ids.n; i++)
			rights_add(r, RIGHT_GPU, gpus->ids.v[i]);
		break;
	}
}

/* What container runtimes and their hooks take for a request, whoever set the variable;
 * what only programs in the container obey (CUDA_VISIBLE_DEVICES) gives nothing. */
static bool asks_devices(const char *name)
{
	static const char *const asking[] = {"NVIDIA_MIG_CONFIG_DEVICES",
		"NVIDIA_MIG_MONITOR_DEVICES", "NVIDIA_IMEX_CHANNELS", "NVIDIA_GDS",
		"NVIDIA_MOFED", "NVIDIA_NVSWITCH", "NVIDIA_GDRCOPY"};
	static const char *const programs[] = {"CUDA_VISIBLE_DEVICES",
		"HIP_VISIBLE_DEVICES", "ROCR_VISIBLE_DEVICES", "GPU_VISIBLE_DEVICES"};
	static const char suffix[] = "_VISIBLE_DEVICES";
	size_t n = strlen(name);

	for (size_t i = 0; i < COUNT_OF(asking); i++)
		if (!strcmp(name, asking[i]))
			return true;
	for (size_t i = 0; i < COUNT_OF(programs); i++)
		if (!strcmp(name, programs[i]))
			return false;
	return n >= sizeof suffix && !strcmp(name + n + 1 - sizeof suffix, suffix);
}

static bool is_none(const char *value)
{
	return !*value || !strcmp(value, "void") || !strcmp(value, "none");
}

/* Of the NVIDIA runtime, in place of the variable. */
static bool is_device_list(const char *target)
{
	return path_within(target, "/var/run/nvidia-container-devices") ||
	       path_within(target, "/run/nvidia-container-devices");
}

static void add_device_words(struct rights *r, const struct resolved *s)
{
	for (size_t i = 0; i < s->env.n; i++) {
		const struct kv *v = &s->env.v[i];

		if (!asks_devices(v->key) || is_none(v->value))
			continue;
		/* with the runtime the variable is how c:gpus, a right, is passed on */
		if (s->set.gpus.runtime && !strcmp(v->key, "NVIDIA_VISIBLE_DEVICES"))
			continue;
		if (resolved_hides(s, v))
			rights_add(r, RIGHT_DEVICE_WORD, v->key);
		else
			rights_addf(r, RIGHT_DEVICE_WORD, "%s=%s", v->key, v->value);
	}
	for (size_t i = 0; i < s->n_mounts; i++)
		if (is_device_list(s->mounts[i].target))
			rights_add(r, RIGHT_DEVICE_WORD, s->mounts[i].target);
}

/* No one can know who obeys a label: proxies, updaters, schedulers that run commands as
 * root. Only those that describe an image are free. */
static void add_labels(struct rights *r, const struct kvs *labels)
{
	for (size_t i = 0; i < labels->n; i++)
		if (!is_own_label(labels->v[i].key) && !is_plain_label(labels->v[i].key))
			rights_addf(r, RIGHT_LABEL, "%s=%s", labels->v[i].key,
				labels->v[i].value);
}

static void add_display(struct rights *r, const struct resolved_x *x)
{
	if (x->access != X_NONE)
		rights_add(r, RIGHT_DISPLAY, x->display);
	if (x->access == X_LOCAL || x->xhost == XHOST_LOCAL)
		rights_add(r, RIGHT_XHOST_LOCAL, NULL);
	else if (x->xhost == XHOST_USER)
		rights_addf(r, RIGHT_XHOST_USER, "%u", x->host_uid);
}

static bool is_hosts(const char *namespace)
{
	return namespace && !strcmp(namespace, "host");
}

static void add_network(struct rights *r, const struct resolved *s)
{
	if (is_hosts(s->set.network))
		rights_add(r, RIGHT_HOST_NETWORK, NULL);
	else if (strcmp(s->set.network, "bridge") != 0 &&
		 strcmp(s->set.network, "none") != 0)
		rights_add(r, RIGHT_NETWORK, s->set.network);
}

static void add_namespaces(struct rights *r, const struct resolved *s)
{
	for (size_t i = 0; i < s->set.network_allow.n; i++)
		rights_add(r, RIGHT_NETWORK_HOST, s->set.network_allow.v[i]);
	if (is_hosts(s->set.ipc))
		rights_add(r, RIGHT_HOST_IPC, NULL);
	if (is_hosts(s->set.pid))
		rights_add(r, RIGHT_HOST_PROCESSES, NULL);
	if (is_hosts(s->userns))
		rights_add(r, RIGHT_HOST_USERNS, NULL);
}

static void add_port(struct rights *r, enum right_kind kind, const struct plan_port *p)
{
	const char *open = strchr(p->host_ip, ':') ? "[" : "", *close = *open ? "]" : "";
	AUTO_FREE char *range = p->host_end ? xasprintf("-%u", p->host_end) : xstrdup("");
	AUTO_FREE char *at =
		xasprintf("%s%s%s:%u%s", open, p->host_ip, close, p->host, range);
	const struct right one = {.kind = kind, .object = at, .typed = p->typed};

	rights_copy(r, &one);
}

static void add_ports(struct rights *r, const struct resolved *s)
{
	for (size_t i = 0; i < s->set.n_ports; i++) {
		const struct plan_port *p = &s->set.ports[i];
		bool here = port_is_here(p);

		if (!here || (p->host && p->host < SYSTEM_PORTS))
			add_port(r, here ? RIGHT_PORT_SYSTEM : RIGHT_PORT, p);
	}
}

/* What a file says is granted, whatever its name comes to hold. */
static void add_confinement(struct rights *r, const struct resolved *s)
{
	char hex[DIGEST_HEX];

	if (s->seccomp)
		digest_hex(s->seccomp, strlen(s->seccomp), hex);
	for (size_t i = 0; i < s->set.security_opt.n; i++) {
		const char *option = s->set.security_opt.v[i];

		if (s->seccomp && !strncmp(option, "seccomp=", 8))
			rights_addf(r, RIGHT_CONFINEMENT, "%s sha256:%s", option, hex);
		else if (strcmp(option, "no-new-privileges") != 0)
			rights_add(r, RIGHT_CONFINEMENT, option);
	}
}

static void add_user(struct rights *r, const struct resolved *s)
{
	if (s->set.privileged)
		return; /* which is more */
	if (!s->has_user && !s->of_image.as_host)
		rights_add(r, RIGHT_ROOT_OF_IMAGE, NULL);
	else if (s->uid == 0 && !s->root_is_you)
		rights_add(r, RIGHT_ROOT, NULL);
}

static void add_privileges(struct rights *r, const struct resolved *s)
{
	bool fixed = strv_has(&s->set.security_opt, "no-new-privileges"),
	     as_docker = settings_as_docker(&s->set);

	if (s->set.privileged)
		rights_add(r, RIGHT_PRIVILEGED, NULL);
	for (size_t i = 0; i < s->set.n_prepare; i++)
		if (s->set.prepare[i].user == PREPARE_ROOT && !s->root_is_you)
			rights_add(r, RIGHT_ROOT, NULL);
	for (size_t i = 0; i < s->set.cap_add.n; i++)
		rights_add(r, RIGHT_CAPABILITY, s->set.cap_add.v[i]);
	if (as_docker && !s->set.privileged)
		rights_add(r, RIGHT_DOCKER_DEFAULTS, NULL);
	else if (!s->set.privileged && !fixed)
		rights_add(r, RIGHT_SETUID, NULL);
	add_confinement(r, s);
	for (size_t i = 0; i < s->set.n_devices; i++) {
		const struct right one = {.kind = RIGHT_DEVICE,
			.object = s->set.devices[i].source,
			.typed = s->set.devices[i].typed};

		if (!rights_cover(r, &one)) /* as part of a directory of them */
			rights_copy(r, &one);
	}
	for (size_t i = 0; i < s->set.device_rules.n; i++)
		rights_add(r, RIGHT_DEVICE_RULE, s->set.device_rules.v[i]);
	for (size_t i = 0; i < s->set.sysctls.n; i++)
		rights_add(r, RIGHT_SYSCTL, s->set.sysctls.v[i].key);
}

/* With these a program can keep the processors from all others, the desktop's included.
 */
static void add_ulimits(struct rights *r, const struct settings *s)
{
	for (size_t i = 0; i < s->n_ulimits; i++) {
		const struct plan_ulimit *u = &s->ulimits[i];

		if ((!strcmp(u->name, "rtprio") || !strcmp(u->name, "nice")) && u->hard)
			rights_addf(r, RIGHT_SETTING, "ulimit=%s:%lld", u->name,
				(long long)u->hard);
	}
}

static void add_settings(struct rights *r, const struct settings *s)
{
	for (const struct field *f = settings_fields; f->key; f++) {
		AUTO_STRV struct strv texts = {0};

		if (f->asks)
			field_texts(s, &settings_nothing, f, &texts);
		for (size_t i = 0; i < texts.n; i++)
			rights_addf(r, RIGHT_SETTING, "%s=%s", f->key, texts.v[i]);
	}
}

/* What the user typed he granted. */
static void add_part(struct rights *r, const struct resolved *s, bool typed,
	void (*add)(struct rights *, const struct resolved *))
{
	AUTO_RIGHTS struct rights part = {0};

	add(&part, s);
	(typed ? rights_add_typed : rights_add_all)(r, &part);
}

void rights_add_resolved(struct rights *r, const struct resolved *s)
{
	add_part(r, s, s->set.typed.user, add_user);
	add_part(r, s, s->set.typed.gpus, add_gpus);
	add_part(r, s, s->set.typed.network, add_network);
	add_privileges(r, s);
	add_device_words(r, s);
	add_display(r, &s->x);
	add_namespaces(r, s);
	add_ports(r, s);
	if (resolved_restarts(s))
		rights_add(r, RIGHT_RESTART, NULL);
	add_labels(r, &s->set.labels);
	add_ulimits(r, &s->set);
	add_settings(r, &s->set);
}
