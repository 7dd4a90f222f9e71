/* SPDX-License-Identifier: MIT */
#include "batch/job_metric.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/beneath.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/path.h"
#include "batch/batch.h"

enum { TAIL = 1 << 16, PLAN_MAX = 1 << 24 };

void job_metric_free(struct job_metric *m)
{
	free(m->line);
	free(m->words);
	*m = (struct job_metric){0};
}

/* The end of a file that fd is open on; "" where it is no file. */
static char *tail_of(int fd)
{
	char *text = xcalloc(1, TAIL + 1);
	struct stat st;
	off_t at;

	if (fd < 0 || fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))
		return text;
	at = st.st_size > TAIL ? st.st_size - TAIL : 0;
	if (pread(fd, text, TAIL, at) < 0)
		*text = 0;
	return text;
}

/* Its last line that is not empty, cut off from text; NULL = there is none. */
static char *last_line(char *text)
{
	size_t n = strlen(text);
	char *line;

	while (n && strchr("\n\r", text[n - 1]))
		text[--n] = 0;
	if (!n)
		return NULL;
	for (line = text + n; line > text && !strchr("\n\r", line[-1]);)
		line--;
	return line;
}

/* The same without what the scheduler says at the end of what failed. */
static char *last_said(char *text)
{
	char *line;

	while ((line = last_line(text)) &&
		(!strncmp(line, "srun: ", 6) || !strncmp(line, "slurmstepd: ", 12)))
		*line = 0;
	return line;
}

/* true: what came before was of another run. */
static bool take_entry(const cJSON *entry, struct job_metric *m)
{
	int64_t step = json_int64(entry, "step", -1);
	double loss = json_num(entry, "loss", NAN);

	if (m->step < 0)
		m->step = step;
	if (isnan(m->loss))
		m->loss = loss;
	if (isnan(m->acc))
		m->acc = json_num(entry, "test_acc", NAN);
	if (!json_str(entry, "run"))
		return false;
	m->of = json_int64(entry, "steps", m->of);
	m->from = json_int64(entry, "after_step", 0);
	if (m->step < 0)
		m->step = json_int64(entry, "after_step", -1);
	return true;
}

void metric_of_jsonl(char *text, struct job_metric *out)
{
	bool begun = false;
	char *line;

	while (!begun && (line = last_line(text))) {
		AUTO_JSON cJSON *entry = json_parse(line, strlen(line), NULL);

		begun = take_entry(entry, out);
		*line = 0;
	}
}

/* The word after --log_dir, or --log_dir=WORD; the trainer's own choice without one. */
static const char *word_of(const cJSON *command, const char *option, const char *usual)
{
	size_t n = strlen(option);
	const cJSON *w;

	cJSON_ArrayForEach(w, command)
	{
		const char *s = cJSON_IsString(w) ? w->valuestring : "";

		if (!strcmp(s, option) && cJSON_IsString(w->next))
			usual = w->next->valuestring;
		else if (!strncmp(s, option, n) && s[n] == '=')
			usual = s + n + 1;
	}
	return usual;
}

/* Where a path of the container lies here: below the mount that is nearest to it. */
static const char *below_mount(const cJSON *plan, const char *path, const char **source)
{
	const char *best = NULL;
	size_t longest = 0;
	const cJSON *m;

	cJSON_ArrayForEach(m, json_get(plan, "mount"))
	{
		const char *from = json_str(m, "source"), *to = json_str(m, "target"),
			   *rest = from && to ? path_below(path, to) : NULL;

		if (rest && strlen(to) >= longest) {
			longest = strlen(to);
			best = rest;
			*source = from;
		}
	}
	return best;
}

static cJSON *plan_of(const struct job *j, const struct job_task *t)
{
	AUTO_FREE char *its = job_file(j, t, FROZEN_PLAN),
		       *all = path_join(j->dir, FROZEN_PLAN);
	cJSON *frozen = json_read(its, PLAN_MAX, NULL);

	return frozen ? frozen : json_read(all, PLAN_MAX, NULL);
}

/* Open on the trainer's log, if it is of this job; -1. Its directory is the container's
 * to fill: nothing outside of it is opened. */
static int open_jsonl(const struct job *j, const cJSON *plan)
{
	const cJSON *command = json_get(plan, "command");
	const char *workdir = json_str(plan, "workdir"), *source = NULL, *rest;
	AUTO_FREE char *folder = path_join(workdir ? workdir : "/",
			       word_of(command, "--log_dir", "logs")),
		       *path = path_join(folder, "train.jsonl"), *top = NULL;
	AUTO_FD int dir = -1;
	struct stat st;
	int fd;

	rest = below_mount(plan, path, &source);
	if (!rest || !j->project)
		return -1;
	top = path_join(j->project, source);
	dir = open(top, O_PATH | O_DIRECTORY | O_CLOEXEC);
	fd = dir < 0 ? -1 : open_beneath(dir, rest, FILE_READ);
	if (fd >= 0 && (fstat(fd, &st) < 0 || st.st_mtime < j->submitted)) {
		close(fd);
		return -1;
	}
	return fd;
}

/* A run that goes on has the same steps as the first one in the file. */
static int64_t steps_of_first(int fd)
{
	char line[4096] = "";
	ssize_t n = fd < 0 ? -1 : pread(fd, line, sizeof line - 1, 0);
	AUTO_JSON cJSON *run = n > 0 ? json_parse(line, strcspn(line, "\n"), NULL) : NULL;

	return json_str(run, "run") ? json_int64(run, "steps", -1) : -1;
}

void job_metric_read(
	const struct job *j, const struct job_task *t, struct job_metric *out)
{
	AUTO_FREE char *path = job_file(j, t, "log");
	AUTO_FD int log = open(path, FILE_READ), fd = -1;
	AUTO_FREE char *said = tail_of(log), *text = NULL;
	AUTO_JSON cJSON *frozen = plan_of(j, t);
	const cJSON *plan =
		json_get(json_get(json_get(frozen, "plan"), "containers"), "main");

	*out = (struct job_metric){.step = -1, .of = -1, .loss = NAN, .acc = NAN};
	out->line = xstrdup(last_said(said));
	out->words = xstrdup(json_str(frozen, "words"));
	fd = open_jsonl(j, plan);
	text = tail_of(fd);
	metric_of_jsonl(text, out);
	if (out->of < 0)
		out->of = steps_of_first(fd);
}
