/* SPDX-License-Identifier: MIT */
#include "engine/container.h"
#include "launch/carry/carry.h"
#include "launch/forward/ports.h"
#include "launch/launching.h"
#include "launch/resolve/resolve.h"
#include "launch/resolve/sources.h"

/* Whoever takes a source away in the moment of the start gets an error of the engine's.
 */
static int start_failed(struct launching *l, const int *status, struct err *e)
{
	struct err moved = {0};

	if (gpu_start_failed(l->s, e))
		return -1;
	if (sources_check(l->s, &moved) < 0)
		*e = moved;
	else if (*status == 127 && !l->s->set.has_command && !l->s->set.has_entrypoint)
		err_hint(e, "give a command after --");
	return -1;
}

int launching_start(struct launching *l, int *status, struct err *e)
{
	const struct resolved *s = l->s;
	bool sized = s->set.tty && !s->set.detach && s->rows &&
		     !(engine_info(l->g)->can & CAN_CONSOLE_SIZE);

	if (gate_write(&l->gate, s, sized, e) < 0)
		return -1;
	if (container_start(l->g, l->id, l->s->set.detach_keys, status, e) < 0)
		return start_failed(l, status, e);
	carries_used(l->carries);
	if ((!l->gate.dir && sources_check(l->s, e) < 0) || ports_lead(l, e) < 0)
		return -1;
	if (l->events && l->events->on_start)
		l->events->on_start(l->events->ctx, l->id);
	return 0;
}
