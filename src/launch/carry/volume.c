/* SPDX-License-Identifier: MIT */
#include "launch/carry/volume.h"

#include <errno.h>

#include "engine/network.h"
#include "launch/ledger/mark.h"

/* A volume of that name may be anybody's, and anything. */
int carry_volume_look(
	struct engine *g, const struct carry_state *st, bool *there, struct err *e)
{
	AUTO_KVS struct kvs all = {0};
	const char *mark;

	if (volume_list(g, NULL, LABEL_MARK, &all, e) < 0)
		return -1;
	mark = kvs_get(&all, st->volume);
	*there = mark != NULL;
	if (mark && !mark_of_volume(st->volume, mark))
		return err_set(e, EPERM,
			"the volume %s, which is to have a copy of %s, is not yours by "
			"its mark; look whose it is (docker volume inspect %s), and "
			"remove it",
			st->volume, st->source, st->volume);
	return 0;
}

int carry_volume_make(struct engine *g, const struct carry_state *st, const char *project,
	struct err *e)
{
	AUTO_KVS struct kvs labels = {0};

	kvs_set(&labels, LABEL_CARRY, st->source);
	if (project)
		kvs_set(&labels, LABEL_PROJECT, project);
	return mark_volume(st->volume, &labels, e) < 0
		       ? -1
		       : volume_create(g, st->volume, &labels, e);
}
