/* SPDX-License-Identifier: MIT */
#include "launch/ledger/undo.h"

#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "engine/container.h"
#include "engine/network.h"
#include "launch/gate/kept.h"
#include "launch/ledger/ledger.h"
#include "launch/ledger/mark.h"

enum { GRACE_S = 1 }; /* between TERM and KILL, where the launch was killed too */

static bool has_stopped(const struct container_item *c)
{
	return !strcmp(c->state, "created") || !strcmp(c->state, "exited");
}

const struct container_item *undo_main(const struct container_list *l)
{
	for (size_t i = 0; i < l->n; i++)
		if (!mark_service(&l->v[i]))
			return &l->v[i];
	return NULL;
}

/* lives: it goes on, and its services with it. */
static void undo_one(struct engine *g, const struct container_item *c,
	const struct record *r, bool lives, bool tell, struct undone *out)
{
	const char *box = kvs_get(&c->labels, LABEL_BOX);
	bool keep = r->keep && (!mark_service(c) || (box && *box));
	bool fresh = !strcmp(c->state, "created"); /* it never ran: nobody's to keep */
	bool stopped = has_stopped(c);
	int rc = 0;

	if (lives && (!stopped || mark_service(c))) {
		out->spared++;
		return;
	}
	if (stopped && !fresh && keep)
		return;
	out->found++;
	if (!stopped)
		rc = container_stop(g, c->id, r->detached ? -1 : GRACE_S, NULL);
	if (!keep || fresh) {
		if (tell)
			log_info(
				"removing %s, left by a launch that was killed", c->name);
		rc = container_remove(g, c->id, true, NULL, NULL);
	}
	out->failed += rc < 0;
}

static void undo_networks(struct engine *g, const char *label, struct undone *out)
{
	AUTO_STRV struct strv ids = {0};

	if (network_list(g, label, &ids, NULL) < 0)
		out->failed++;
	for (size_t i = 0; i < ids.n; i++) {
		out->found++;
		out->failed += network_remove(g, ids.v[i], NULL) < 0;
	}
}

int undo_launch(struct engine *g, const char *id, const struct record *r, bool tell,
	struct undone *out)
{
	AUTO_FREE char *label = xasprintf("%s=%s", LABEL_LAUNCH, id);
	AUTO_LIST struct container_list list = {0};
	const struct container_item *main;
	bool lives;

	*out = (struct undone){0};
	if (container_list(g, label, true, &list, NULL) < 0)
		return -1;
	mark_select(&list, NULL);
	main = undo_main(&list);
	lives = r->detached && main && !has_stopped(main);
	/* the main one first: it shall not see its services go */
	for (int service = 0; service < 2; service++)
		for (size_t i = 0; list.v && i < list.n; i++)
			if (!mark_service(&list.v[i]) == !service)
				undo_one(g, &list.v[i], r, lives, tell, out);
	if (!out->spared)
		undo_networks(g, label, out);
	return 0;
}

void undo_files(const char *file, const char *id, const struct record *r)
{
	AUTO_FREE char *files = xasprintf("%s%s", file, LEDGER_FILES);

	gate_remove(files);
	gate_remove_cookies(id);
	if (!r->keep)
		gate_remove_kept(id);
}
