/* SPDX-License-Identifier: MIT */
#include "launch/gate/gate.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/path.h"
#include "hold/hold.h"
#include "launch/gate/kept.h"
#include "launch/gate/place.h"
#include "launch/gate/program.h"
#include "launch/ledger/owner.h"
#include "launch/resolve/sources.h"

#define BOOT "/proc/sys/kernel/random/boot_id"

const char *const gate_names[GATE_NAMES] = {
	HOLD_ENTER, HOLD_LINE, HOLD_ENTER HOLD_SIZED, HOLD_LINE HOLD_SIZED, HOLD_PROBE};

static bool may_run(const char *dir)
{
	struct statvfs fs;

	return statvfs(dir, &fs) == 0 && !(fs.f_flag & ST_NOEXEC);
}

/* Below dir, unless programs there cannot be executed or the container outlives it. */
static int make_dir(struct gate *g, const struct resolved *s, const char *dir,
	const char *id, struct err *e)
{
	AUTO_FREE char *kept = gate_kept_dir(id);
	bool goes = !s->set.keep && !resolved_restarts(s);

	if (goes) {
		if (dir_make(dir, 0700, e) < 0)
			return -1;
		if (may_run(dir))
			g->dir = xasprintf("%s/" GATE_BELOW, dir);
	}
	if (!g->dir) {
		AUTO_FREE char *top = path_join(kept, "..");

		if (dir_make(top, 0700, e) < 0)
			return -1;
		if (!may_run(top))
			return err_set(e, EACCES,
				"no program can be executed in %s%s%s, which containers "
				"begin with; set XDG_STATE_HOME to a directory that is "
				"not mounted noexec",
				goes ? dir : "", goes ? " or " : "", top);
		g->dir = xstrdup(kept);
	}
	if (mkdir(g->dir, 0755) < 0 || chmod(g->dir, 0755) < 0)
		return err_errno(e, "%s", g->dir);
	return 0;
}

int gate_put(const struct gate *g, const char *name, const void *data, size_t n,
	mode_t mode, struct err *e)
{
	AUTO_FREE char *path = xasprintf("%s/%s", g->dir, name);

	if (file_write(path, data, n, mode, e) < 0)
		return -1;
	return chmod(path, mode) < 0 ? err_errno(e, "%s", path) : 0; /* the umask */
}

int gate_environment(const struct gate *g, const struct buf *all, struct err *e)
{
	return gate_put(g, HOLD_ENVIRONMENT, all->p, all->n, 0400, e);
}

/* Its path may be too long for an address. */
int gate_listen(const char *gate, const char *name, struct err *e)
{
	AUTO_FD int dir = open(gate, O_PATH | O_DIRECTORY | O_CLOEXEC);
	struct sockaddr_un a = {.sun_family = AF_UNIX};
	AUTO_FREE char *path = xasprintf("/proc/self/fd/%d/%s", dir, name);
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	snprintf(a.sun_path, sizeof a.sun_path, "%s", path);
	if (fd >= 0 && bind(fd, (struct sockaddr *)&a, sizeof a) == 0 &&
		chmod(path, 0666) == 0 && listen(fd, 1) == 0)
		return fd;
	err_errno(e, "%s/%s", gate, name);
	if (fd >= 0)
		close(fd);
	return -1;
}

static size_t depth(const char *path)
{
	size_t n = 0;

	for (; *path; path++)
		n += *path == '/';
	return n;
}

/* Engines mount by depth: nothing that lies less deep, wherever links of the image lead
 * it, comes to lie over the program afterwards. */
static char *target_of(const struct resolved *s, const char *id, bool in_dev)
{
	AUTO_BUF struct buf b = {0};
	const char *place = in_dev ? "/dev" : "";
	size_t deep = 0;

	for (size_t i = 0; i < s->n_mounts; i++) {
		AUTO_FREE char *target = path_join("/", s->mounts[i].target);

		if (depth(target) > deep)
			deep = depth(target);
		if (path_within("/dev", target))
			place = "";
	}
	for (size_t i = 0; i < s->from.volumes.n; i++)
		if (depth(s->from.volumes.v[i]) > deep)
			deep = depth(s->from.volumes.v[i]);
	buf_addf(&b, "%s/.cnnrun-%s", place, id);
	while (depth(b.p) <= deep)
		buf_adds(&b, "/d");
	return buf_take(&b);
}

/* What the engine would have run: an entrypoint of the plan's clears the image's command,
 * and one of one empty word is none. */
int gate_program(const struct resolved *s, struct strv *out, struct err *e)
{
	const struct settings *set = &s->set;
	const struct strv *entry =
		set->has_entrypoint ? &set->entrypoint : &s->from.entrypoint;
	const struct strv *command =
		set->command.n || set->has_entrypoint ? &set->command : &s->from.command;

	if (set->box)
		return 0;
	for (size_t i = 0; i < entry->n; i++)
		if (entry->n > 1 || *entry->v[i])
			strv_add(out, entry->v[i]);
	for (size_t i = 0; i < command->n; i++)
		strv_add(out, command->v[i]);
	return out->n ? 0
		      : err_set(e, EINVAL,
				"the image %s names no command; give one after --",
				s->image);
}

void gate_begins(struct resolved *s, const char *target, const struct strv *program)
{
	kvs_set(&s->set.labels, LABEL_GATE, target);
	strv_free(&s->held);
	strv_addf(&s->held, "%s/" HOLD_PROGRAM, target);
	for (size_t i = 0; i < program->n; i++)
		strv_add(&s->held, program->v[i]);
}

static int fill(struct gate *g, const char *url, struct err *e)
{
	if (gate_put(g, HOLD_PROGRAM, hold_program, hold_program_bytes, 0555, e) < 0)
		return -1;
	for (size_t i = 0; i < GATE_NAMES; i++) {
		AUTO_FREE char *path = xasprintf("%s/%s", g->dir, gate_names[i]);

		if (symlink(HOLD_PROGRAM, path) < 0)
			return err_errno(e, "%s", path);
	}
	if (url && gate_put(g, GATE_ENGINE, url, strlen(url), 0400, e) < 0)
		return -1;
	g->listener = gate_listen(g->dir, HOLD_SOCKET, e);
	return g->listener < 0 ? -1 : 0;
}

int gate_make(struct gate *g, struct resolved *s, const char *dir, const char *id,
	const char *url, struct err *e)
{
	AUTO_STRV struct strv program = {0};
	AUTO_FREE char *target = NULL;

	*g = (struct gate)GATE_NONE;
	if (!s->from.known)
		return 0;
	if (gate_program(s, &program, e) < 0)
		return -1;
	if (make_dir(g, s, dir, id, e) < 0 || fill(g, url, e) < 0) {
		gate_drop(g, s);
		return -1;
	}
	target = target_of(s, id, url);
	resolved_add_mount(s, MOUNT_BIND, g->dir, target)->readonly = true;
	gate_begins(s, target, &program);
	return 0;
}

int gate_tie(struct gate *g, struct err *e)
{
	g->tie = g->dir ? gate_listen(g->dir, HOLD_TIE, e) : -1;
	return g->dir && g->tie < 0 ? -1 : 0;
}

void gate_drop(struct gate *g, struct resolved *s)
{
	strv_free(&s->held);
	if (g->dir)
		gate_remove(g->dir);
	gate_close(g);
}

int gate_write(const struct gate *g, const struct resolved *s, bool sized, struct err *e)
{
	AUTO_BUF struct buf plan = {0}, table = {0};

	if (sources_check(s, e) < 0)
		return -1;
	if (!g->dir)
		return 0;
	if (file_read(BOOT, 64, &plan, e) < 0 || place_table(&table, e) < 0)
		return -1;
	gate_how(&plan, s);
	if (sized)
		buf_adds(&plan, HOLD_WAITS_SIZE);
	buf_addc(&plan, '\n');
	for (size_t i = 0; i < s->n_mounts; i++) {
		const struct resolved_mount *m = &s->mounts[i];
		AUTO_FREE char *target = path_join("/", m->target);
		struct stat st;

		if (m->fd < 0)
			continue;
		if (fstat(m->fd, &st) < 0 ||
			place_of(&table, m->fd, m->source, &plan) < 0)
			return err_set(e, ENOTSUP,
				"mount %s: it is on no mount of this machine", m->source);
		buf_addf(&plan, " %llu ", (unsigned long long)st.st_ino);
		place_path(&plan, target);
		buf_addc(&plan, '\n');
	}
	if (plan.n >= HOLD_PLAN_MAX)
		return err_set(e, E2BIG, "too many mounts");
	return gate_put(g, HOLD_PLAN, plan.p, plan.n, 0444, e);
}

void gate_close(struct gate *g)
{
	if (g->listener >= 0)
		close(g->listener);
	if (g->caller >= 0)
		close(g->caller);
	if (g->tie >= 0)
		close(g->tie);
	free(g->dir);
	*g = (struct gate)GATE_NONE;
}
