/* SPDX-License-Identifier: MIT */
/* What a resolved plan needs, whoever made it so. */
#include <string.h>

#include "right/right.h"

static void add_gpus(struct rights *r, const struct plan_gpus *gpus)
{
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

static void add_namespaces(struct rights *r, const struct resolved *s)
{
	if (is_hosts(s->set.network))
		rights_add(r, RIGHT_HOST_NETWORK, NULL);
	else if (strcmp(s->set.network, "bridge") != 0 &&
		 strcmp(s->set.network, "none") != 0)
		rights_add(r, RIGHT_NETWORK, s->set.network);
	if (is_hosts(s->set.ipc))
		rights_add(r, RIGHT_HOST_IPC, NULL);
	if (is_hosts(s->set.pid))
		rights_add(r, RIGHT_HOST_PROCESSES, NULL);
	if (is_hosts(s->userns))
		rights_add(r, RIGHT_HOST_USERNS, NULL);
}

static void add_ports(struct rights *r, const struct resolved *s)
{
	for (size_t i = 0; i < s->set.n_ports; i++) {
		const struct plan_port *p = &s->set.ports[i];

		if (strcmp(p->host_ip, "127.0.0.1") != 0 &&
			strcmp(p->host_ip, "::1") != 0)
			rights_addf(r, RIGHT_PORT,
				strchr(p->host_ip, ':') ? "[%s]:%u" : "%s:%u", p->host_ip,
				p->host);
	}
}

static void add_privileges(struct rights *r, const struct resolved *s)
{
	bool fixed = strv_has(&s->set.security_opt, "no-new-privileges");

	if (s->set.privileged)
		rights_add(r, RIGHT_PRIVILEGED, NULL);
	else if (!s->has_user)
		rights_add(r, RIGHT_ROOT_OF_IMAGE, NULL);
	else if (s->uid == 0 && !s->root_is_you)
		rights_add(r, RIGHT_ROOT, NULL);
	for (size_t i = 0; i < s->set.cap_add.n; i++)
		rights_add(r, RIGHT_CAPABILITY, s->set.cap_add.v[i]);
	if (!s->set.privileged && !fixed)
		rights_add(r, RIGHT_SETUID, NULL);
	for (size_t i = 0; i < s->set.security_opt.n; i++)
		if (strcmp(s->set.security_opt.v[i], "no-new-privileges") != 0)
			rights_add(r, RIGHT_CONFINEMENT, s->set.security_opt.v[i]);
	for (size_t i = 0; i < s->set.n_devices; i++)
		rights_add(r, RIGHT_DEVICE, s->set.devices[i].source);
	for (size_t i = 0; i < s->set.sysctls.n; i++)
		rights_add(r, RIGHT_SYSCTL, s->set.sysctls.v[i].key);
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

void rights_add_resolved(struct rights *r, const struct resolved *s)
{
	add_privileges(r, s);
	add_gpus(r, &s->set.gpus);
	add_display(r, &s->x);
	add_namespaces(r, s);
	add_ports(r, s);
	if (resolved_restarts(s))
		rights_add(r, RIGHT_RESTART, NULL);
	add_settings(r, &s->set);
}
