/* SPDX-License-Identifier: MIT */
/* How jobs stand by the word of the scheduler: squeue's while it knows them, then
 * sacct's. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/strv.h"
#include "batch/jobs.h"
#include "batch/tool.h"

static const struct {
	const char *word;
	enum job_state state;
} words[] = {
	{"PENDING", JOB_WAITING},
	{"REQUEUED", JOB_WAITING},
	{"REQUEUE_HOLD", JOB_WAITING},
	{"REQUEUE_FED", JOB_WAITING},
	{"SPECIAL_EXIT", JOB_WAITING},
	{"RESV_DEL_HOLD", JOB_WAITING},
	{"CONFIGURING", JOB_RUNNING},
	{"RUNNING", JOB_RUNNING},
	{"COMPLETING", JOB_RUNNING},
	{"SUSPENDED", JOB_RUNNING},
	{"STOPPED", JOB_RUNNING},
	{"SIGNALING", JOB_RUNNING},
	{"RESIZING", JOB_RUNNING},
	{"STAGE_OUT", JOB_RUNNING},
	{"COMPLETED", JOB_DONE},
	{"FAILED", JOB_FAILED},
	{"OUT_OF_MEMORY", JOB_FAILED},
	{"LAUNCH_FAILED", JOB_FAILED},
	{"CANCELLED", JOB_CANCELLED},
	{"REVOKED", JOB_CANCELLED},
	{"TIMEOUT", JOB_TIMED_OUT},
	{"DEADLINE", JOB_TIMED_OUT},
	{"NODE_FAIL", JOB_LOST},
	{"BOOT_FAIL", JOB_LOST},
	{"PREEMPTED", JOB_LOST},
};

/* "CANCELLED by 1000" is sacct's, "CANCELLED+" of old ones. */
static enum job_state state_of(const char *text)
{
	size_t n = strcspn(text, " +");

	for (size_t i = 0; i < COUNT_OF(words); i++)
		if (strlen(words[i].word) == n && !strncmp(words[i].word, text, n))
			return words[i].state;
	return JOB_UNKNOWN;
}

/* "2-03:04:05", "03:04:05", "4:05"; -1 where there is no limit. */
static int64_t seconds_of(const char *text)
{
	long d = 0, v[3] = {0};
	const char *dash = strchr(text, '-');
	int n;

	if (dash && sscanf(text, "%7ld-", &d) != 1)
		return -1;
	n = sscanf(dash ? dash + 1 : text, "%7ld:%7ld:%7ld", &v[0], &v[1], &v[2]);
	if (n < 2 && !(dash && n == 1))
		return -1;
	if (n == 2 && !dash)
		return v[0] * 60 + v[1];
	return d * 86400 + v[0] * 3600 + v[1] * 60 + v[2];
}

/* Cuts text at its first n - 1 bars; the last field has the rest. */
static bool split(char *text, char **fields, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		fields[i] = text;
		if (i + 1 == n)
			break;
		text = strchr(text, '|');
		if (!text)
			return false;
		*text++ = 0;
	}
	return true;
}

/* Numbers come again: of the same number only what was made of this directory is it. */
static struct job *find_job(struct jobs *l, const char *number, const char *made_of)
{
	for (size_t i = 0; i < l->n; i++) {
		AUTO_FREE char *dir = NULL;

		if (strcmp(l->v[i].number, number) != 0)
			continue;
		dir = xasprintf("%s/", l->v[i].dir);
		if (strstr(made_of, dir))
			return &l->v[i];
	}
	return NULL;
}

static int by_index(const void *key, const void *task)
{
	return *(const int *)key - ((const struct job_task *)task)->index;
}

/* NULL where it has ended by its own word, which counts. */
static struct job_task *find_task(struct job *j, const char *text)
{
	int index = atoi(text);
	struct job_task *t = j->tasks;

	if (t->index >= 0)
		t = *text < '0' || *text > '9'
			    ? NULL
			    : bsearch(&index, t, j->n_tasks, sizeof *t, by_index);
	return t && t->status < 0 ? t : NULL;
}

/* "NUMBER|TASK|STATE|LEFT|BEGAN|NODES|REASON|ID|COMMAND" */
void squeue_read(struct jobs *l, char *text)
{
	for (char *next; *text; text = next) {
		size_t n = strcspn(text, "\n");
		struct job_task *t;
		struct job *j;
		char *f[9];

		next = text + n + (text[n] == '\n');
		text[n] = 0;
		if (!split(text, f, COUNT_OF(f)) || !(j = find_job(l, f[0], f[8])) ||
			!(t = find_task(j, f[1])))
			continue;
		t->state = state_of(f[2]);
		t->left = t->state == JOB_RUNNING ? seconds_of(f[3]) : -1;
		t->began = t->state != JOB_WAITING && atoll(f[4]) > 0 ? atoll(f[4]) : -1;
		str_set(&t->id, t->state == JOB_RUNNING ? f[7] : NULL);
		str_set(&t->hosts, *f[5] ? f[5] : NULL);
		str_set(&t->why, t->state == JOB_WAITING && strcmp(f[6], "None") != 0
					 ? f[6]
					 : NULL);
	}
}

/* "NUMBER[_TASK]|STATE|CODE:SIGNAL|BEGAN|NODES|SUBMITTED BY" */
void sacct_read(struct jobs *l, char *text)
{
	for (char *next; *text; text = next) {
		size_t n = strcspn(text, "\n"), at;
		int code = -1, sig = 0;
		struct job_task *t;
		struct job *j;
		char *f[6];

		next = text + n + (text[n] == '\n');
		text[n] = 0;
		if (!split(text, f, COUNT_OF(f)))
			continue;
		at = strcspn(f[0], "_");
		n = f[0][at] == '_' ? at + 1 : at;
		f[0][at] = 0;
		if (!(j = find_job(l, f[0], f[5])) || !(t = find_task(j, f[0] + n)) ||
			t->state != JOB_UNKNOWN)
			continue;
		t->state = state_of(f[1]);
		if (job_ended(t->state) && sscanf(f[2], "%9d:%9d", &code, &sig) == 2)
			t->status = sig ? 128 + sig : code;
		t->began = atoll(f[3]) > 0 ? atoll(f[3]) : -1;
		str_set(&t->hosts, *f[4] ? f[4] : NULL);
	}
}

static bool is_open(const struct job *j, bool unknown_only)
{
	for (size_t i = 0; i < j->n_tasks; i++)
		if (j->tasks[i].status < 0 &&
			(!unknown_only || j->tasks[i].state == JOB_UNKNOWN))
			return true;
	return false;
}

/* "42,43" of those that somebody has to be asked about; "" = none. */
static char *open_numbers(const struct jobs *l, bool unknown_only)
{
	AUTO_BUF struct buf b = {0};

	for (size_t i = 0; i < l->n; i++)
		if (is_open(&l->v[i], unknown_only))
			buf_addf(&b, "%s%s", b.n ? "," : "", l->v[i].number);
	return buf_take(&b);
}

static int ask(const char *const *by, const char *last, struct buf *out, struct err *e)
{
	AUTO_STRV struct strv all = {0};

	for (; *by; by++)
		strv_add(&all, *by);
	if (last)
		strv_add(&all, last);
	return tool_run(&all, out, e);
}

/* --jobs of several fails where it has forgotten one; of one, it has then nothing to say.
 */
static int ask_squeue(const struct jobs *l, struct buf *out, struct err *e)
{
	static const char *const squeue[] = {"squeue", "--me", "--array", "--states=all",
		"--noheader", "--format=%F|%K|%T|%L|%S|%N|%r|%A|%o", NULL};
	AUTO_FREE char *one = l->n == 1 ? xasprintf("--jobs=%s", l->v[0].number) : NULL;
	struct err why = {0};

	if (ask(squeue, one, out, &why) == 0 ||
		(one && strstr(why.msg, "Invalid job id")))
		return 0;
	return err_set(e, why.code, "%s", why.msg);
}

/* Nobody else knows of it any more: then that is how it ended. */
static void settle(struct job *j)
{
	for (size_t i = 0; i < j->n_tasks; i++) {
		struct job_task *t = &j->tasks[i];
		AUTO_FREE char *cancelled = job_file(j, t, "cancelled");

		if (t->killed && t->state == JOB_UNKNOWN)
			t->state = access(cancelled, F_OK) ? JOB_FAILED : JOB_CANCELLED;
	}
}

int jobs_ask(struct jobs *l, struct err *e)
{
	static const char *const sacct[] = {"sacct", "--noheader", "--parsable2",
		"--allocations",
		"--format=JobID,State,ExitCode,Start,NodeList,SubmitLine", "--jobs",
		NULL};
	AUTO_FREE char *numbers = open_numbers(l, false), *left = NULL;
	AUTO_BUF struct buf queue = {0}, past = {0};

	if (!*numbers)
		return 0;
	if (ask_squeue(l, &queue, e) < 0)
		return -1;
	if (queue.n)
		squeue_read(l, queue.p);
	left = open_numbers(l, true);
	if (*left && ask(sacct, left, &past, NULL) == 0 && past.n)
		sacct_read(l, past.p);
	for (size_t i = 0; i < l->n; i++)
		settle(&l->v[i]);
	return 0;
}
