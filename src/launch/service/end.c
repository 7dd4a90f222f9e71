/* SPDX-License-Identifier: MIT */
/* The end of the services: all are asked to end, and have their time together. */
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "engine/container.h"
#include "engine/network.h"
#include "launch/gate/kept.h"
#include "launch/service/service.h"

enum { USUAL_TIMEOUT_S = 10, LOOK_MS = 200 };

/* It ended long before, and nothing has shown it. */
static void tell_end(const struct service *v)
{
	AUTO_STATE struct container_state c = {0};
	bool found = false;

	if (!v->ended && v->state == SERVICE_READY &&
		container_inspect(v->l.g, v->l.id, &c, &found, NULL) == 0 && found &&
		!c.running)
		log_warn("service %s had ended before, with status %d", v->l.s->service,
			c.exit_code);
}

/* NULL = nothing is to be waited for. */
static struct container_wait *ask(const struct service *v)
{
	const struct resolved *s = v->l.s;
	const char *asked = s->set.stop_signal    ? s->set.stop_signal
			    : s->from.stop_signal ? s->from.stop_signal
						  : "SIGTERM";
	struct container_wait *wait = NULL;

	if (!v->l.id || v->ended || v->state == SERVICE_MADE)
		return NULL;
	if (container_kill(v->l.g, v->l.id, asked, NULL) < 0) {
		tell_end(v);
		return NULL;
	}
	container_wait_started(v->l.g, v->l.id, &wait, NULL);
	return wait;
}

static int64_t patience(const struct service *v)
{
	int seconds = v->l.s->set.stop_timeout;

	return 1000 * (int64_t)(seconds >= 0 ? seconds : USUAL_TIMEOUT_S);
}

/* Those that have not ended by then are killed by being removed. */
static void wait_for_all(struct services *w, struct container_wait **waits)
{
	AUTO_FREE struct pollfd *p = xcalloc(w->n + 1, sizeof *p);
	int64_t start = clock_ms();
	size_t left;

	do {
		left = 0;
		services_listen(w);
		for (size_t i = 0; i < w->n; i++) {
			int status;

			p[i] = (struct pollfd){-1, POLLIN, 0};
			if (!waits[i])
				continue;
			if (clock_ms() - start >= patience(&w->v[i]) ||
				container_wait_poll(waits[i], &status, NULL)) {
				container_wait_free(waits[i]);
				waits[i] = NULL;
				continue;
			}
			p[i].fd = container_wait_fd(waits[i]);
			left++;
		}
		p[w->n] = (struct pollfd){w->epoll, POLLIN, 0};
		if (left)
			poll(p, w->n + 1, LOOK_MS);
	} while (left && !launch_end_asked());
	for (size_t i = 0; i < w->n; i++)
		container_wait_free(waits[i]);
}

static int stop_all(struct services *w)
{
	AUTO_FREE struct container_wait **waits = xcalloc(w->n, sizeof(void *));
	int rc = 0;

	services_listen(w); /* which have ended by themselves? */
	w->ending = true;
	for (size_t i = 0; i < w->n; i++)
		waits[i] = ask(&w->v[i]);
	wait_for_all(w, waits);
	services_listen(w);
	for (size_t i = 0; i < w->n; i++) {
		struct launching *l = &w->v[i].l;

		service_hush(&w->v[i]);
		if (l->unsure ||
			(l->id && container_remove(l->g, l->id, true, NULL, NULL) < 0))
			rc = -1;
		else if (l->gate.dir)
			gate_remove(l->gate.dir);
	}
	if (!rc && w->network)
		rc = network_remove(w->main->g, w->main->s->own_network, NULL);
	return rc;
}

int services_end(struct services *w, bool leave)
{
	int rc = 0;

	if (!w)
		return 0;
	if (!leave)
		rc = stop_all(w);
	for (size_t i = 0; i < w->n; i++) {
		struct service *v = &w->v[i];

		ready_end(v);
		service_hush(v);
		gate_close(&v->l.gate);
		for (size_t k = 0; k < COUNT_OF(v->line); k++)
			buf_free(&v->line[k]);
		buf_free(&v->probe_said);
		buf_free(&v->last);
		heard_free(&v->heard);
		free(v->l.id);
		free(v->kept_gate);
	}
	if (w->epoll >= 0)
		close(w->epoll);
	free(w->v);
	free(w);
	return rc;
}
