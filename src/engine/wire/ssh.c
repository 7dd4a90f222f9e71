/* SPDX-License-Identifier: MIT */
#include "engine/wire/ssh.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/places.h"
#include "engine/engine.h"

/* ssh binds under a name that is longer by so much, and renames. */
enum { SSH_SUFFIX = 18 };

/* Bytes of the lock file: who makes the login, who uses it. */
enum { LOCK_MAKING, LOCK_USING };

struct login {
	char *url, *dir;
	pid_t pid;  /* whose descriptors these are: a janitor is another process */
	int lock;   /* a user's */
	int master; /* a connection that keeps it from ending for want of any */
	struct login *next;
};

static struct login *logins;

static int set_lock(int fd, short type, off_t byte, bool wait)
{
	struct flock f = {
		.l_type = type, .l_whence = SEEK_SET, .l_start = byte, .l_len = 1};
	int rc;

	do
		rc = fcntl(fd, wait ? F_OFD_SETLKW : F_OFD_SETLK, &f);
	while (rc < 0 && errno == EINTR);
	return rc;
}

/* The first place that is this user's and leaves the sockets' names short enough. */
static int make_dir(const char *url, char **out, struct err *e)
{
	char hex[DIGEST_HEX];

	digest_hex(url, strlen(url), hex);
	for (enum place p = 0; p < PLACES; p++) {
		AUTO_FREE char *top = NULL, *dir = NULL;

		if (place_make(p, &top, e) < 0)
			continue;
		dir = xasprintf("%s/%.12s" ENGINE_LOGIN, top, hex);
		if (strlen(dir) + SSH_SUFFIX + sizeof "/" SSH_CONTROL >=
			sizeof((struct sockaddr_un *)0)->sun_path) {
			err_set(e, ENAMETOOLONG, "%s is too long for sockets", dir);
			continue;
		}
		if (mkdir(dir, 0700) < 0 && errno != EEXIST) {
			err_errno(e, "%s", dir);
			continue;
		}
		*out = dir;
		dir = NULL;
		return 0;
	}
	return -1;
}

/* One of those that use it. The last one that left may just have taken the file away. */
static int join(struct login *l, struct err *e)
{
	for (;;) {
		AUTO_FREE char *path = path_join(l->dir, "lock");
		struct stat mine, there;

		if (mkdir(l->dir, 0700) < 0 && errno != EEXIST)
			return err_errno(e, "%s", l->dir);
		l->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
		if (l->lock < 0 && errno == ENOENT)
			continue;
		if (l->lock < 0 || set_lock(l->lock, F_RDLCK, LOCK_USING, true) < 0)
			return err_errno(e, "%s", path);
		if (fstat(l->lock, &mine) == 0 && stat(path, &there) == 0 &&
			mine.st_ino == there.st_ino)
			return 0;
		close(l->lock);
	}
}

static struct login *login_to(const char *url, struct err *e)
{
	struct login *l = logins;

	while (l && strcmp(l->url, url) != 0)
		l = l->next;
	if (!l) {
		char *dir;

		if (make_dir(url, &dir, e) < 0)
			return NULL;
		l = xcalloc(1, sizeof *l);
		l->url = xstrdup(url);
		l->dir = dir;
		l->next = logins;
		logins = l;
	}
	if (l->pid != getpid()) {
		l->pid = getpid();
		l->lock = l->master = -1;
	}
	return l->lock < 0 && join(l, e) < 0 ? NULL : l;
}

static int connect_to(const char *dir, const char *name)
{
	AUTO_FREE char *path = path_join(dir, name);
	struct sockaddr_un a = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	strncpy(a.sun_path, path, sizeof a.sun_path - 1);
	if (fd >= 0 && connect(fd, (struct sockaddr *)&a, sizeof a) == 0)
		return fd;
	if (fd >= 0)
		close(fd);
	return -1;
}

/* Whoever connects keeps the master; where it is a new one the old connection is dead. */
static int reach(struct login *l, bool anew)
{
	int fd = connect_to(l->dir, SSH_ENGINE);

	if (fd < 0)
		return -1;
	if (anew && l->master >= 0) {
		close(l->master);
		l->master = -1;
	}
	if (l->master < 0)
		l->master = connect_to(l->dir, SSH_CONTROL);
	return fd;
}

static int make(struct login *l, struct err *e)
{
	int fd;

	if (set_lock(l->lock, F_WRLCK, LOCK_MAKING, true) < 0)
		return err_errno(e, "%s", l->dir);
	fd = reach(l, true); /* another one made it meanwhile */
	if (fd < 0 && ssh_login(l->url, l->dir, e) == 0 && (fd = reach(l, true)) < 0)
		err_errno(e, "%s", l->url);
	set_lock(l->lock, F_UNLCK, LOCK_MAKING, false);
	return fd;
}

int ssh_wire_open(const char *url, int limit_ms, struct wire **out, struct err *e)
{
	struct login *l = login_to(url, e);
	int fd;

	(void)limit_ms; /* the socket is this machine's */
	if (!l)
		return -1;
	fd = reach(l, false);
	if (fd < 0)
		fd = make(l, e);
	if (fd < 0)
		return -1;
	*out = unix_wire(fd);
	return 0;
}

int ssh_enter(const char *url, struct err *e)
{
	struct login *l = login_to(url, e);
	AUTO_BUF struct buf said = {0};
	int fd = l ? connect_to(l->dir, SSH_CONTROL) : -1;

	if (l && fd < 0) {
		if (set_lock(l->lock, F_WRLCK, LOCK_MAKING, true) < 0)
			return err_errno(e, "%s", l->dir);
		fd = connect_to(l->dir, SSH_CONTROL); /* another one made it meanwhile */
		if (fd < 0 && ssh_first(url, l->dir, "", &said, e) == 0 &&
			(fd = connect_to(l->dir, SSH_CONTROL)) < 0)
			err_errno(e, "%s", url);
		set_lock(l->lock, F_UNLCK, LOCK_MAKING, false);
	}
	if (fd < 0)
		return -1;
	if (l->master >= 0)
		close(l->master);
	l->master = fd;
	return 0;
}

const char *ssh_dir(const char *url, struct err *e)
{
	const struct login *l = login_to(url, e);

	return l ? l->dir : NULL;
}

void ssh_hold(const char *url)
{
	struct login *l = login_to(url, NULL);

	if (l && l->master < 0)
		l->master = connect_to(l->dir, SSH_CONTROL);
}

static void remove_files(const char *dir)
{
	static const char *const names[] = {SSH_ENGINE, SSH_CONTROL, "lock"};

	for (size_t i = 0; i < COUNT_OF(names); i++) {
		AUTO_FREE char *path = path_join(dir, names[i]);

		unlink(path);
	}
	rmdir(dir);
}

void ssh_sweep(const char *dir)
{
	AUTO_FREE char *path = path_join(dir, "lock");
	AUTO_FD int fd = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW);

	if (fd < 0 ? errno == ENOENT : set_lock(fd, F_WRLCK, LOCK_USING, false) == 0)
		remove_files(dir);
}

void ssh_leave(void)
{
	for (struct login *l = logins; l; l = l->next) {
		if (l->pid != getpid() || l->lock < 0)
			continue;
		if (set_lock(l->lock, F_WRLCK, LOCK_USING, false) == 0) {
			if (l->master >= 0)
				ssh_control(l->url, l->dir, "exit", NULL, NULL);
			remove_files(l->dir);
		}
		if (l->master >= 0)
			close(l->master);
		close(l->lock);
		l->lock = l->master = -1;
	}
}
