/* SPDX-License-Identifier: MIT */
/* Podman's compatible API, version 4 or newer: where it is not Docker's. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "base/mem.h"
#include "engine/docker/docker.h"
#include "engine/podman.h"
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
		"with CDI, or Docker, or go without: -d none";
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

/* Its own defaults are fewer than docker's. */
static void add_dockers(cJSON *host, const struct settings *s)
{
	cJSON *add = cJSON_GetObjectItemCaseSensitive(host, "CapAdd");

	if (!settings_as_docker(s) || s->privileged || strv_has(&s->cap_drop, "ALL"))
		return;
	add = add ? add : cJSON_AddArrayToObject(host, "CapAdd");
	for (const char *const *c = docker_capabilities; *c; c++)
		if (!strv_has(&s->cap_add, *c) && !strv_has(&s->cap_drop, *c))
			cJSON_AddItemToArray(add, cJSON_CreateString(*c));
}

cJSON *podman_body(const struct engine_info *i, const struct resolved *s)
{
	cJSON *body = create_body(i, s);
	cJSON *host = cJSON_GetObjectItemCaseSensitive(body, "HostConfig");
	const char *network = json_str(host, "NetworkMode");

	add_dockers(host, &s->set);
	put_seccomp(body, s->seccomp_file); /* which it reads */
	/* A rootless one has no bridge; its own default is what fits. */
	if (network && !strcmp(network, "bridge"))
		cJSON_ReplaceItemInObjectCaseSensitive(
			host, "NetworkMode", cJSON_CreateString("default"));
	/* The exit status has been seen to get lost with it; the janitor removes. */
	cJSON_DeleteItemFromObjectCaseSensitive(host, "AutoRemove");
	return body;
}

/* Before 5.4 such a container starts without GPUs, and nothing says so. */
static int check_gpus(struct engine *g, const struct resolved *s, struct err *e)
{
	const struct engine_facts *f;

	if (s->set.gpus.select == GPU_NONE)
		return 0;
	if (engine_facts(g, &f, e) < 0)
		return -1;
	return f->no_gpus ? err_set(e, ERR_NO_GPU, "%s", f->no_gpus) : 0;
}

static int create(struct engine *g, const struct resolved *s, char **id,
	struct strv *warnings, struct err *e)
{
	AUTO_JSON cJSON *body = podman_body(&g->info, s);

	if (check_gpus(g, s, e) < 0)
		return -1;
	return create_from(g, s, body, id, warnings, e);
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

/* The wait that Docker keeps open has been seen to tell a wrong status here: containers
 * are asked after, first quickly, then ever more slowly. Version 4.3 has moments in which
 * it knows no such container: an error counts when it comes twice. */
enum { POLL_FIRST_MS = 20, POLL_LAST_MS = 500 };

struct wait {
	struct container_wait base; /* its fd is a timer */
	long interval_ms;
	bool unsure; /* the last answer was an error */
};

static void set_timer(struct wait *w)
{
	struct itimerspec t = {.it_value = {.tv_sec = w->interval_ms / 1000,
				       .tv_nsec = w->interval_ms % 1000 * 1000000}};

	timerfd_settime(w->base.fd, 0, &t, NULL);
	w->interval_ms += w->interval_ms / 4;
	if (w->interval_ms > POLL_LAST_MS)
		w->interval_ms = POLL_LAST_MS;
}

static int wait_poll(struct container_wait *base, int *status, struct err *e)
{
	struct wait *w = (struct wait *)base;
	AUTO_FREE char *name = url_segment(base->id);
	AUTO_FREE char *path = xasprintf("/containers/%s/json", name);
	AUTO_JSON cJSON *j = NULL;
	const char *phase;
	uint64_t expired;

	if (read(base->fd, &expired, sizeof expired) < 0 && errno != EAGAIN)
		return err_errno(e, "timerfd");
	if (engine_call(base->g, "GET", path, NULL, &j, e) < 0) {
		if (w->unsure)
			return -1;
		w->unsure = true;
		set_timer(w);
		return 0;
	}
	w->unsure = false;
	phase = json_str(json_get(j, "State"), "Status");
	if (!phase || (strcmp(phase, "exited") != 0 && strcmp(phase, "dead") != 0)) {
		set_timer(w);
		return 0;
	}
	*status = json_int(json_get(j, "State"), "ExitCode", 125);
	return 1;
}

static void wait_free(struct container_wait *base)
{
	if (base->fd >= 0)
		close(base->fd);
}

static int look_for(struct engine *g, const char *id, struct err *e)
{
	AUTO_FREE char *name = url_segment(id);
	AUTO_FREE char *path = xasprintf("/containers/%s/json", name);

	if (engine_call(g, "GET", path, NULL, NULL, e) == 0)
		return 0;
	usleep(POLL_FIRST_MS * 1000);
	return engine_call(g, "GET", path, NULL, NULL, e);
}

static int wait_begin(struct engine *g, const char *id, bool started,
	struct container_wait **out, struct err *e)
{
	struct wait *w;
	int fd;

	(void)started; /* the phases tell */
	if (look_for(g, id, e) < 0)
		return -1;
	fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	if (fd < 0)
		return err_errno(e, "timerfd");
	w = xcalloc(1, sizeof *w);
	w->base.fd = fd;
	w->base.poll = wait_poll;
	w->base.free = wait_free;
	w->interval_ms = POLL_FIRST_MS;
	set_timer(w);
	*out = &w->base;
	return 0;
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
	.facts = facts,
	.create = create,
	.start = docker_start,
	.attach = attach,
	.exec = docker_exec,
	.exec_resize = docker_exec_resize,
	.exec_status = docker_exec_status,
	.wait = wait_begin,
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
	.own_paths = own_paths,
	.put = archive_put,
	.image = docker_image,
	.pull = docker_pull,
	.import = import,
	.build = docker_build,
	.images = docker_image_list,
	.image_remove = docker_image_remove,
	.network_create = docker_network_create,
	.network_remove = docker_network_remove,
	.network_list = docker_network_list,
	.network = docker_network,
	.volumes = docker_volumes,
	.volume_remove = docker_volume_remove,
};

/* All kinds stand here: nothing but this file names this one. */
const struct engine_ops *const engine_kinds[] = {&docker_ops, &podman_ops, NULL};
