/* SPDX-License-Identifier: MIT */
/* What even a janitor's death left behind. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/path.h"
#include "engine/container.h"
#include "host/x11.h"
#include "launch/bind_files.h"
#include "launch/launch.h"
#include "launch/ledger.h"
#include "launch/owner.h"

static void sweep_containers(struct engine *g, const char *id)
{
	AUTO_FREE char *label = xasprintf("%s=%s", LABEL_LAUNCH, id);
	AUTO_LIST struct container_list list = {0};

	if (container_list(g, label, true, &list, NULL) < 0)
		return;
	for (size_t i = 0; i < list.n; i++) {
		log_info("removing %s, left by a launch that was killed", list.v[i].name);
		container_remove(g, list.v[i].id, true, NULL, NULL);
	}
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
		AUTO_FREE char *path = xasprintf("%s/%s", dir, entry->d_name);

		if (*entry->d_name == '.' || !ledger_is_dead(entry->d_name))
			continue;
		found = true;
		sweep_containers(g, entry->d_name);
		bind_files_remove(path); /* ID.files */
		unlink(path);
	}
	closedir(d);
	if (found && display && *display)
		x11_sweep(display, NULL);
}
