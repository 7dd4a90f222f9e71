/* SPDX-License-Identifier: MIT */
/* Can a service be used? By a command in it, if it does not say so by itself. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "engine/container.h"
#include "hold/hold.h"
#include "launch/ledger/owner.h"
#include "launch/service/service.h"

enum { STATUS_MS = 2000, SAID_MAX = 400, TURN_PIECES = 64 };

double ready_timeout(const struct service *v)
{
	return v->l.s->ready.timeout > 0 ? v->l.s->ready.timeout : 60;
}

/* The program of the gate tries a port, in any image. */
static void probe_words(const struct service *v, struct strv *out)
{
	const struct plan_ready *r = &v->l.s->ready;

	strv_addf(out, "%s/" HOLD_PROBE, kvs_get(&v->l.s->set.labels, LABEL_GATE));
	strv_addf(out, "%u", r->port);
	if (r->http)
		strv_add(out, r->http);
}

/* false = nothing is to be run for it. */
static bool words(const struct service *v, struct strv *out)
{
	const struct plan_ready *r = &v->l.s->ready;

	if (r->port) {
		probe_words(v, out);
		return true;
	}
	if (!r->has_command && !v->l.s->from.health.n)
		return false;
	strv_copy(out, r->has_command ? &r->command : &v->l.s->from.health);
	gate_enter(&v->l.s->set.labels, false, out);
	return true;
}

/* An answer of the engine's that there is nothing to run it in, or no such program, is
 * one of "not yet": its end is seen by others. */
static int begin(struct service *v, const struct strv *command, struct err *e)
{
	struct exec_request x = {.command = *command}; /* borrowed */
	struct err why = {0};
	int status;

	buf_drop(&v->probe_said, v->probe_said.n);
	if (container_exec(v->l.g, v->l.id, &x, &v->probe_id, &v->probe, &status, &why) ==
		0)
		return 0;
	if (why.code > 0 && why.code < 400) {
		*e = why;
		return -1;
	}
	buf_adds(&v->probe_said, why.msg);
	return 0;
}

static void keep_said(struct service *v, const struct iovec *piece)
{
	buf_add(&v->probe_said, piece->iov_base, piece->iov_len);
	if (v->probe_said.n > SAID_MAX)
		buf_drop(&v->probe_said, v->probe_said.n - SAID_MAX);
}

void ready_end(struct service *v)
{
	stream_free(v->probe);
	v->probe = NULL;
	free(v->probe_id);
	v->probe_id = NULL;
}

/* 1 = it succeeded. */
static int hear(struct service *v, int64_t now)
{
	double interval = v->l.s->ready.interval;
	struct iovec piece;
	bool running = true;
	int channel, n = 1, status = -1;

	for (int i = 0; i < TURN_PIECES && n > 0; i++)
		if ((n = stream_take(v->probe, &piece, 1, &channel, NULL)) > 0)
			keep_said(v, &piece);
	if (n >= 0)
		return 0;
	container_exec_wait(v->l.g, v->probe_id, STATUS_MS, &running, &status, NULL);
	ready_end(v);
	v->look_ms = now + (int64_t)((interval > 0 ? interval : 1) * 1000);
	return !running && status == 0;
}

int ready_look(struct service *v, int64_t now, struct err *e)
{
	AUTO_STRV struct strv command = {0};

	if (v->l.s->ready.log)
		return v->said;
	if (v->l.s->ready.done)
		return v->ended && !v->status;
	if (v->probe)
		return hear(v, now);
	if (v->ended || now < v->look_ms)
		return 0;
	if (v->l.s->ready.port && !v->l.gate.dir && !v->l.gate.there)
		return err_set(e, ENOTSUP,
			"this engine does not see the files of this machine, so no port "
			"can be tried: let it be ready by a command or by its log");
	if (!words(v, &command))
		return 1;
	if (begin(v, &command, e) < 0)
		return -1;
	if (!v->probe)
		v->look_ms = now + 1000;
	return 0;
}
