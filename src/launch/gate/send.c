/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "hold/hold.h"
#include "launch/gate/gate.h"
#include "launch/gate/program.h"

/* A box waits in it, a limit of time is kept by it, a port is tried with it. */
static bool is_needed(const struct resolved *s)
{
	return s->from.known && (s->set.box || s->set.time || s->ready.port);
}

static void add(struct resolved *s, const char *target, const char *name,
	const void *data, size_t n, mode_t mode)
{
	AUTO_FREE char *path = xasprintf("%s/%s", target, name);

	resolved_add_file(s, path, data, n, mode, 0, 0);
}

void gate_how(struct buf *plan, const struct resolved *s)
{
	const struct plan_checkpoint *c = &s->set.checkpoint;

	buf_adds(plan, s->set.box ? HOLD_IDLE : s->set.init ? HOLD_INIT : HOLD_EXEC);
	if (s->set.time)
		buf_addf(plan, " %lld", (long long)s->set.time);
	if (s->set.time && c->wanted)
		buf_addf(plan, " %lld %d", (long long)c->before, checkpoint_signal(c));
}

int gate_send(struct gate *g, struct resolved *s, const char *id, struct err *e)
{
	AUTO_FREE char *target = xasprintf("/.cnnrun-%s", id);
	AUTO_STRV struct strv program = {0};
	AUTO_BUF struct buf plan = {0};

	*g = (struct gate)GATE_NONE;
	if (!is_needed(s))
		return 0;
	if (s->set.readonly_rootfs)
		return err_set(e, ENOTSUP,
			"a box, a limit of time and a port that is tried need a file in "
			"the container, which is read-only, and the engine at %s is "
			"another machine's; go without c:readonly",
			s->elsewhere);
	if (gate_program(s, &program, e) < 0)
		return -1;
	/* the boot of no machine */
	buf_adds(&plan, "elsewhere\n");
	gate_how(&plan, s);
	buf_addc(&plan, '\n');
	resolved_add_file(s, target, NULL, 0, 0755, 0, 0);
	add(s, target, HOLD_PROGRAM, hold_program, hold_program_bytes, 0555);
	for (size_t i = 0; i < GATE_NAMES; i++)
		add(s, target, gate_names[i], hold_program, hold_program_bytes, 0555);
	add(s, target, HOLD_PLAN, plan.p, plan.n, 0444);
	gate_begins(s, target, &program);
	g->there = true;
	return 0;
}
