/* SPDX-License-Identifier: MIT */
#include "launch/ledger/record.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/json.h"
#include "base/mem.h"
#include "base/path.h"

#define UNFINISHED ".new" /* until it is locked and written */

enum { RECORD_MAX = 65536, SCRAP_AGE_S = 60 };

void record_free(struct record *r)
{
	free(r->url);
	free(r->display);
	strv_free(&r->forwards);
	*r = (struct record){0};
}

/* Never shorter than it was, whatever the flags are. */
static char *text_of(const struct record *r)
{
	AUTO_JSON cJSON *o = cJSON_CreateObject();

	json_put(o, "url", r->url);
	json_put(o, "display", r->display);
	cJSON_AddNumberToObject(o, "keep", r->keep);
	cJSON_AddNumberToObject(o, "detached", r->detached);
	cJSON_AddNumberToObject(o, "place", r->place);
	if (r->forwards.n)
		cJSON_AddItemToObject(o, "forwards", json_strv(&r->forwards));
	return json_text(o, false);
}

int record_update(int fd, const struct record *r, struct err *e)
{
	AUTO_FREE char *text = text_of(r);
	size_t n = strlen(text);
	ssize_t k = pwrite(fd, text, n, 0);

	if (k < 0)
		return err_errno(e, "the record of this launch");
	if ((size_t)k != n) {
		errno = ENOSPC;
		return err_errno(e, "the record of this launch");
	}
	return 0;
}

static char *way_to(int fd)
{
	return xasprintf("/proc/self/fd/%d", fd);
}

/* -1 = this file system knows no such files. */
static int create_nameless(const char *path, const struct record *r)
{
	AUTO_FREE char *dir = path_join(path, ".."), *self = NULL;
	int fd = open(dir, O_RDWR | O_TMPFILE | O_CLOEXEC, 0600);

	if (fd < 0)
		return -1;
	self = way_to(fd);
	if (access(self, F_OK) == 0 && flock(fd, LOCK_EX | LOCK_NB) == 0 &&
		record_update(fd, r, NULL) == 0)
		return fd;
	close(fd);
	return -1;
}

int record_name(int fd, const char *path, struct err *e)
{
	AUTO_FREE char *self = way_to(fd);

	return linkat(AT_FDCWD, self, AT_FDCWD, path, AT_SYMLINK_FOLLOW) < 0
		       ? err_errno(e, "%s", path)
		       : 0;
}

static int create_unfinished(const char *path, const struct record *r, struct err *e)
{
	AUTO_FREE char *new = xasprintf("%s" UNFINISHED, path);
	int fd = open(new, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);

	if (fd < 0)
		return err_errno(e, "%s", new);
	if (flock(fd, LOCK_EX | LOCK_NB) < 0)
		err_errno(e, "lock %s", new);
	else if (record_update(fd, r, e) == 0) {
		if (rename(new, path) == 0)
			return fd;
		err_errno(e, "%s", path);
	} else {
		err_wrap(e, "%s", path);
	}
	unlink(new);
	close(fd);
	return -1;
}

int record_new(const char *path, const struct record *r, bool *named, struct err *e)
{
	int fd = create_nameless(path, r);

	*named = fd < 0;
	return fd < 0 ? create_unfinished(path, r, e) : fd;
}

int record_take(const char *path, struct record *out)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	AUTO_BUF struct buf text = {0};
	AUTO_JSON cJSON *o = NULL;

	*out = (struct record){0};
	if (fd < 0)
		return -1;
	if (flock(fd, LOCK_EX | LOCK_NB) < 0) {
		close(fd);
		return -1;
	}
	if (file_read(path, RECORD_MAX, &text, NULL) == 0 && text.n)
		o = json_parse(text.p, text.n, NULL);
	out->url = xstrdup(json_str(o, "url"));
	out->display = xstrdup(json_str(o, "display"));
	out->keep = json_num(o, "keep", 0) != 0;
	out->detached = json_num(o, "detached", 0) != 0;
	out->place = json_num(o, "place", 0) != 0;
	json_read_strv(json_get(o, "forwards"), &out->forwards);
	return fd;
}

bool record_is_dead(const char *path)
{
	AUTO_FD int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);

	return fd < 0 ? errno == ENOENT : flock(fd, LOCK_SH | LOCK_NB) == 0;
}

bool record_is_scrap(const char *path)
{
	const char *dot = strrchr(path, '.');
	struct stat st;

	return dot && !strcmp(dot, UNFINISHED) && lstat(path, &st) == 0 &&
	       time(NULL) - st.st_mtime > SCRAP_AGE_S;
}
