/* SPDX-License-Identifier: MIT */
/* O_EXCL decides between machines, for locks of the kernel mean nothing on some network
 * file systems. Between processes of one machine, containers included, the holder's
 * flock() tells whether it lives, for its pid means nothing in another container. */
#include "train/lock.h"
#include "base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum { WORD = 64, TRIES = 10 };

/* What a lock says of its holder; boot names a start of a machine's kernel. */
struct holder {
	char host[WORD], boot[WORD], job[WORD];
	long pid, restart;
};

struct lock {
	char *dir, *path;
	bool made_dir;
	int fd;
};

static void set_word(char to[WORD], const char *from)
{
	size_t length = 0;

	for (; from && *from && length < WORD - 1; from++)
		if (*from > ' ' && *from <= '~')
			to[length++] = *from;
	if (length == 0)
		to[length++] = '-';
	to[length] = 0;
}

static void read_boot(char to[WORD])
{
	FILE *f = fopen("/proc/sys/kernel/random/boot_id", "re");
	char line[WORD] = "";

	if (f && !fgets(line, sizeof(line), f))
		line[0] = 0;
	if (f)
		fclose(f);
	set_word(to, line);
}

static struct holder myself(void)
{
	static const char *const names[][2] = {{"CNNTRAIN_JOB", "CNNTRAIN_RESTART"},
		{"SLURM_JOB_ID", "SLURM_RESTART_COUNT"}};
	struct holder h = {.pid = getpid()};
	char host[WORD] = "";

	gethostname(host, sizeof(host) - 1);
	set_word(h.host, host);
	read_boot(h.boot);
	set_word(h.job, "");
	for (int i = 1; i >= 0; i--) {
		const char *job = getenv(names[i][0]), *restart = getenv(names[i][1]);

		if (!job || !*job)
			continue;
		set_word(h.job, job);
		h.restart = restart ? strtol(restart, NULL, 10) : 0;
	}
	return h;
}

static bool read_holder(int fd, struct holder *h)
{
	char text[512];
	ssize_t size = pread(fd, text, sizeof(text) - 1, 0);

	if (size <= 0)
		return false;
	text[size] = 0;
	return sscanf(text, "host %63s boot %63s pid %ld job %63s restart %ld", h->host,
		       h->boot, &h->pid, h->job, &h->restart) == 5;
}

static int write_holder(const struct lock *l, struct err *e)
{
	struct holder h = myself();
	AUTO_FREE char *text =
		mem_printf("host %s\nboot %s\npid %ld\njob %s\nrestart %ld\n", h.host,
			h.boot, h.pid, h.job, h.restart);
	size_t size = strlen(text);

	if (ftruncate(l->fd, 0) < 0 || pwrite(l->fd, text, size, 0) != (ssize_t)size ||
		fsync(l->fd) < 0) {
		err_set(e, "--log_dir: %s: %s", l->path, strerror(errno));
		unlink(l->path);
		return -1;
	}
	return 0;
}

static int refuse(const struct lock *l, const struct holder *h, struct err *e)
{
	AUTO_FREE char *job = strcmp(h->job, "-") != 0 ? mem_printf(", job %s, start %ld",
								 h->job, h->restart + 1)
						       : mem_printf("%s", "");

	return err_set(e,
		"%s is in use by process %ld on %s%s: name another --log_dir; if that "
		"run is over, rm '%s'",
		l->dir, h->pid, h->host, job, l->path);
}

/* The path still leads to what is open: a holder may have removed it meanwhile. */
static bool is_there(const struct lock *l)
{
	struct stat a, b;

	return fstat(l->fd, &a) == 0 && stat(l->path, &b) == 0 && a.st_dev == b.st_dev &&
	       a.st_ino == b.st_ino;
}

/* 1: taken; 0: look again, for it went away; -1: somebody has it. */
static int take_over(struct lock *l, struct err *e)
{
	struct holder h = {.host = "-", .boot = "-", .job = "-"}, me = myself();
	bool free = flock(l->fd, LOCK_EX | LOCK_NB) == 0;
	bool known = read_holder(l->fd, &h), here, before;

	if (!is_there(l))
		return 0;
	/* Nothing is written yet: its maker looks at flock() as well. */
	here = !known || (strcmp(h.boot, me.boot) == 0 && strcmp(me.boot, "-") != 0);
	before = strcmp(h.job, "-") != 0 && !strcmp(h.job, me.job) &&
		 h.restart < me.restart;
	if (!before && !(here && free))
		return refuse(l, &h, e);
	return write_holder(l, e) < 0 ? -1 : 1;
}

static int try_once(struct lock *l, struct err *e)
{
	struct holder h = {.host = "-", .job = "-"};

	l->fd = open(l->path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	if (l->fd >= 0) {
		/* Where it cannot be had at all, the file alone has to do. */
		if (flock(l->fd, LOCK_EX | LOCK_NB) < 0 && errno == EWOULDBLOCK) {
			read_holder(l->fd, &h);
			return refuse(l, &h, e);
		}
		return write_holder(l, e) < 0 ? -1 : 1;
	}
	if (errno != EEXIST)
		return err_set(e, "--log_dir: %s: %s", l->path, strerror(errno));
	l->fd = open(l->path, O_RDWR | O_CLOEXEC);
	if (l->fd < 0 && errno == ENOENT)
		return 0;
	if (l->fd < 0)
		return err_set(e, "--log_dir: %s: %s", l->path, strerror(errno));
	return take_over(l, e);
}

static void forget(struct lock *l)
{
	if (l->fd >= 0)
		close(l->fd);
	free(l->path);
	free(l->dir);
	free(l);
}

struct lock *lock_take(const char *dir, struct err *e)
{
	struct lock *l = mem_alloc(sizeof(*l));
	int taken = 0;

	l->fd = -1;
	l->dir = mem_printf("%s", dir);
	l->path = mem_printf("%s/lock", dir);
	l->made_dir = mkdir(dir, 0777) == 0;
	if (!l->made_dir && errno != EEXIST) {
		err_set(e, "--log_dir: %s: %s", dir, strerror(errno));
		taken = -1;
	}
	for (int i = 0; taken == 0 && i < TRIES; i++) {
		if (l->fd >= 0)
			close(l->fd);
		taken = try_once(l, e);
	}
	if (taken == 1)
		return l;
	if (taken == 0)
		err_set(e, "--log_dir: %s comes and goes: other runs start there",
			l->path);
	forget(l);
	return NULL;
}

void lock_release(struct lock *l)
{
	if (!l)
		return;
	if (is_there(l))
		unlink(l->path);
	if (l->made_dir)
		rmdir(l->dir);
	forget(l);
}
