/* SPDX-License-Identifier: MIT */
/* cnnrun export: a plan for those who have no cnnrun. */
#include <errno.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/path.h"
#include "batch/batch.h"
#include "cli/evaluate.h"
#include "cli/file/export.h"
#include "cli/sweep.h"
#include "convert/convert.h"
#include "launch/launch.h"

#define BESIDE "compose.yaml"

static const struct kind {
	const char *name;
	const char *up; /* from where such a file lies to the project */
	mode_t mode;
	char *(*convert)(struct conversion *c);
	int (*fits)(struct conversion *c, struct err *e); /* NULL = whatever it is */
} kinds[] = {{"docker", ".", 0755, convert_docker, NULL},
	{"compose", ".", 0644, convert_compose, NULL},
	{"devcontainer", "..", 0644, convert_devcontainer, NULL},
	{"k8s", ".", 0644, convert_k8s, k8s_fits}};

static const struct kind *kind_find(const char *word)
{
	for (size_t i = 0; word && i < COUNT_OF(kinds); i++)
		if (!strcmp(word, kinds[i].name))
			return &kinds[i];
	return NULL;
}

enum { OUTPUT, CODE, NODE };
static const struct opt table[] = {
	[OUTPUT] = {.name = "output",
		.letter = 'o',
		.arg = "FILE",
		.about = "write it there; else to standard output"},
	[CODE] = {.name = "code",
		.arg = "FROM",
		.about = "k8s: the project's files: image, pvc=NAME, git=URL@REVISION"},
	[NODE] = {.name = "node",
		.arg = "LABEL=VALUE",
		.about = "k8s: only on nodes that are labelled so",
		.many = true},
};

/* An option of the profile's that is called so is not ours. */
static const char *ours(const struct opts *o, size_t which)
{
	const char *text = NULL;

	for (size_t i = 0; i < o->n_given; i++)
		if (o->given[i].opt == &table[which])
			text = o->given[i].text;
	return text;
}

/* From the directory of the file to the project: "..", or whole where it is elsewhere. */
static char *way_up(const char *file, const char *project, struct err *e)
{
	AUTO_FREE char *cwd = cwd_get(e), *path = cwd ? path_join(cwd, file) : NULL;
	AUTO_BUF struct buf up = {0};
	const char *dir;

	if (!path)
		return NULL;
	for (dir = dirname(path); path_within(dir, project) && strcmp(dir, project) != 0;
		dir = dirname(path))
		buf_adds(&up, up.n ? "/.." : "..");
	if (strcmp(dir, project) != 0)
		return xstrdup(project);
	return xstrdup(up.n ? up.p : ".");
}

/* What the file cannot say, once each. */
static void warn(const struct strv *lost)
{
	AUTO_STRV struct strv said = {0};

	for (size_t i = 0; i < lost->n; i++) {
		if (strv_has(&said, lost->v[i]))
			continue;
		strv_add(&said, lost->v[i]);
		log_warn("not in it: %s", lost->v[i]);
	}
}

static int put_out(struct buf *text, const char *file, mode_t mode, struct err *e)
{
	return file ? file_write(file, buf_str(text), text->n, mode, e)
		    : print_out(text, e);
}

/* A devcontainer beside services is one of a compose file's. */
static int put_beside(struct conversion *c, const char *file, struct err *e)
{
	AUTO_FREE char *dir = NULL, *path = NULL, *text = NULL;

	if (!file) {
		log_warn("it names " BESIDE " beside it, for the services: cnnrun export "
			 "devcontainer %s -o .devcontainer/devcontainer.json writes both",
			c->shown);
		return 0;
	}
	dir = xstrdup(file);
	path = path_join(dirname(dir), BESIDE);
	text = convert_compose(c);
	log_info("%s is written too", path);
	return file_write(path, text, strlen(text), 0644, e);
}

/* What an option took from a secret's variable may be anywhere in a plan. */
static int no_secret(const struct evaluation *ev, const char *text, struct err *e)
{
	for (size_t i = 0; i < ev->own.n; i++) {
		const struct profile_option *o = &ev->own.v[i];

		if (o->got && *o->got && looks_like_token(o->env, o->got) &&
			strstr(text, o->got))
			return err_set(e, EPERM,
				"the value of $%s (--%s) would be in the file; the "
				"profile is to pass it on by c:env",
				o->env, o->name);
	}
	return 0;
}

/* Adds its text to out; c has its plan, and what was said of this kind. */
static int convert(struct evaluation *ev, struct resolved *s, const struct kind *k,
	struct conversion *c, struct buf *out, struct err *e)
{
	const char *file = ours(&ev->opts, OUTPUT);
	AUTO_FREE char *up = file ? way_up(file, ev->plan.project, e) : xstrdup(k->up);
	AUTO_FREE char *text = NULL;

	if (!up || portable(&ev->plan, s, e) < 0)
		return -1;
	c->s = s;
	c->up = up;
	if (k->fits && k->fits(c, e) < 0)
		return -1;
	text = k->convert(c);
	if (no_secret(ev, text, e) < 0)
		return -1;
	buf_adds(out, text);
	return s->n_services && k->convert == convert_devcontainer
		       ? put_beside(c, file, e)
		       : 0;
}

static int export_plan(struct evaluation *ev, const struct kind *k, struct conversion *c,
	struct buf *out, struct err *e)
{
	size_t n = ev->plan.n_services + 1;
	struct engine_facts unknown;
	AUTO_RESOLVED struct resolved s;
	AUTO_STRV struct strv lacks = {0};
	AUTO_FREE struct rights *shares = NULL;
	int rc;

	resolved_init(&s);
	if (ev->action != ACTION_RUN)
		return err_set(e, ERR_USAGE,
			"%s describes no container: there is nothing to export",
			ev->src.shown);
	c->p = &ev->plan;
	c->s = NULL;
	c->shown = ev->src.shown;
	c->code = ours(&ev->opts, CODE);
	if (export_nodes(&ev->opts, &table[NODE], &c->nodes, e) < 0 ||
		(k->fits && k->fits(c, e) < 0))
		return -1;
	cli_facts(ev->cli, false, &unknown);
	shares = xcalloc(n, sizeof *shares);
	rc = resolve_each(&ev->plan, &unknown, &s, shares, &lacks, e);
	for (size_t i = 0; i < n; i++)
		rights_free(&shares[i]);
	if (!rc && k->fits)
		rc = export_pin(ev, &s, e);
	for (size_t i = 0; i < lacks.n && !rc && !k->fits; i++)
		log_warn("not here: %s", lacks.v[i]);
	return rc < 0 ? -1 : convert(ev, &s, k, c, out, e);
}

/* A plan each: an option may change anything in it. */
static int export_tasks(struct cli *cli, char *const *words, const struct kind *k,
	const struct sweep *s, struct conversion *c, struct buf *out, struct err *e)
{
	c->n_tasks = s->n_tasks;
	for (c->task = 0; c->task < c->n_tasks; c->task++) {
		AUTO_EVALUATION struct evaluation ev = {0};
		AUTO_STRV struct strv all = {0}, its = {0};
		AUTO_FREE char *said = NULL;

		sweep_words(s, c->task, &its);
		sweep_line(&all, words, &its);
		said = strv_join(&its, " ");
		c->words = said;
		if (evaluate(&ev, cli, &command_export, all.v, ANSWER_RECORD, e) ||
			export_plan(&ev, k, c, out, e) < 0)
			return -1;
	}
	return 0;
}

static int export_all(
	struct evaluation *ev, char *const *words, const struct kind *k, struct err *e)
{
	const char *file = ours(&ev->opts, OUTPUT);
	const char *other = ours(&ev->opts, CODE) ? "code" : "node";
	struct conversion c = {0};
	AUTO_SWEEP struct sweep s = {0};
	AUTO_BUF struct buf out = {0};
	int rc;

	if (!k->fits && (ours(&ev->opts, CODE) || ours(&ev->opts, NODE)))
		return err_set(e, ERR_USAGE, "--%s is for cnnrun export k8s", other);
	if (k->fits && ev->plan.set.n_sweep)
		rc = sweep_of(&s, ev, e) < 0
			     ? -1
			     : export_tasks(ev->cli, words, k, &s, &c, &out, e);
	else
		rc = export_plan(ev, k, &c, &out, e);
	if (!rc)
		rc = put_out(&out, file, k->mode, e);
	if (!rc)
		warn(&c.lost);
	strv_free(&c.lost);
	kvs_free(&c.nodes);
	return rc;
}

/* The administrator's: no profile is needed. */
static int export_epilog(const struct opts *o, struct err *e)
{
	AUTO_BUF struct buf b = {0};

	if (o->rest[1])
		return err_set(e, ERR_USAGE,
			"slurm-epilog takes no more words: cnnrun export slurm-epilog "
			">/etc/slurm/epilog.d/cnnrun");
	return slurm_epilog(&b, e) < 0 ? -1 : print_out(&b, e);
}

static int export(struct cli *c, const struct opts *o, struct err *e)
{
	AUTO_EVALUATION struct evaluation ev = {0};
	const struct kind *k = kind_find(o->rest[0]);
	bool help = o->rest[0] && !strcmp(o->rest[0], "--help");
	char *const *words = o->rest + (k != NULL);
	int status;

	if (o->rest[0] && !strcmp(o->rest[0], "slurm-epilog"))
		return export_epilog(o, e);
	if (!k && !help)
		return err_set(e, ERR_USAGE,
			"export to what? cnnrun export docker|compose|devcontainer|k8s "
			"[PROFILE], or slurm-epilog");
	status = evaluate(&ev, c, &command_export, words, ANSWER_RECORD, e);
	if (status || !k)
		return status < 0 ? -1 : 0;
	return export_all(&ev, words, k, e);
}

const struct command command_export = {
	.name = "export",
	.usage = "docker|compose|devcontainer|k8s [PROFILE] [-o FILE] [the profile's own "
		 "options] [-- COMMAND...]",
	.about = "Write a profile for docker, compose, an editor or Kubernetes",
	.details =
		"For colleagues who have no cnnrun: a shell script of docker build and "
		"docker run,\na compose.yaml, or a devcontainer.json; for a cluster, a "
		"Job of Kubernetes with\nall that it needs. What such a file cannot say "
		"is a comment in it and a warning.\nNothing is done, no engine is asked, "
		"and no secret is written.\n\nslurm-epilog, without a profile: the "
		"Epilog by "
		"which each node of a cluster is cleaned\nof a job that was killed.",
	.options = {"Options", table, COUNT_OF(table)},
	.profile = true,
	.container = true,
	.run = export,
};
