/* SPDX-License-Identifier: MIT */
/* What even a janitor's death left behind. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/json.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/path.h"
#include "engine/container.h"
#include "host/x11.h"
#include "launch/bind_files.h"
#include "launch/launch.h"
#include "launch/ledger.h"
#include "launch/owner.h"

/* Removes what a dead launch left in the engine; false when something of it remains. */
static bool sweep_containers(struct engine *g, const char *id, const cJSON *o)
{
	AUTO_FREE char *label = xasprintf("%s=%s", LABEL_LAUNCH, id);
	AUTO_LIST struct container_list list = {0};
	const char *url = json_str(o, "url");
	bool all = true;

	if (url && strcmp(url, engine_info(g)->url) != 0)
		return false; /* the business of a start on that engine */
	if (container_list(g, label, true, &list, NULL) < 0)
		return false;
	for (size_t i = 0; i < list.n; i++) {
		const struct container_item *c = &list.v[i];
		bool stopped =
			!strcmp(c->state, "exited") || !strcmp(c->state, "created");

		if (!stopped && json_bool(o, "detached", false)) {
			all = false; /* it was meant to run on */
		} else if (!json_bool(o, "keep", false)) {
			log_info(
				"removing %s, left by a launch that was killed", c->name);
			all &= container_remove(g, c->id, true, NULL, NULL) == 0;
		} else if (!stopped) {
			all &= container_stop(g, c->id, 1, NULL) == 0;
		}
	}
	return all;
}

static void sweep_launch(struct engine *g, const char *dir, const char *id)
{
	AUTO_FREE char *path = xasprintf("%s/%s", dir, id);
	AUTO_FREE char *files = xasprintf("%s%s", path, LEDGER_FILES);
	AUTO_BUF struct buf text = {0};
	AUTO_JSON cJSON *o = NULL;

	if (file_read(path, LEDGER_MSG_MAX, &text, NULL) == 0 && text.n)
		o = json_parse(text.p, text.n, NULL);
	if (!sweep_containers(g, id, o))
		return;
	bind_files_remove(files);
	unlink(path);
}

void sweep(struct engine *g)
{
	AUTO_FREE char *dir = NULL;
	const char *display = getenv("DISPLAY");
	struct dirent *entry;
	bool found = false;
	DIR *d;

	if (runtime_dir(&dir, NULL) < 0 || !(d = opendir(dir)))
		return;
	while ((entry = readdir(d))) {
		if (strchr(entry->d_name, '.') || !ledger_is_dead(entry->d_name))
			continue;
		found = true;
		sweep_launch(g, dir, entry->d_name);
	}
	closedir(d);
	if (found && display && *display)
		x11_sweep(display, NULL);
}
