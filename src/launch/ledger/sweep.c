/* SPDX-License-Identifier: MIT */
/* What even a janitor's death left behind. */
#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "host/x11/x11.h"
#include "launch/launch.h"
#include "launch/ledger/ledger.h"
#include "base/places.h"
#include "launch/ledger/undo.h"

/* false when something of it remains, or it is the business of a start on another engine.
 */
static bool sweep_containers(struct engine *g, const char *id, const struct record *r)
{
	struct undone done;

	if (r->url && strcmp(r->url, engine_info(g)->url) != 0)
		return false;
	return undo_launch(g, id, r, true, &done) == 0 && !done.failed && !done.spared;
}

/* A display that is there but lets us not in may do so at another start. */
static bool sweep_display(const char *display)
{
	struct err e = {0};

	return !display || x11_sweep(display, &e) >= 0 ||
	       (e.code != EACCES && e.code != ETIMEDOUT);
}

static void sweep_launch(struct engine *g, const char *dir, const char *id)
{
	AUTO_FREE char *path = xasprintf("%s/%s", dir, id);
	AUTO_RECORD struct record r = {0};
	AUTO_FD int lock = record_take(path, &r);
	bool done;

	if (lock < 0)
		return;
	done = sweep_display(r.display);
	if (!sweep_containers(g, id, &r) || !done ||
		ledger_leave(path, id, &r, lock, NULL) == 0)
		return;
	undo_files(path, id, &r);
	unlink(path);
}

static bool is_login(const char *name)
{
	const char *dot = strrchr(name, '.');

	return dot && !strcmp(dot, ENGINE_LOGIN);
}

static void sweep_place(struct engine *g, const char *dir)
{
	DIR *d = opendir(dir);
	struct dirent *entry;

	if (!d)
		return;
	while ((entry = readdir(d))) {
		AUTO_FREE char *path = xasprintf("%s/%s", dir, entry->d_name);

		if (!strchr(entry->d_name, '.'))
			sweep_launch(g, dir, entry->d_name);
		else if (is_login(entry->d_name))
			engine_sweep(path);
		else if (record_is_scrap(path))
			unlink(path);
	}
	closedir(d);
}

void sweep(struct engine *g)
{
	for (enum place p = 0; p < PLACES; p++) {
		AUTO_FREE char *dir = NULL;

		if (place_find(p, &dir))
			sweep_place(g, dir);
	}
}
