/* SPDX-License-Identifier: MIT */
/* export docker: a shell script for whoever has docker alone. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "convert/convert.h"
#include "convert/docker_option.h"
#include "convert/build.h"
#include "convert/lost.h"
#include "convert/place.h"
#include "convert/ready.h"
#include "plan/shell_word.h"

static void comments(struct conversion *c, struct buf *b, size_t i)
{
	size_t had = c->lost.n;

	lost_of(c, i);
	for (size_t k = had; k < c->lost.n; k++)
		docker_comment(b, c->lost.v[k]);
}

static void build(struct buf *b, const struct plan *p)
{
	AUTO_KVS struct kvs o = {0};
	AUTO_FREE char *context = NULL, *file = NULL;

	if (!p->build.wanted)
		return;
	context = plan_path(p, p->build.context ? p->build.context : ".");
	if (p->build.dockerfile)
		file = plan_path(p, p->build.dockerfile);
	kvs_add(&o, "--tag", p->build.tag);
	if (file)
		kvs_add(&o, "--file", file);
	docker_build_options(p, &o);
	buf_adds(b, "docker build");
	for (size_t i = 0; i < o.n; i++) {
		buf_addf(b, " \\\n\t%s", o.v[i].key);
		if (o.v[i].value) {
			buf_addc(b, ' ');
			shell_word(b, o.v[i].value);
		}
	}
	buf_adds(b, " \\\n\t");
	shell_word(b, context);
	buf_addc(b, '\n');
}

/* docker itself would make them, as root. */
static void directories(struct buf *b, const struct resolved *s)
{
	for (size_t i = 0; i < s->n_mounts; i++) {
		if (!s->mounts[i].create)
			continue;
		buf_adds(b, "mkdir -p ");
		place_word(b, s->mounts[i].source);
		buf_addc(b, '\n');
	}
}

/* Whoever starts it, where the profile says no number. */
static void yours(const struct plan *p, const struct resolved *s, struct kvs *o)
{
	AUTO_FREE char *me = xasprintf("%u:%u", s->uid, s->gid);
	AUTO_FREE char *mine = xasprintf(",uid=%u,gid=%u", s->uid, s->gid);
	size_t n = strlen(mine);

	if (p->user.mode != USER_HOST)
		return;
	for (size_t i = 0; i < o->n; i++) {
		char **v = &o->v[i].value;
		size_t len;

		if (!*v)
			continue;
		len = strlen(*v);
		if (!strcmp(o->v[i].key, "--user") && !strcmp(*v, me))
			str_set(v, PLACE_UID ":" PLACE_GID);
		if (strcmp(o->v[i].key, "--tmpfs") != 0 || len < n ||
			strcmp(*v + len - n, mine) != 0)
			continue;
		(*v)[len - n] = 0;
		kvs_addf(o, "--tmpfs", "%s,uid=" PLACE_UID ",gid=" PLACE_GID, *v);
		free(*v);
		*v = o->v[--o->n].value;
		free(o->v[o->n].key);
	}
}

/* A terminal is whoever's starts it. */
static void terminal(const struct plan *p, struct kvs *o)
{
	size_t n = 0;

	for (size_t i = 0; i < o->n; i++) {
		if (p->set.tty < 0 && !strcmp(o->v[i].key, "--tty")) {
			free(o->v[i].key);
			continue;
		}
		o->v[n++] = o->v[i];
	}
	o->n = n;
}

static void run(
	struct buf *b, const struct plan *p, struct resolved *s, const char *begin)
{
	AUTO_KVS struct kvs o = {0};
	struct buf line = {0};
	bool asks = p->set.tty < 0 && s->open_stdin;

	docker_options(&o, s);
	yours(p, s, &o);
	terminal(p, &o);
	docker_run(&line, s, &o);
	if (asks)
		buf_adds(b, "tty=\n[ ! -t 0 ] || [ ! -t 1 ] || tty=--tty\n");
	buf_addf(b, "%s%.10s%s%s", begin, line.p, asks ? " ${tty:+\"$tty\"}" : "",
		line.p + 10);
	buf_free(&line);
}

static const char image_health[] =
	"[ \"$(docker inspect --format "
	"'{{if .State.Health}}{{.State.Health.Status}}{{else}}healthy{{end}}' "
	"\"$1\")\" = healthy ]";
static const char said[] = "docker logs \"$1\" 2>&1 | grep -qF -- \"$2\"";

static void wait_for(struct buf *b, const struct resolved *s)
{
	const struct plan_ready *r = &s->ready;
	AUTO_STRV struct strv words = {0};

	ready_command(r, &words);
	buf_addf(b, "ready %d ", ready_seconds(r));
	if (words.n) {
		buf_adds(b, "docker exec ");
		place_word(b, s->set.name);
		shell_words(b, &words, 0);
	} else {
		buf_adds(b, "sh -c ");
		shell_word(b, r->log ? said : image_health);
		buf_adds(b, " - ");
		place_word(b, s->set.name);
		if (r->log) {
			buf_addc(b, ' ');
			shell_word(b, r->log);
		}
	}
	buf_addc(b, '\n');
}

struct services {
	struct conversion *c;
	struct buf *b;
};

static void service(void *ctx, const struct resolved *one)
{
	struct services *x = ctx;
	size_t i = (size_t)(one - x->c->s->services);

	buf_addc(x->b, '\n');
	comments(x->c, x->b, i + 1);
	directories(x->b, one);
	run(x->b, &x->c->p->services[i], &x->c->s->services[i], "");
	wait_for(x->b, one);
}

static void services(struct conversion *c, struct buf *b)
{
	const struct resolved *s = c->s;
	struct services x = {c, b};

	buf_adds(b, "\nend() {\n\tdocker rm --force --volumes");
	for (size_t i = 0; i < s->n_services; i++) {
		buf_addc(b, ' ');
		place_word(b, s->services[i].set.name);
	}
	buf_adds(b, "\n\tdocker network rm ");
	place_word(b, s->own_network);
	buf_adds(b, "\n}\n");
	if (s->set.detach)
		buf_adds(b, "# they stay, as it does: the lines of end() remove them\n");
	else
		buf_adds(b, "trap 'end >/dev/null 2>&1' EXIT\ntrap 'exit 130' INT TERM "
			    "HUP\n");
	buf_adds(b, "# ready SECONDS COMMAND: waits until it succeeds\n"
		    "ready() {\n\tn=$1\n\tshift\n\tuntil \"$@\" >/dev/null 2>&1; do\n"
		    "\t\tn=$((n - 1))\n\t\t[ \"$n\" -gt 0 ] || {\n"
		    "\t\t\techo \"$0: not ready: $*\" >&2\n\t\t\texit 1\n\t\t}\n"
		    "\t\tsleep 1\n\tdone\n}\ndocker network create ");
	place_word(b, s->own_network);
	buf_addc(b, '\n');
	docker_in_order(s, service, &x);
	buf_addc(b, '\n');
}

/* What the lines below it use. */
static void variables(const struct conversion *c, struct buf *b, const char *lines)
{
	AUTO_FREE char *stem = plan_stem(c->p);
	AUTO_FREE char *run = xasprintf("%s%s", stem, c->s->set.box ? "" : "-$$");
	const struct {
		const char *use, *name, *value;
	} all[] = {{"\"$project\"", "project", "$PWD"}, {"\"$uid\"", "uid", "$(id -u)"},
		{"\"$gid\"", "gid", "$(id -g)"}, {"\"$run\"", "run", run}};

	for (size_t i = 0; i < COUNT_OF(all); i++)
		if (strstr(lines, all[i].use))
			buf_addf(b, "%s=%s\n", all[i].name, all[i].value);
}

static void head(const struct conversion *c, struct buf *b)
{
	AUTO_FREE char *by = xasprintf("By cnnrun export docker %s", c->shown);

	buf_adds(b, "#!/bin/sh\n");
	if (c->p->about)
		docker_comment(b, c->p->about);
	docker_comment(b, by);
	buf_adds(b, "set -eu\ncd \"$(dirname \"$0\")\"");
	if (strcmp(c->up, ".") != 0) {
		buf_addc(b, '/');
		shell_word(b, c->up);
	}
	buf_addc(b, '\n');
}

char *convert_docker(struct conversion *c)
{
	struct buf b = {0};
	AUTO_BUF struct buf lines = {0};

	build(&lines, c->p);
	for (size_t i = 0; i < c->p->n_services; i++)
		build(&lines, &c->p->services[i]);
	if (c->s->n_services)
		services(c, &lines);
	comments(c, &lines, 0);
	directories(&lines, c->s);
	run(&lines, c->p, c->s, c->s->n_services || c->s->set.box ? "" : "exec ");
	head(c, &b);
	variables(c, &b, lines.p);
	buf_adds(&b, lines.p);
	return buf_take(&b);
}
