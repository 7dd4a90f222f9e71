/* SPDX-License-Identifier: MIT */
#include "launch/service/services.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "engine/container.h"
#include "engine/network.h"
#include "launch/kept.h"
#include "launch/ledger/owner.h"
#include "launch/service/service.h"

enum { LOOK_MS = 500 }; /* for a signal, and for what no descriptor tells */

static void look(void *ctx)
{
	services_listen(ctx);
}

struct services *services_none(struct launching *main, size_t room)
{
	struct services *w = xcalloc(1, sizeof *w);

	w->main = main;
	w->v = xcalloc(room, sizeof *w->v);
	w->epoll = epoll_create1(EPOLL_CLOEXEC);
	w->side = (struct relay_side){.fd = w->epoll, .look = look, .ctx = w};
	return w;
}

static struct services *services_new(struct launching *main)
{
	const struct resolved *s = main->s;
	struct services *w = services_none(main, s->n_services);
	const char *job = kvs_get(&s->set.labels, LABEL_JOB);

	w->n = s->n_services;
	w->shown = log_level() > LOG_QUIET;
	for (size_t i = 0; i < w->n; i++) {
		struct resolved *one = &s->services[i];
		int width = (int)strlen(one->service);

		w->v[i].l = (struct launching){.g = main->g,
			.s = one,
			.ledger = main->ledger,
			.carries = main->carries,
			.gate = GATE_NONE};
		kvs_set(&one->set.labels, LABEL_LAUNCH, ledger_id(main->ledger));
		kvs_set(&one->set.labels, LABEL_IMAGE, one->image);
		if (job)
			kvs_set(&one->set.labels, LABEL_JOB, job);
		if (width > w->width)
			w->width = width;
	}
	return w;
}

int services_network(struct launching *main, struct services **out, struct err *e)
{
	const struct resolved *s = main->s;
	const char *job = kvs_get(&s->set.labels, LABEL_JOB);
	AUTO_KVS struct kvs labels = {0};
	int rc;

	*out = services_new(main);
	kvs_set(&labels, LABEL_CNNRUN, "1");
	kvs_setf(&labels, LABEL_UID, "%u", getuid());
	kvs_set(&labels, LABEL_LAUNCH, ledger_id(main->ledger));
	if (job)
		kvs_set(&labels, LABEL_JOB, job);
	ledger_making(main->ledger, true);
	rc = network_create(main->g, s->own_network, &labels, e);
	main->unsure = rc < 0 && e->code < 400; /* the engine's answer was lost */
	if (!main->unsure)
		ledger_making(main->ledger, false);
	(*out)->network = !rc;
	if (rc < 0 && e->code == 409)
		err_hint(e, "give the container another name");
	return rc;
}

/* Wraps e. */
static int fail(const struct service *v, struct err *e)
{
	service_show_last(v);
	return err_wrap(e, "service %s", v->l.s->service);
}

static int start(struct services *w, struct service *v, struct err *e)
{
	struct epoll_event ev = {.events = EPOLLIN};
	int status, rc;

	if (container_attach(v->l.g, v->l.id, false, false, false, NULL, &v->out, e) < 0)
		return fail(v, e);
	epoll_ctl(w->epoll, EPOLL_CTL_ADD, stream_fd(v->out), &ev);
	rc = v->kept_gate ? kept_start(v->l.g, v->l.id, v->kept_gate, e)
			  : launching_start(&v->l, &status, e);
	if (rc < 0)
		return fail(v, e);
	v->state = v->kept_gate ? SERVICE_RUNS : SERVICE_STARTING;
	v->start_ms = clock_ms();
	return 0;
}

static bool is_ready(const struct services *w, const char *name)
{
	for (size_t i = 0; i < w->n; i++)
		if (!strcmp(w->v[i].l.s->service, name))
			return w->v[i].state == SERVICE_READY;
	return false;
}

/* Those that are to be ready before it are. */
static bool is_due(const struct services *w, const struct service *v)
{
	for (size_t i = 0; i < v->l.s->after.n; i++)
		if (!is_ready(w, v->l.s->after.v[i]))
			return false;
	return v->state == SERVICE_MADE;
}

static int not_ready(struct service *v, struct err *e)
{
	AUTO_FREE char *waited = ready_words(&v->l.s->ready);
	const char *name = v->l.s->service;

	if (v->ended) {
		err_set(e, 0, "service %s ended with status %d%s", name, v->status,
			v->l.s->ready.done ? "" : " before it was ready");
		service_show_last(v);
		hint_rights(v->l.s, false, v->status, &v->heard);
		return err_hint(e, "what it printed says why");
	}
	err_set(e, ETIMEDOUT, "service %s was not ready within %g s (%s)%s%s", name,
		ready_timeout(v), waited, v->probe_said.n ? ": " : "",
		buf_str(&v->probe_said));
	service_show_last(v);
	return err_hint(e,
		"see what it printed; if it needs longer: s:ready { timeout = "
		"\"%gs\" }",
		ready_timeout(v) * 4);
}

static int go_on(struct service *v, struct err *e)
{
	int64_t now = clock_ms();
	int rc, status;

	if (v->state == SERVICE_STARTING) {
		rc = v->l.gate.dir ? gate_hear(&v->l.gate, v->l.s, 0, &status, e) : 1;
		if (rc < 0)
			return fail(v, e);
		if (rc)
			v->state = SERVICE_RUNS;
	}
	if (v->state == SERVICE_RUNS) {
		rc = ready_look(v, now, e);
		if (rc < 0)
			return fail(v, e);
		if (rc) {
			v->state = SERVICE_READY;
			log_debug("service %s is ready after %.1f s", v->l.s->service,
				(double)(now - v->start_ms) / 1000);
		}
	}
	if ((v->state == SERVICE_STARTING || v->state == SERVICE_RUNS) &&
		(v->ended || (double)(now - v->start_ms) > ready_timeout(v) * 1000))
		return not_ready(v, e);
	return 0;
}

static int time_left(const struct services *w)
{
	int64_t now = clock_ms(), end = now + LOOK_MS;

	for (size_t i = 0; i < w->n; i++) {
		const struct service *v = &w->v[i];

		if (v->state == SERVICE_RUNS && !v->probe && v->look_ms < end &&
			!v->l.s->ready.log && !v->l.s->ready.done)
			end = v->look_ms;
	}
	return end > now ? (int)(end - now) : 0;
}

static void wait_for_news(struct services *w)
{
	AUTO_FREE struct pollfd *p = xcalloc(w->n + 2, sizeof *p);

	p[0] = (struct pollfd){w->epoll, POLLIN, 0};
	p[1] = (struct pollfd){w->main->ledger ? ledger_fd(w->main->ledger) : -1, 0, 0};
	for (size_t i = 0; i < w->n; i++) {
		const struct service *v = &w->v[i];
		const struct gate *gate = &v->l.gate;
		int fd = -1;

		if (v->state == SERVICE_STARTING)
			fd = gate->caller >= 0 ? gate->caller : gate->listener;
		else if (v->probe)
			fd = stream_fd(v->probe);
		p[i + 2] = (struct pollfd){fd, POLLIN, 0};
	}
	if (poll(p, w->n + 2, time_left(w)) > 0 && p[1].revents)
		ledger_mend(w->main->ledger);
}

/* One step of all; *waits tells that not all are ready. */
static int turn(struct services *w, bool *waits, struct err *e)
{
	*waits = false;
	for (size_t i = 0; i < w->n; i++)
		if (is_due(w, &w->v[i]) && start(w, &w->v[i], e) < 0)
			return -1;
	services_listen(w);
	for (size_t i = 0; i < w->n; i++) {
		if (go_on(&w->v[i], e) < 0)
			return -1;
		*waits |= w->v[i].state != SERVICE_READY;
	}
	return 0;
}

int services_begin(struct services *w, struct err *e)
{
	for (size_t i = 0; w && i < w->n; i++)
		if (launching_settle(&w->v[i].l, e) < 0 ||
			launching_create(&w->v[i].l, e) < 0)
			return fail(&w->v[i], e);
	return w ? services_wait(w, e) : 0;
}

int services_wait(struct services *w, struct err *e)
{
	bool waits = true;

	while (waits) {
		if (turn(w, &waits, e) < 0)
			return -1;
		if (waits && launch_end_asked())
			return err_set(e, ERR_INTERRUPTED, "interrupted");
		if (waits)
			wait_for_news(w);
	}
	return 0;
}

const struct relay_side *services_side(const struct services *w)
{
	return w && w->epoll >= 0 ? &w->side : NULL;
}

void services_hush(struct services *w)
{
	for (size_t i = 0; w && i < w->n; i++)
		service_hush(&w->v[i]);
}
