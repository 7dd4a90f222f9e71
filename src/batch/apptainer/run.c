/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/tree.h"
#include "batch/apptainer/apptainer.h"
#include "launch/gate/gate.h"
#include "launch/resolve/sources.h"
#include "launch/session/signals.h"

enum { LOOK_MS = 20 };

/* A task under way. */
struct going {
	struct resolved *s;
	struct gate gate;
	char *run; /* its directory */
	int held;  /* that, locked: it is at work */
	pid_t pid;
	int pidfd;
	bool begun; /* the command runs, and takes signals */
};

static bool is_over(const struct going *t, int limit_ms)
{
	struct pollfd p[] = {{.fd = t->pidfd, .events = POLLIN},
		{.fd = t->begun ? signals_fd() : -1, .events = POLLIN}};

	return poll(p, 2, limit_ms) > 0 && p[0].revents;
}

/* Until its command runs. */
static int begin(
	struct going *t, const struct launch_events *told, int *status, struct err *e)
{
	int heard = 0;

	while (!heard) {
		bool over = is_over(t, 0);

		heard = gate_hear(&t->gate, t->s, LOOK_MS, status, e);
		if (!heard && over) {
			int ended = apptainer_wait(t->pid);

			t->pid = 0;
			return err_set(e, EIO,
				"apptainer does not start the container, with status %d; "
				"what it says is above: are user namespaces allowed on "
				"this node?",
				ended);
		}
		/* nothing has begun that could end well */
		if (!heard && signals_end_asked())
			return err_set(e, ERR_INTERRUPTED, "interrupted");
	}
	if (heard < 0)
		return -1;
	t->begun = true;
	if (told && told->on_start)
		told->on_start(told->ctx, NULL);
	return 0;
}

static void follow(struct going *t)
{
	while (!is_over(t, -1)) {
		const char *name;
		int sig;

		while ((sig = signals_next(&name)))
			kill(t->pid, sig);
	}
}

static int start(
	struct going *t, const char *program, const struct unpacked *u, struct err *e)
{
	AUTO_STRV struct strv words = {0};
	AUTO_BUF struct buf env = {0};

	apptainer_environment(&env, t->s, u);
	apptainer_words(&words, program, t->s, u, t->run);
	if (gate_environment(&t->gate, &env, e) < 0 ||
		gate_write(&t->gate, t->s, false, e) < 0 ||
		apptainer_start(&words, t->run, &t->pid, e) < 0)
		return -1;
	t->pidfd = (int)syscall(SYS_pidfd_open, t->pid, 0);
	return t->pidfd < 0 ? err_errno(e, "pidfd_open") : 0;
}

/* Its own place on the node, and in it that of /tmp and of each directory that an engine
 * would make in the container. */
static int make_places(struct going *t, struct err *e)
{
	AUTO_FREE char *top = NULL, *work = NULL;

	if (apptainer_place(APPTAINER_RUNS, &top, e) < 0)
		return -1;
	t->run = xasprintf("%s/XXXXXX", top);
	if (!mkdtemp(t->run)) {
		free(t->run);
		t->run = NULL;
		return err_errno(e, "%s", top);
	}
	t->held = open(t->run, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (t->held < 0 || flock(t->held, LOCK_EX) < 0)
		return err_errno(e, "%s", t->run);
	work = path_join(t->run, "work");
	for (size_t i = 0; i < t->s->n_files; i++) {
		AUTO_FREE char *made = xasprintf("%s/made.%zu", t->run, i);

		if (dir_make(made, 0700, e) < 0)
			return -1;
		resolved_add_mount(t->s, MOUNT_BIND, made, t->s->files[i].path);
	}
	return dir_make(work, 0700, e);
}

static int carry_out(struct going *t, const char *program, const struct unpacked *u,
	const struct launch_events *told, int *status, struct err *e)
{
	int rc = -1, ended = 0;

	if (sources_make(t->s, e) < 0 || make_places(t, e) < 0 ||
		gate_make(&t->gate, t->s, t->run, strrchr(t->run, '/') + 1, NULL, e) < 0)
		return -1;
	/* Apptainer forgets whose death it is to end with, as it changes its rights */
	if (gate_tie(&t->gate, e) < 0)
		return -1;
	signals_catch();
	if (start(t, program, u, e) == 0)
		rc = begin(t, told, status, e);
	if (!rc)
		follow(t);
	else if (t->pid > 0)
		kill(t->pid, SIGKILL);
	if (t->pid > 0)
		ended = apptainer_wait(t->pid);
	if (!rc)
		*status = ended;
	signals_release();
	return rc;
}

int apptainer_run(const char *program, const struct run_request *r,
	const struct run_hooks *h, const cJSON *images, int *status, struct err *e)
{
	const struct engine_facts facts = {0};
	AUTO_READY struct run_ready ready = {0};
	AUTO_RIGHTS struct rights rights = {0};
	struct unpacked u = {.lock = -1};
	struct going t = {.s = &ready.s, .gate = GATE_NONE, .pidfd = -1, .held = -1};
	int rc;

	*status = 125;
	resolved_init(&ready.s);
	log_info("this node has no engine but Apptainer");
	rc = apptainer_can(r->plan, e);
	if (!rc)
		rc = resolve(r->plan, &facts, &ready.s, &rights, e);
	if (!rc) {
		rights_add_now(&ready.now, &rights);
		rc = allow(&ready.now, r->src, &h->consent, e);
	}
	if (!rc)
		rc = apptainer_takes(&ready.s, e);
	if (!rc)
		rc = unpacked_open(
			&u, program, cJSON_GetArrayItem(images, 0), &ready.s, e);
	if (!rc)
		rc = carry_out(&t, program, &u, h->events, status, e);
	gate_drop(&t.gate, &ready.s);
	if (t.run)
		tree_remove(t.run, NULL);
	if (t.held >= 0)
		close(t.held);
	if (t.pidfd >= 0)
		close(t.pidfd);
	free(t.run);
	unpacked_close(&u);
	return rc;
}
