/* SPDX-License-Identifier: MIT */
/* What a container can do to the host beyond the free set: the project's subtree, a
 * private home, a network of its own, no capabilities. */
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/path.h"
#include "right/covers.h"
#include "plan/resolved.h"

static void mount_capability(
	const struct resolved *s, const struct resolved_mount *m, struct strv *out)
{
	const char *how = m->readonly ? "read" : "write";
	const char *by = m->by_link ? BY_LINK : "";

	if (m->type == MOUNT_VOLUME)
		strv_addf(
			out, "%s the volume %s", m->readonly ? "read" : "use", m->source);
	if (m->type != MOUNT_BIND)
		return;
	if (m->engine)
		strv_addf(out, "%scontrol the container engine, and so the host: %s", by,
			m->source);
	if (!m->outside || m->said)
		return;
	if (s->project && path_within(m->source, s->project))
		strv_addf(
			out, "%s in %s, which is no project of its own", how, m->source);
	else
		strv_addf(out, "%s%s outside the project: %s", by, how, m->source);
}

static void gpu_capability(const struct resolved *s, struct strv *out)
{
	AUTO_BUF struct buf b = {0};

	switch (s->set.gpus.select) {
	case GPU_NONE:
		return;
	case GPU_ALL:
		strv_add(out, "use all GPUs");
		return;
	case GPU_COUNT:
		strv_addf(out, "use %d GPU%s", s->set.gpus.count,
			s->set.gpus.count > 1 ? "s" : "");
		return;
	case GPU_IDS:
		for (size_t i = 0; i < s->set.gpus.ids.n; i++)
			buf_addf(&b, "%s%s", i ? ", " : "", s->set.gpus.ids.v[i]);
		strv_addf(out, "use GPU%s %s", s->set.gpus.ids.n > 1 ? "s" : "", b.p);
	}
}

static void display_capability(const struct resolved *s, struct strv *out)
{
	bool local = s->x.access == X_LOCAL || s->x.xhost == XHOST_LOCAL;

	if (s->x.access != X_NONE)
		strv_addf(out, "see and control your X display %s", s->x.display);
	if (local)
		strv_add(out, "open the X display to every local user while it runs");
	else if (s->x.xhost == XHOST_USER)
		strv_addf(out,
			"open the X display to every process of uid %u while it runs",
			s->x.host_uid);
}

static void namespace_capability(const struct resolved *s, struct strv *out)
{
	if (!strcmp(s->set.network, "host"))
		strv_add(out, "use the host's network");
	else if (strcmp(s->set.network, "bridge") != 0 &&
		 strcmp(s->set.network, "none") != 0)
		strv_addf(out, "join the network %s", s->set.network);
	if (s->set.ipc && !strcmp(s->set.ipc, "host"))
		strv_add(out, "share the host's IPC");
	if (s->set.pid && !strcmp(s->set.pid, "host"))
		strv_add(out, "see the host's processes");
	if (s->userns && !strcmp(s->userns, "host"))
		strv_add(out, "run outside the engine's user namespace");
}

static void port_capability(const struct resolved *s, struct strv *out)
{
	for (size_t i = 0; i < s->set.n_ports; i++) {
		const struct plan_port *p = &s->set.ports[i];

		if (strcmp(p->host_ip, "127.0.0.1") != 0 &&
			strcmp(p->host_ip, "::1") != 0)
			strv_addf(out, "be reached from the network at %s port %u",
				p->host_ip, p->host);
	}
}

static void privilege_capability(const struct resolved *s, struct strv *out)
{
	if (s->set.privileged)
		strv_add(out, "do anything to the host (privileged)");
	else if (!s->has_user)
		strv_add(out, "be root in the container, where its image is");
	else if (s->uid == 0 && !s->root_is_you)
		strv_add(out, "be root in the container");
	for (size_t i = 0; i < s->set.cap_add.n; i++)
		strv_addf(out, "use the capability %s", s->set.cap_add.v[i]);
	if (!s->set.privileged && !strv_has(&s->set.security_opt, "no-new-privileges"))
		strv_add(out, "gain privileges through setuid programs");
	for (size_t i = 0; i < s->set.security_opt.n; i++)
		if (strcmp(s->set.security_opt.v[i], "no-new-privileges") != 0)
			strv_addf(out, "change its confinement: %s",
				s->set.security_opt.v[i]);
	for (size_t i = 0; i < s->set.n_devices; i++)
		strv_addf(out, "use the device %s", s->set.devices[i].source);
	for (size_t i = 0; i < s->set.sysctls.n; i++)
		strv_addf(out, "set the kernel parameter %s", s->set.sysctls.v[i].key);
}

void resolved_capabilities(const struct resolved *s, struct strv *out)
{
	privilege_capability(s, out);
	for (size_t i = 0; i < s->n_mounts; i++)
		mount_capability(s, &s->mounts[i], out);
	for (size_t i = 0; i < s->reach.n; i++)
		strv_add(out, s->reach.v[i]);
	gpu_capability(s, out);
	display_capability(s, out);
	namespace_capability(s, out);
	port_capability(s, out);
	if (resolved_restarts(s))
		strv_add(out, "start again by itself, also after a reboot");
}
