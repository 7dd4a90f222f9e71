/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "engine/container.h"
#include "launch/files/files.h"
#include "launch/launching.h"
#include "launch/ledger/owner.h"
#include "launch/resolve/sources.h"

static int name_taken(struct launching *l, struct err *e)
{
	AUTO_STATE struct container_state c = {0};
	bool found = false;

	if (container_inspect(l->g, l->s->set.name, &c, &found, NULL) < 0 || !found)
		return err_wrap(e, "create");
	err_set(e, 409, "there is a container %s already", l->s->set.name);
	if (!kvs_get(&c.labels, LABEL_CNNRUN))
		return err_hint(e, "choose another name, or: docker rm -f %s", c.name);
	return err_hint(
		e, "choose another name, or: cnnrun %s", c.running ? "stop" : "clean");
}

/* One more container with the launch's label. */
static int make_container(struct launching *l, const struct resolved *s, char **id,
	struct strv *warnings, struct err *e)
{
	int rc;

	ledger_making(l->ledger, true);
	rc = container_create(l->g, s, id, warnings, e);
	l->unsure = rc < 0 && e->code < 400; /* the engine's answer was lost */
	if (!l->unsure)
		ledger_making(l->ledger, false);
	return rc;
}

static int create_container(struct launching *l, struct err *e)
{
	AUTO_STRV struct strv warnings = {0};

	if (make_container(l, l->s, &l->id, &warnings, e) < 0)
		return e->code == 409 ? name_taken(l, e) : err_wrap(e, "create");
	for (size_t i = 0; i < warnings.n; i++)
		log_debug("engine: %s", warnings.v[i]);
	return 0;
}

/* A container of the image that never starts and has no mounts, to look at its files. */
static int make_scratch(void *ctx, char **id, struct err *e)
{
	struct launching *l = ctx;
	AUTO_RESOLVED struct resolved scratch;

	resolved_init(&scratch);
	scratch.set.name = xasprintf("%s-identity", l->s->set.name);
	str_set(&scratch.image, l->s->image);
	str_set(&scratch.image_id, l->s->image_id);
	str_set(&scratch.set.network, "none");
	scratch.set.has_command = true;
	strv_add(&scratch.set.command, "true");
	kvs_set(&scratch.set.labels, LABEL_CNNRUN, "1");
	kvs_set(&scratch.set.labels, LABEL_LAUNCH, ledger_id(l->ledger));
	if (make_container(l, &scratch, id, NULL, e) < 0)
		return err_wrap(e, "create");
	return 0;
}

static int bind_files(struct launching *l, struct err *e)
{
	AUTO_FREE char *dir = ledger_files(l->ledger);
	struct image_look look = {.g = l->g, .s = l->s, .make = make_scratch, .ctx = l};
	int rc = files_bind(&look, l->s, dir, e);

	image_look_end(&look);
	if (look.id &&
		container_remove(l->g, look.id, true, NULL, rc < 0 ? NULL : e) < 0) {
		l->unsure = true;
		rc = -1;
	}
	free(look.id);
	return rc;
}

/* An engine in a machine of its own sees not all of this one's files; its mounts cannot
 * be compared with this one's either. Whoever reads the engine's words, an enemy does not
 * know the names in them. */
static bool is_elsewhere(const struct launching *l, const char *dir, const struct err *e)
{
	return strstr(e->msg, dir) || (l->gate.dir && strstr(e->msg, l->gate.dir));
}

int launching_create(struct launching *l, struct err *e)
{
	size_t n_mounts = l->s->n_mounts;
	struct image_look look = {.g = l->g, .s = l->s};
	AUTO_FREE char *dir = ledger_files(l->ledger);
	int bound, rc;

	if (sources_make(l->s, e) < 0)
		return -1;
	bound = bind_files(l, e);
	if (bound < 0 || gate_make(&l->gate, l->s, dir, ledger_id(l->ledger),
				 engine_info(l->g)->url, e) < 0)
		return -1;
	rc = create_container(l, e);
	if (rc < 0 && e->code == 400 && !l->s->set.readonly_rootfs &&
		is_elsewhere(l, dir, e)) {
		files_unbind(l->s, n_mounts);
		gate_drop(&l->gate, l->s);
		rc = create_container(l, e);
	}
	look.id = l->id;
	if (!rc)
		rc = files_put(&look, l->s, bound, e);
	image_look_end(&look);
	return rc;
}
