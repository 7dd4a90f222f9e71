/* SPDX-License-Identifier: MIT */
/* Where Podman is not Docker. */
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "engine/docker/docker.h"
#include "engine/podman/podman.h"
#include "engine/registry/image_ref.h"

/* 500 where Docker says 409. */
static void mend(struct reply *r)
{
	static const char *const conflicts[] = {"already in use", "is being used by",
		"container state improper", "can only kill running"};

	for (size_t i = 0; r->status == 500 && i < COUNT_OF(conflicts); i++)
		if (strstr(buf_str(&r->body), conflicts[i]))
			r->status = 409;
}

/* Version 4.3 has moments, as a container starts or ends, in which it knows no such
 * container or cannot look at it, and in which it cannot remove it, for it tries to kill
 * what has stopped. */
static bool is_moment(const struct http_request *q, const struct reply *r)
{
	if (strncmp(q->path, "/containers/", 12) != 0)
		return false;
	if (!strcmp(q->method, "DELETE"))
		return r->status == 500 &&
		       strstr(buf_str(&r->body), "container state improper");
	return (r->status == 404 || r->status == 500) && !strcmp(q->method, "GET");
}

static bool is_since(const char *version, int major, int minor)
{
	int a = 0, b = 0;

	return sscanf(version, "%d.%d", &a, &b) == 2 &&
	       (a > major || (a == major && b >= minor));
}

/* Versions before 5 tell that they are rootless in a field of its own only. */
static int facts(struct engine *g, bool now, struct err *e)
{
	static const char no_gpus[] =
		"this Podman's compatible API passes no GPUs on; use Podman 5.4 or newer "
		"with CDI, or Docker, or go without: --gpus none";
	AUTO_JSON cJSON *info = NULL;

	if (docker_info(g, now, &info, e) < 0)
		return -1;
	docker_read_info(g, info);
	if (engine_is_rootless(&g->facts) || json_bool(info, "Rootless", false))
		g->facts.users = USERS_KEEP_ID;
	g->facts.cdi_only = true;
	g->facts.cdi = g->facts.cdi || is_since(g->facts.version, 5, 4);
	g->facts.no_gpus = g->facts.cdi ? NULL : no_gpus;
	return 0;
}

/* The program is looked for here. */
static int attach(struct engine *g, const char *id, bool tty, bool open_stdin, bool logs,
	const char *detach_keys, struct stream **out, struct err *e)
{
	if (docker_attach(g, id, tty, open_stdin, logs, detach_keys, out, e) == 0)
		return 0;
	start_error(e);
	return -1;
}

/* Kills at once when it is not told a time. */
static int stop(struct engine *g, const char *id, int seconds, struct err *e)
{
	AUTO_STATE struct container_state c = {0};
	bool found = false;

	if (seconds < 0) {
		seconds = 10;
		if (docker_inspect(g, id, &c, &found, NULL) == 0 && found &&
			c.stop_timeout >= 0)
			seconds = c.stop_timeout;
	}
	return docker_stop(g, id, seconds, e);
}

/* Its import ignores the name. */
static int import(struct engine *g, int fd, const char *ref, const struct strv *changes,
	const struct progress_sink *sink, char **id, struct err *e)
{
	AUTO_FREE char *repository = NULL, *tag = NULL, *segment = NULL, *made = NULL;
	AUTO_BUF struct buf path = {0};

	if (docker_import(g, fd, ref, changes, sink, &made, e) < 0)
		return -1;
	image_split_ref(ref, &repository, &tag);
	segment = url_ref(made);
	buf_addf(&path, "/images/%s/tag", segment);
	url_param(&path, "repo", repository);
	url_param(&path, "tag", tag);
	if (engine_call(g, "POST", path.p, NULL, NULL, e) < 0)
		return err_wrap(e, "import %s", ref);
	if (id)
		*id = xstrdup(made);
	return 0;
}

static void own_paths(const struct resolved *s, struct strv *out)
{
	static const char *const all[] = {"/proc/", "/sys/", "/sys/fs/cgroup/", "/dev/",
		"/dev/pts/", "/dev/shm/", "/dev/mqueue/", "/run/.containerenv",
		"/run/secrets/", "/etc/hosts", "/etc/hostname", "/etc/resolv.conf"};

	for (size_t i = 0; i < COUNT_OF(all); i++)
		strv_add(out, all[i]);
	if (s->set.init)
		strv_add(out, "/run/podman-init");
}

static const struct engine_ops podman_ops = {
	.name = "podman",
	.title = "Podman",
	.server = "Libpod/",
	.can = CAN_ATTACH | CAN_EXEC | CAN_BUILD | CAN_PUT,
	.oldest = "Podman 4",
	.service = "podman.socket",
	.sockets = {"podman/podman.sock", "/run/podman/podman.sock"},
	.mend = mend,
	.is_moment = is_moment,
	.facts = facts,
	.create = podman_create,
	.start = docker_start,
	.attach = attach,
	.exec = docker_exec,
	.exec_resize = docker_exec_resize,
	.exec_status = docker_exec_status,
	.wait = podman_wait,
	.logs = docker_logs,
	.signal = docker_signal,
	.stop = stop,
	.resize = docker_resize,
	.remove = docker_remove,
	.rename = docker_rename,
	.inspect = docker_inspect,
	.list = docker_list,
	.get = docker_get_file,
	.look = archive_look,
	.export = docker_export,
	.own_paths = own_paths,
	.put = archive_put,
	.image = docker_image,
	.pull = docker_pull,
	.push = docker_push,
	.import = import,
	.save = docker_save,
	.load = docker_load,
	.build = docker_build,
	.images = docker_image_list,
	.image_remove = docker_image_remove,
	.network_create = docker_network_create,
	.network_remove = docker_network_remove,
	.network_list = docker_network_list,
	.network = docker_network,
	.volumes = docker_volumes,
	.volume_create = docker_volume_create,
	.volume_remove = docker_volume_remove,
};

/* All kinds stand here: nothing but this file names this one. */
const struct engine_ops *const engine_kinds[] = {&docker_ops, &podman_ops, NULL};
