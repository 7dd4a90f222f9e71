/* SPDX-License-Identifier: MIT */
/* A box that is there: started, stopped, removed, each time with its services. */
#include "engine/container.h"
#include "launch/box/box.h"
#include "launch/gate/kept.h"
#include "launch/kept.h"
#include "launch/ledger/owner.h"
#include "launch/service/kept.h"

int box_start(struct engine *g, const char *id, const char *name,
	const struct kvs *labels, bool running, struct err *e)
{
	const char *launch = kvs_get(labels, LABEL_LAUNCH);

	if (services_again(g, launch, e) < 0 ||
		(!running && kept_start(g, id, launch, e) < 0))
		return err_wrap(e, "box %s", name);
	return 0;
}

int box_stop(struct engine *g, const char *id, const struct kvs *labels, int seconds,
	struct err *e)
{
	if (container_stop(g, id, seconds, e) < 0)
		return -1;
	return services_stop(g, kvs_get(labels, LABEL_LAUNCH), seconds, e);
}

int box_remove(struct engine *g, const char *id, const struct kvs *labels, bool force,
	struct err *e)
{
	const char *launch = kvs_get(labels, LABEL_LAUNCH);

	if (container_remove(g, id, force, NULL, e) < 0)
		return -1;
	if (services_remove(g, launch, e) < 0)
		return -1;
	gate_remove_kept(launch);
	return 0;
}
