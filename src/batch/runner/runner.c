/* SPDX-License-Identifier: MIT */
#include "batch/runner/runner.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/json.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/path.h"
#include "batch/batch.h"
#include "engine/engine.h"

int socket_try(const char *path)
{
	struct sockaddr_un a = {.sun_family = AF_UNIX};
	int fd = strlen(path) < sizeof a.sun_path
			 ? socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)
			 : -1;

	strncpy(a.sun_path, path, sizeof a.sun_path - 1);
	if (fd < 0 || connect(fd, (struct sockaddr *)&a, sizeof a) == 0)
		return fd;
	close(fd);
	return -1;
}

/* An engine of this machine, or NULL. */
static char *answering(const char *context)
{
	AUTO_FD int fd = -1;
	const char *socket;
	char *url = NULL;

	if (engine_find(NULL, context, &url, NULL) < 0)
		return NULL;
	socket = engine_socket(url);
	fd = socket ? socket_try(socket) : -1;
	if (fd >= 0)
		return url;
	free(url);
	return NULL;
}

/* What the job was submitted with was the engine of another machine, as a rule; where
 * the same is here it is meant. */
static char *own_engine(void)
{
	static const char *const names[] = {"DOCKER_HOST", "DOCKER_CONTEXT",
		"CONTAINER_HOST", "CONTAINER_CONNECTION"};
	const char *by = engine_named_by(NULL, NULL);
	char *url = answering(NULL);

	if (url)
		return url;
	for (size_t i = 0; i < COUNT_OF(names); i++)
		unsetenv(names[i]);
	url = answering("default");
	if (url && by)
		log_info("%s names no engine of this node, which has %s", by, url);
	return url;
}

/* What --host or --context said when the job was submitted. */
static char *named(const char *dir)
{
	AUTO_FREE char *path = dir ? path_join(dir, FROZEN_PLAN) : NULL;
	/* whoever thaws it says why it cannot be read */
	AUTO_JSON cJSON *frozen = path ? json_read(path, 0, NULL) : NULL;

	return xstrdup(json_str(frozen, "engine"));
}

int runner_find(struct runner *r, const char *dir, struct err *e)
{
	const char *path = getenv("PATH");
	AUTO_FREE char *podman = path ? program_find(path, "podman") : NULL;
	char *apptainer = path ? program_find(path, "apptainer") : NULL;

	*r = (struct runner){.url = named(dir), .apptainer = apptainer, .held = -1};
	if (!r->url)
		r->url = own_engine();
	if (r->url)
		return 0;
	if (podman)
		return podman_serve(r, podman, e);
	if (apptainer)
		return 0;
	return err_set(e, ENOENT,
		"this node has no container engine that answers you, no Podman and no "
		"Apptainer; ask for one of them, or name one when you submit: --host "
		"unix:///PATH");
}

void runner_end(struct runner *r)
{
	if (r->pid > 0) /* it has begun itself again, with its users */
		kill(-r->pid, SIGTERM);
	if (r->held >= 0)
		close(r->held);
	if (r->socket)
		unlink(r->socket);
	if (r->log)
		unlink(r->log);
	free(r->url);
	free(r->apptainer);
	free(r->socket);
	free(r->log);
	*r = (struct runner){.held = -1};
}
