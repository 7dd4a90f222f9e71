/* SPDX-License-Identifier: MIT */
/* cnnrun clean: removes what cnnrun left. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "batch/apptainer/apptainer.h"
#include "batch/runner/runner.h"
#include "cli/container/cleaning.h"
#include "cli/container/own.h"
#include "cli/face/hooks.h"
#include "engine/network.h"
#include "host/x11/x11.h"
#include "launch/carry/carry.h"
#include "launch/gate/kept.h"
#include "launch/image/built.h"
#include "launch/box/box.h"
#include "launch/launch.h"
#include "launch/service/kept.h"
#include "launch/ledger/ledger.h"
#include "launch/ledger/mark.h"

void told(
	struct cleaning *w, const char *kind, const char *name, int result, struct err *e)
{
	if (result < 0) {
		err_wrap(e, "%s %s", kind, name);
		w->status = cli_fail(w->cli, 125, e);
		return;
	}
	w->n++;
	if (w->list) {
		cJSON *o = cJSON_CreateObject();

		json_put(o, "kind", kind);
		json_put(o, "name", name);
		cJSON_AddBoolToObject(o, "removed", !w->dry);
		cJSON_AddItemToArray(w->list, o);
		return;
	}
	buf_addf(&w->out, "%s %s %s\n", w->dry ? "would remove" : "removed", kind, name);
}

static bool is_left(const struct container_item *c)
{
	const char *launch = kvs_get(&c->labels, LABEL_LAUNCH);

	if (!strcmp(c->state, "running") || !strcmp(c->state, "paused") ||
		!strcmp(c->state, "restarting"))
		return false;
	/* Its launcher may be about to start it, or to remove it. */
	return !launch || ledger_is_dead(launch);
}

static const struct container_item *box_of(
	const struct container_list *l, const struct container_item *c)
{
	const char *launch = kvs_get(&c->labels, LABEL_LAUNCH);

	for (size_t i = 0; i < l->n; i++) {
		const char *its = kvs_get(&l->v[i].labels, LABEL_LAUNCH);

		if (own_is_box(&l->v[i]) && its && !strcmp(its, launch))
			return &l->v[i];
	}
	return NULL;
}

/* What is in a box is there on purpose, and its services go with it. Those whose box was
 * removed by others are left, and run. */
static bool goes(struct cleaning *w, const struct container_list *l,
	const struct container_item *c)
{
	if (own_is_beside_box(c))
		return !box_of(l, c) && ledger_is_dead(kvs_get(&c->labels, LABEL_LAUNCH));
	if (!is_left(c))
		return false;
	if (!own_is_box(c) || w->boxes)
		return true;
	w->n_boxes++;
	return false;
}

static int remove_one(
	const struct cleaning *w, const struct container_item *c, struct err *e)
{
	const struct run_hooks hooks = terminal_hooks(w->cli);
	struct engine *g = w->g;

	carry_again(g, c->name, &c->labels, CARRY_REMOVE, &hooks.news, hooks.news_end);
	if (own_is_box(c))
		return box_remove(g, c->id, &c->labels, false, e);
	if (own_is_beside_box(c))
		return services_remove(g, kvs_get(&c->labels, LABEL_LAUNCH), e);
	return container_remove(g, c->id, false, NULL, e);
}

static bool has_launch(void *ctx, const char *id)
{
	const struct container_list *l = ctx;

	for (size_t i = 0; i < l->n; i++) {
		const char *launch = kvs_get(&l->v[i].labels, LABEL_LAUNCH);

		if (launch && gate_is_of(id, launch))
			return true;
	}
	return !ledger_is_dead(id);
}

static int clean_containers(struct cleaning *w, struct err *e)
{
	AUTO_LIST struct container_list l = {0};

	if (own_list(w->g, true, &l, NULL, e) < 0)
		return -1;
	for (size_t i = 0; i < l.n; i++) {
		struct err why = {0};

		if (goes(w, &l, &l.v[i]))
			told(w, "container", l.v[i].name,
				w->dry ? 0 : remove_one(w, &l.v[i], &why), &why);
	}
	container_list_free(&l);
	if (w->dry)
		return 0;
	if (own_list(w->g, true, &l, NULL, e) < 0)
		return -1;
	gate_remove_lost(engine_info(w->g)->url, has_launch, &l);
	return 0;
}

static void clean_volume(struct cleaning *w, const char *name)
{
	const char *url = engine_info(w->g)->url;
	AUTO_FREE char *source = NULL;
	struct err why = {0};
	int rc = 0;

	if (carry_awaited(url, name, &source)) {
		log_warn("the volume %s stays: what changed in it did not come home to "
			 "%s; cnnrun fetch there, or docker volume rm %s",
			name, source, name);
		return;
	}
	if (!w->dry)
		rc = volume_remove(w->g, name, &why);
	if (!w->dry && rc == 0)
		carry_forget(url, name);
	told(w, "volume", name, rc, &why);
}

static int clean_volumes(struct cleaning *w, struct err *e)
{
	AUTO_FREE char *label = xasprintf(LABEL_UID "=%u", (unsigned)getuid());
	AUTO_KVS struct kvs found = {0}; /* name → mark */

	if (volume_list(w->g, label, LABEL_MARK, &found, e) < 0)
		return -1;
	for (size_t i = 0; i < found.n; i++) {
		const char *name = found.v[i].key;

		if (mark_of_volume(name, found.v[i].value))
			clean_volume(w, name);
		else
			log_warn("the volume %s has cnnrun's labels and not your mark; "
				 "to remove it: docker volume rm %s",
				name, name);
	}
	return 0;
}

/* A record remembers an image that was built, so that it need not be built again. */
static int clean_builds(struct cleaning *w, bool images, struct err *e)
{
	AUTO_FREE char *dir = NULL;
	AUTO_KVS struct kvs built = {0};
	size_t n = built_images(&dir, &built);

	if (images && clean_images(w, &built, e) < 0)
		return -1;
	if (!w->dry)
		built_forget();
	if (n) {
		AUTO_FREE char *count = xasprintf("(%zu) in %s", n, dir);

		told(w, "build stamps", count, 0, NULL);
	}
	return 0;
}

/* Entries in the X server's host list whose launch is dead. */
static void clean_display(struct cleaning *w)
{
	const char *display = getenv("DISPLAY");
	struct err why = {0};
	int n;

	if (!display || !*display || w->dry)
		return;
	n = x11_sweep(display, &why);
	if (n < 0) {
		log_debug("display %s: %s", display, why.msg);
	} else if (n > 0) {
		AUTO_FREE char *count = xasprintf("(%d) on %s", n, display);

		told(w, "host entries", count, 0, NULL);
	}
}

static int say(struct cleaning *w, struct err *e)
{
	if (!w->n && !w->status)
		log_info("nothing to clean");
	if (w->n_boxes)
		log_info("%zu stopped box%s; --boxes removes such, with what is in them",
			w->n_boxes, w->n_boxes == 1 ? " stays" : "es stay");
	if ((w->list ? print_json(w->list, e) : print_out(&w->out, e)) < 0)
		return -1;
	return w->status;
}

static int clean_all(struct cleaning *w, const struct opts *o, struct err *e)
{
	const char *job = opt_text(o, "job");

	if (!w->dry)
		sweep(w->g);
	if (job)
		return clean_job(w, job, e) < 0 ? -1 : say(w, e);
	if (clean_containers(w, e) < 0)
		return -1;
	if (opt_on(o, "volumes") && clean_volumes(w, e) < 0)
		return -1;
	if (clean_builds(w, opt_on(o, "images"), e) < 0)
		return -1;
	clean_tars(w);
	clean_display(w);
	return say(w, e);
}

/* A node that has only Apptainer has no engine to ask. */
static bool none_needed(const struct cli *c, const struct err *e)
{
	return !c->host && !c->context && apptainer_used() &&
	       (e->code == EACCES || e->code == ENOENT || e->code == ECONNREFUSED);
}

static int clean(struct cli *c, const struct opts *o, struct err *e)
{
	struct cleaning w = {
		.cli = c, .dry = opt_on(o, "dry-run"), .boxes = opt_on(o, "boxes")};
	bool find = opt_text(o, "job") && !c->host && !c->context && podman_served();
	struct runner own = {.held = -1};
	int status = cli_no_more(o, 0, e);

	/* of a job's, nobody else knows */
	if (!status && find && (status = runner_find(&own, NULL, e)) == 0)
		c->host = own.url;
	if (!status && opt_on(o, "json"))
		w.list = cJSON_CreateArray();
	if (!status)
		clean_unpacked(&w, !opt_text(o, "job"));
	if (!status)
		status = cli_engine(c, &w.g, e);
	if (!status)
		status = clean_all(&w, o, e);
	if (status < 0 && none_needed(c, e))
		status = say(&w, e);
	cJSON_Delete(w.list);
	buf_free(&w.out);
	if (own.url)
		c->host = NULL;
	runner_end(&own);
	return status;
}

static const struct opt table[] = {
	{.name = "boxes",
		.about = "boxes that are stopped as well, with what is in them"},
	{.name = "images", .about = "the images that were built as well"},
	{.name = "volumes", .about = "the volumes as well, with what is in them"},
	{.name = "job",
		.arg = "ID",
		.about = "only what that job of a cluster left on this node, also what "
			 "runs"},
	{.name = "dry-run", .about = "only say what would be removed"},
	{.name = "json", .about = "what was removed, or would be, as JSON"},
};

const struct command command_clean = {
	.name = "clean",
	.usage = "[OPTIONS]",
	.about = "Remove what cnnrun left: ended containers, stamps, X host entries",
	.options = {"Options", table, COUNT_OF(table)},
	.run = clean,
};
