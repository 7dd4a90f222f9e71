/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "base/mem.h"
#include "engine/docker/docker.h"
#include "engine/podman/podman.h"

/* The wait that Docker keeps open has been seen to tell a wrong status here: containers
 * are asked after, first quickly, then ever more slowly. */
enum { POLL_FIRST_MS = 20, POLL_LAST_MS = 500 };

struct wait {
	struct container_wait base; /* its fd is a timer */
	long interval_ms;
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
	if (engine_call(base->g, "GET", path, NULL, &j, e) < 0)
		return -1;
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

int podman_wait(struct engine *g, const char *id, bool started,
	struct container_wait **out, struct err *e)
{
	AUTO_FREE char *name = url_segment(id);
	AUTO_FREE char *path = xasprintf("/containers/%s/json", name);
	struct wait *w;
	int fd;

	(void)started; /* the phases tell */
	if (engine_call(g, "GET", path, NULL, NULL, e) < 0)
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
