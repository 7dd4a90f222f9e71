/* SPDX-License-Identifier: MIT */
#include "cli/batch/submit_there.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/tree.h"
#include "batch/hand/hand.h"
#include "cli/batch/there.h"
#include "cli/batch/there_fetch.h"

enum { ANSWER_MAX = 65536 };

static bool is_of_project(const struct plan *p, const char *path)
{
	AUTO_FREE char *full = path_join(p->project, path);

	return path_below(full, p->project) != NULL;
}

static int refuse(const struct plan *p, const char *key, size_t i, const char *path,
	const char *cure, struct err *e)
{
	AUTO_FREE char *at = xasprintf("%s/%zu", key, i);

	err_set(e, EINVAL, "%s %s: only files of the project go to a cluster: %s", key,
		path, cure);
	return plan_fail(p, at, e);
}

static int check_one(struct plan *p, struct err *e)
{
	for (size_t i = 0; i < p->n_mounts; i++) {
		struct plan_mount *m = &p->mounts[i];

		if (m->type != MOUNT_BIND)
			continue;
		if (!is_of_project(p, m->source))
			return refuse(p, "mount", i, m->source,
				"have it in the project, or keep it there in a volume: "
				"c:volume",
				e);
		m->carry = CARRY_ELSEWHERE;
	}
	for (size_t i = 0; i < p->n_env_files; i++)
		if (!is_of_project(p, p->env_files[i].path))
			return refuse(p, "env_file", i, p->env_files[i].path,
				"have it in the project", e);
	if (p->home)
		p->home_carry = CARRY_ELSEWHERE;
	return 0;
}

int submit_there_check(struct plan *p, struct err *e)
{
	int rc = check_one(p, e);

	for (size_t i = 0; !rc && i < p->n_services; i++) {
		str_set(&p->services[i].project, p->project);
		rc = submit_there_check(&p->services[i], e);
	}
	return rc;
}

/* Its answer is one line. */
static void read_answer(int fd, struct buf *out)
{
	char piece[4096];
	ssize_t k;

	while ((k = read(fd, piece, sizeof piece)) > 0 || (k < 0 && errno == EINTR))
		if (k > 0 && out->n < ANSWER_MAX)
			buf_add(out, piece, (size_t)k);
}

static int unknown(const struct cli *c, struct err *e)
{
	AUTO_FREE char *typed = there_typed(c);

	return err_set(e, ECONNRESET,
		"the connection to %s broke before it was said whether the job is "
		"queued; "
		"look: %s jobs",
		c->cluster, typed);
}

/* 0 = it has the job, and said what is in answer; above: the status of who refused it,
 * and said why. */
static int hand_over(struct cli *c, const char *dir, struct buf *answer, struct err *e)
{
	AUTO_STRV struct strv words = {0};
	struct ssh_there t = {.own_group = true};
	struct err why = {0};
	int in[2], out[2], rc, sent, status = 0;

	strv_add(&words, "job-take");
	strv_add(&words, CNNRUN_VERSION);
	strv_add(&words, c->partition);
	if (pipe2(in, O_CLOEXEC) < 0)
		return err_errno(e, "pipe");
	if (pipe2(out, O_CLOEXEC) < 0) {
		close(in[0]);
		close(in[1]);
		return err_errno(e, "pipe");
	}
	t.in = in[0];
	t.out = out[1];
	rc = there_begin(c, &words, &t, e);
	close(in[0]);
	close(out[1]);
	sent = rc < 0 ? -1 : hand_write(in[1], dir, &why);
	close(in[1]);
	if (!rc)
		read_answer(out[0], answer);
	close(out[0]);
	if (rc < 0)
		return -1;
	ssh_there_ended(&t, true, &status);
	if (t.lost && !sent)
		return unknown(c, e);
	if (t.lost)
		return err_set(e, ECONNRESET,
			"the connection to %s broke; nothing is queued", c->cluster);
	if (!status && sent < 0) {
		*e = why;
		return -1;
	}
	return status;
}

static int submit(struct evaluation *ev, const struct batch_job *what, const char *dir,
	struct there_job *job, struct err *e)
{
	struct cli *c = ev->cli;
	AUTO_FREE char *typed = there_typed(c);
	AUTO_BUF struct buf answer = {0};
	AUTO_JSON cJSON *said = NULL;
	const char *number;
	int rc = hand_over(c, dir, &answer, e);

	if (rc)
		return rc;
	said = cJSON_ParseWithLength(buf_str(&answer), answer.n);
	number = json_str(said, "job");
	if (!number || !*number || strspn(number, "0123456789") != strlen(number))
		return err_set(e, EPROTO,
			"%s does not say whether it has the job; look: %s jobs",
			c->cluster, typed);
	job->number = xstrdup(number);
	job->awaited =
		there_await_files(c, what, dir, number, json_str(said, "directory"));
	if (what->n_tasks)
		log_info("job %s of %zu tasks; they are shown by: %s jobs %s", number,
			what->n_tasks, typed, number);
	else
		log_info("job %s; its output: %s logs -f %s", number, typed, number);
	if (job->awaited)
		log_info("what it makes comes home %s: %s fetch %s",
			opt_on(&ev->opts, "detach") ? "by" : "at its end, or by", typed,
			number);
	return 0;
}

int submit_there(struct evaluation *ev, const struct batch_job *what,
	const struct run_hooks *h, const char *dir, struct err *e)
{
	struct there_job job = {.tasks = what->n_tasks > 0};
	AUTO_BUF struct buf b = {0};
	struct engine *g;
	int rc = cli_engine(ev->cli, &g, e);

	if (!rc)
		rc = batch_freeze(g, what, h, dir, e);
	if (!rc)
		rc = slurm_write(what, dir, e);
	if (!rc)
		rc = submit(ev, what, dir, &job, e);
	tree_remove(dir, NULL);
	if (!rc && !opt_on(&ev->opts, "detach")) {
		rc = there_follow(ev->cli, &job, e);
	} else if (!rc) {
		buf_addf(&b, "%s\n", job.number);
		rc = print_out(&b, e);
	}
	free(job.number);
	return rc;
}
