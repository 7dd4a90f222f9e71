/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/path.h"
#include "engine/container.h"
#include "engine/network.h"
#include "launch/changes.h"
#include "launch/files/files.h"
#include "launch/files/whose.h"
#include "launch/launching.h"
#include "launch/ledger/mark.h"
#include "launch/own.h"
#include "launch/points/again.h"
#include "launch/resolve/sources.h"

/* One more container with the launch's label. */
static int make_container(struct launching *l, struct resolved *s, char **id,
	struct strv *warnings, struct err *e)
{
	int rc;

	if (mark_set(s, e) < 0)
		return -1;
	ledger_making(l->ledger, true);
	rc = container_create(l->g, s, id, warnings, e);
	l->unsure = rc < 0 && e->code < 400; /* the engine's answer was lost */
	if (!l->unsure)
		ledger_making(l->ledger, false);
	if (rc < 0 && e->code == 409)
		return own_name_taken(l->g, l->s->set.name, e);
	return rc;
}

static int create_container(struct launching *l, struct err *e)
{
	AUTO_STRV struct strv warnings = {0};

	if (make_container(l, l->s, &l->id, &warnings, e) < 0)
		return -1;
	for (size_t i = 0; i < warnings.n; i++)
		log_debug("engine: %s", warnings.v[i]);
	return 0;
}

/* A container of the image that never starts, to look at its files. It has none of the
 * mounts, through which the engine would look, and which it would make places for; or the
 * named volumes, which are the engine's own. */
static int make_scratch(struct launching *l, bool volumes, char **id, struct err *e)
{
	const struct resolved *s = l->s;
	AUTO_RESOLVED struct resolved scratch;

	resolved_init(&scratch);
	scratch.set.name =
		xasprintf("%s-%s", s->set.name, volumes ? "volumes" : "identity");
	str_set(&scratch.image, s->image);
	str_set(&scratch.image_id, s->image_id);
	str_set(&scratch.set.network, "none");
	scratch.set.init = false; /* Podman mounts it, and looks through that too */
	scratch.set.has_command = true;
	strv_add(&scratch.set.command, "true");
	kvs_set(&scratch.set.labels, LABEL_CNNRUN, "1");
	kvs_set(&scratch.set.labels, LABEL_LAUNCH, ledger_id(l->ledger));
	for (size_t i = 0; volumes && i < s->n_mounts; i++)
		if (s->mounts[i].type == MOUNT_VOLUME)
			resolved_add_mount(&scratch, MOUNT_VOLUME, s->mounts[i].source,
				s->mounts[i].target);
	return make_container(l, &scratch, id, NULL, e);
}

static int make_bare(void *ctx, char **id, struct err *e)
{
	return make_scratch(ctx, false, id, e);
}

/* Frees id. */
static int end_scratch(struct launching *l, char *id, int rc, struct err *e)
{
	if (id && container_remove(l->g, id, true, NULL, rc < 0 ? NULL : e) < 0) {
		l->unsure = true;
		rc = -1;
	}
	free(id);
	return rc;
}

/* An engine in a machine of its own sees not all of this one's files; its mounts cannot
 * be compared with this one's either. Whoever reads the engine's words, an enemy does not
 * know the names in them. */
static bool is_elsewhere(const struct launching *l, const char *dir, const struct err *e)
{
	return strstr(e->msg, dir) || (l->gate.dir && strstr(e->msg, l->gate.dir));
}

static int prove_volumes(struct launching *l, const struct points *points, struct err *e)
{
	char *id = NULL;
	int rc = 0;

	if (points->n) {
		rc = make_scratch(l, true, &id, e);
		if (!rc)
			rc = points_prove(l->g, id, l->s, points, e);
	}
	return end_scratch(l, id, rc, e);
}

static struct image_look look_of(struct launching *l)
{
	return (struct image_look){.g = l->g,
		.image = l->s->image,
		.image_id = l->s->image_id,
		.make = make_bare,
		.ctx = l};
}

/* What the image has there stays as it is for a user of its own. */
static bool is_owners(
	struct image_look *k, const struct resolved *s, const struct resolved_mount *m)
{
	struct container_path at = {0};

	if (m->type != MOUNT_VOLUME || m->readonly || m->carried)
		return false;
	if (!s->of_image.wanted || s->of_image.as_host)
		return true;
	if (image_look_path(k, m->target, &at, NULL) < 0)
		return false;
	free(at.link);
	return !at.found;
}

static bool has_volume(const struct resolved *s)
{
	for (size_t i = 0; i < s->n_mounts; i++)
		if (s->mounts[i].type == MOUNT_VOLUME && !s->mounts[i].carried)
			return true;
	return false;
}

/* A new volume is the owner's. For as long as it is empty the engine would make it the
 * image's again, with each container. */
static int own_volumes(struct launching *l, struct image_look *k, struct err *e)
{
	struct resolved *s = l->s;
	AUTO_FREE struct resolved_file *dirs = xcalloc(s->n_mounts + 1, sizeof *dirs);
	AUTO_KVS struct kvs there = {0}; /* name → mark */
	const mode_t mode = resolved_unshifted(s) ? 0777 : 0755;
	char *id = NULL;
	size_t n = 0;
	int rc;

	if (!s->owner.uid || !has_volume(s))
		return 0;
	if (volume_list(l->g, NULL, LABEL_MARK, &there, e) < 0)
		return -1;
	for (size_t i = 0; i < s->n_mounts; i++) {
		struct resolved_mount *m = &s->mounts[i];
		const char *mark = m->source ? kvs_get(&there, m->source) : NULL;

		if (!is_owners(k, s, m))
			continue;
		m->no_copy = !mark || mark_of_volume(m->source, mark);
		if (!mark)
			dirs[n++] = (struct resolved_file){.path = m->target,
				.mode = mode,
				.uid = s->owner.uid,
				.gid = s->owner.gid};
	}
	if (!n)
		return 0;
	rc = make_scratch(l, true, &id, e);
	if (!rc)
		rc = container_put_files(l->g, id, NULL, dirs, n, e);
	return end_scratch(l, id, rc, e);
}

/* Where all goes, and what has to be there first. */
static int prepare(
	struct launching *l, const char *dir, int *bound, cJSON *notes, struct err *e)
{
	AUTO_POINTS struct points in_volumes = {0};
	struct image_look look = look_of(l);
	int rc = points_settle(&look, l->s, e);

	if (!rc)
		rc = *bound = files_bind(&look, l->s, dir, e);
	if (rc >= 0)
		rc = points_make(&look, l->s, &in_volumes, notes, e);
	if (!rc)
		rc = own_volumes(l, &look, e);
	image_look_end(&look);
	rc = end_scratch(l, look.id, rc, e);
	return rc ? rc : prove_volumes(l, &in_volumes, e);
}

int launching_settle(struct launching *l, struct err *e)
{
	struct image_look look = look_of(l);
	int rc;

	if (!whose_is_open(l->s))
		return 0;
	rc = whose_settle(&look, l->s, e);
	image_look_end(&look);
	return end_scratch(l, look.id, rc, e);
}

static int make_gate(struct launching *l, const char *dir, const char *id, struct err *e)
{
	const struct engine_info *i = engine_info(l->g);

	return i->can & CAN_SAME_HOST ? gate_make(&l->gate, l->s, dir, id, i->url, e)
				      : gate_send(&l->gate, l->s, id, e);
}

/* What is kept by the program that the container begins with. */
static int check_gate(const struct launching *l, struct err *e)
{
	if (l->gate.dir || l->gate.there ||
		(!l->s->set.network_allow.n && !l->s->set.time))
		return 0;
	return err_set(e, ENOTSUP,
		"a list of hosts and a limit of time need an engine that runs containers "
		"under this machine's own kernel");
}

/* For an engine that takes no text but reads a file: what was checked. */
static int keep_seccomp(const struct launching *l, struct err *e)
{
	struct resolved *s = l->s;

	if (!s->seccomp || !l->gate.dir)
		return 0;
	free(s->seccomp_file);
	s->seccomp_file = path_join(l->gate.dir, "seccomp.json");
	return gate_put(
		&l->gate, "seccomp.json", s->seccomp, strlen(s->seccomp), 0400, e);
}

int launching_create(struct launching *l, struct err *e)
{
	const char *launch = ledger_id(l->ledger), *service = l->s->service;
	size_t n_mounts = l->s->n_mounts;
	AUTO_FREE char *files = ledger_files(l->ledger);
	AUTO_FREE char *dir =
		service ? xasprintf("%s/service-%s", files, service) : xstrdup(files);
	AUTO_FREE char *id =
		service ? xasprintf("%s.%s", launch, service) : xstrdup(launch);
	AUTO_JSON cJSON *notes = l->s->set.keep ? cJSON_CreateArray() : NULL;
	int bound = 0, rc;

	if (service && dir_make(dir, 0700, e) < 0)
		return -1;
	if (sources_make(l->s, e) < 0 ||
		carries_over(l->carries, l->ledger, l->s, &l->unsure, e) < 0 ||
		prepare(l, dir, &bound, notes, e) < 0 || make_gate(l, dir, id, e) < 0 ||
		check_gate(l, e) < 0 || keep_seccomp(l, e) < 0 ||
		(notes && l->gate.dir && points_keep(l->gate.dir, notes, e) < 0) ||
		filter_begin(&l->filter, &l->gate, l->s, e) < 0)
		return -1;
	l->changes = changes_begin(l->s);
	rc = create_container(l, e);
	if (rc < 0 && e->code == 400 && !l->s->set.readonly_rootfs &&
		is_elsewhere(l, dir, e)) {
		if (l->s->set.box)
			return err_set(e, ENOTSUP,
				"a box needs an engine on this machine, which sees the "
				"files of %s",
				l->gate.dir);
		files_unbind(l->s, n_mounts);
		gate_drop(&l->gate, l->s);
		if (check_gate(l, e) < 0)
			return -1;
		rc = create_container(l, e);
	}
	return rc ? rc : files_put(l->g, l->id, l->s, e);
}
