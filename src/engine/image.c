/* SPDX-License-Identifier: MIT */
/* The verbs on images, networks and volumes, by the engine's table. */
#include "engine/image.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "engine/http/call.h"
#include "engine/ops.h"

void image_free(struct image *i)
{
	free(i->id);
	free(i->user);
	free(i->workdir);
	strv_free(&i->env);
	strv_free(&i->entrypoint);
	strv_free(&i->command);
	strv_free(&i->onbuild);
	strv_free(&i->volumes);
	strv_free(&i->health);
	free(i->stop_signal);
	kvs_free(&i->labels);
	strv_free(&i->layers);
	strv_free(&i->digests);
	free(i->platform);
	*i = (struct image){0};
}

int image_inspect(
	struct engine *g, const char *ref, struct image *out, bool *found, struct err *e)
{
	return g->ops->image(g, ref, out, found, e);
}

int image_pull(struct engine *g, const char *ref, const char *platform, bool login,
	const struct progress_sink *sink, struct err *e)
{
	return g->ops->pull(g, ref, platform, login, sink, e);
}

int image_push(struct engine *g, const char *ref, bool login,
	const struct progress_sink *sink, struct err *e)
{
	return g->ops->push(g, ref, login, sink, e);
}

int image_import(struct engine *g, int fd, const char *ref, const struct strv *changes,
	const struct progress_sink *sink, char **id, struct err *e)
{
	return g->ops->import(g, fd, ref, changes, sink, id, e);
}

int image_save(struct engine *g, const char *id,
	int (*data)(void *ctx, const char *p, size_t n), void *ctx, struct err *e)
{
	return g->ops->save(g, id, data, ctx, e);
}

int image_load(struct engine *g, int fd, const struct progress_sink *sink, struct err *e)
{
	return g->ops->load(g, fd, sink, e);
}

bool image_buildkit(const struct engine *g)
{
	const char *wish = getenv("DOCKER_BUILDKIT");

	return g->info.can & CAN_BUILDKIT && !(wish && !strcmp(wish, "0"));
}

int image_build(struct engine *g, const struct build_request *b,
	const struct progress_sink *sink, const volatile int *cancel, char **id,
	struct err *e)
{
	if (!(g->info.can & CAN_BUILD))
		return err_set(e, ENOTSUP, "the engine at %s (%s) cannot build images",
			g->url, g->ops->title);
	return g->ops->build(g, b, sink, cancel, id, e);
}

int image_list(struct engine *g, const char *pattern, struct strv *refs, struct err *e)
{
	return g->ops->images(g, pattern, refs, e);
}

int image_remove(struct engine *g, const char *ref, struct err *e)
{
	return g->ops->image_remove(g, ref, e);
}

int network_create(
	struct engine *g, const char *name, const struct kvs *labels, struct err *e)
{
	return g->ops->network_create(g, name, labels, e);
}

int network_remove(struct engine *g, const char *name, struct err *e)
{
	return g->ops->network_remove(g, name, e);
}

int network_list(struct engine *g, const char *label, struct strv *ids, struct err *e)
{
	return g->ops->network_list(g, label, ids, e);
}

int network_exists(struct engine *g, const char *name, bool *yes, struct err *e)
{
	return g->ops->network(g, name, yes, e);
}

int volume_list(struct engine *g, const char *label, const char *key, struct kvs *out,
	struct err *e)
{
	return g->ops->volumes(g, label, key, out, e);
}

int volume_create(
	struct engine *g, const char *name, const struct kvs *labels, struct err *e)
{
	return g->ops->volume_create(g, name, labels, e);
}

int volume_remove(struct engine *g, const char *name, struct err *e)
{
	return g->ops->volume_remove(g, name, e);
}
