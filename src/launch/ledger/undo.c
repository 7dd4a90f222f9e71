/* SPDX-License-Identifier: MIT */
#include "launch/ledger/undo.h"

#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "engine/container.h"
#include "launch/gate/kept.h"
#include "launch/ledger/ledger.h"
#include "launch/ledger/mark.h"

enum { GRACE_S = 1 }; /* between TERM and KILL */

static void undo_one(struct engine *g, const struct container_item *c,
	const struct record *r, bool tell, struct undone *out)
{
	bool fresh = !strcmp(c->state, "created"); /* it never ran: nobody's to keep */
	bool stopped = fresh || !strcmp(c->state, "exited");
	int rc = 0;

	if (!stopped && r->detached) {
		out->spared++;
		return;
	}
	if (stopped && !fresh && r->keep)
		return;
	out->found++;
	if (!stopped)
		rc = container_stop(g, c->id, GRACE_S, NULL);
	if (!r->keep || fresh) {
		if (tell)
			log_info(
				"removing %s, left by a launch that was killed", c->name);
		rc = container_remove(g, c->id, true, NULL, NULL);
	}
	out->failed += rc < 0;
}

int undo_containers(struct engine *g, const char *id, const struct record *r, bool tell,
	struct undone *out)
{
	AUTO_FREE char *label = xasprintf("%s=%s", LABEL_LAUNCH, id);
	AUTO_LIST struct container_list list = {0};

	*out = (struct undone){0};
	if (container_list(g, label, true, &list, NULL) < 0)
		return -1;
	mark_select(&list, NULL);
	for (size_t i = 0; i < list.n; i++)
		undo_one(g, &list.v[i], r, tell, out);
	return 0;
}

void undo_files(const char *file, const char *id, const struct record *r)
{
	AUTO_FREE char *files = xasprintf("%s%s", file, LEDGER_FILES);
	AUTO_FREE char *gate = xasprintf("%s/" GATE_BELOW, files);

	gate_remove(gate);
	gate_remove(files);
	gate_remove_cookies(id);
	if (!r->keep)
		gate_remove_kept(id);
}
