/* SPDX-License-Identifier: MIT */
/* A file in the user's state directory or, for users whose home is not theirs to write
 * (sudo with the other one's HOME, a service's), in the runtime directory. */
#include "launch/ledger/mark_key.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/places.h"

enum { KEYS = 2 };

static void key_paths(bool make, char *paths[KEYS])
{
	static const enum place places[] = {PLACE_RUNTIME, PLACE_TMP};

	paths[0] = xdg_path("STATE", "key");
	paths[1] = NULL;
	for (size_t i = 0; !paths[1] && i < COUNT_OF(places); i++) {
		AUTO_FREE char *dir = NULL;

		if (make && place_is_for_records(places[i]) &&
			place_make(places[i], &dir, NULL) < 0)
			continue;
		if (dir || place_find(places[i], &dir))
			paths[1] = xasprintf("%s/mark.key", dir);
	}
}

static void paths_free(char *paths[KEYS])
{
	for (size_t i = 0; i < KEYS; i++)
		free(paths[i]);
}

/* Another user's is not ours to use, nor is one that others can read, and a link is not
 * followed. */
static bool read_key(const char *path, struct mark_key *out)
{
	AUTO_FD int fd = open(path, FILE_READ | O_NOFOLLOW);
	struct stat st;

	if (fd < 0)
		return false;
	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) || st.st_uid != geteuid())
		return false;
	if (!(st.st_mode & 077) &&
		read(fd, out->bytes, sizeof out->bytes) == sizeof out->bytes)
		return true;
	log_warn("%s is damaged or open to others, so it counts for nothing; remove it "
		 "when no container runs: rm %s",
		path, path);
	return false;
}

bool mark_key_read(struct mark_key *out)
{
	char *paths[KEYS];
	bool found = false;

	key_paths(false, paths);
	for (size_t i = 0; !found && i < KEYS; i++)
		found = paths[i] && read_key(paths[i], out);
	paths_free(paths);
	return found;
}

/* Nothing is made in a home that is somebody else's. */
static bool place_is_mine(const char *path)
{
	AUTO_FREE char *dir = xstrdup(path);
	struct stat st;
	char *slash;

	while ((slash = strrchr(dir, '/')) && slash > dir) {
		*slash = 0;
		if (stat(dir, &st) == 0)
			return st.st_uid == geteuid();
		if (errno != ENOENT)
			return false;
	}
	return false;
}

/* Written before it has its name, which only the first writer gives. */
static int make_key(const char *path, struct err *e)
{
	AUTO_FREE char *dir = path_join(path, "..");
	AUTO_FREE char *new = xasprintf("%s.%d", path, (int)getpid());
	struct mark_key key;
	AUTO_FD int fd = -1;
	int rc = -1;

	if (!place_is_mine(path))
		return err_set(e, EACCES, "%s is not this user's to write", dir);
	if (getrandom(key.bytes, sizeof key.bytes, 0) != sizeof key.bytes)
		return err_errno(e, "random bytes");
	if (dir_make(dir, 0700, e) < 0)
		return -1;
	fd = open(new, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return err_errno(e, "%s", new);
	if (write(fd, key.bytes, sizeof key.bytes) == sizeof key.bytes)
		rc = link(new, path) < 0 && errno != EEXIST ? -1 : 0;
	if (rc < 0)
		err_errno(e, "%s", path);
	unlink(new);
	return rc;
}

int mark_key_ensure(struct mark_key *out, struct err *e)
{
	struct err why[KEYS] = {0};
	char *paths[KEYS];
	bool found = mark_key_read(out);

	if (found)
		return 0;
	key_paths(true, paths);
	for (size_t i = 0; !found && i < KEYS; i++)
		found = paths[i] && make_key(paths[i], &why[i]) == 0 &&
			read_key(paths[i], out);
	paths_free(paths);
	if (found)
		return 0;
	return err_set(e, EACCES,
		"there is no place for the key by which this user's containers are "
		"known: %s; set XDG_STATE_HOME to a directory of yours",
		*why[0].msg ? why[0].msg : "the one that is there counts for nothing");
}
