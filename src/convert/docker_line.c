/* SPDX-License-Identifier: MIT */
/* The `docker run` line that is equal to a resolved plan. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/printable.h"
#include "convert/convert.h"
#include "convert/docker_option.h"
#include "convert/place.h"
#include "plan/shell_word.h"

void docker_comment(struct buf *b, const char *text)
{
	AUTO_BUF struct buf line = {0};

	add_printable(&line, text);
	buf_addf(b, "# %s\n", buf_str(&line));
}

__attribute__((format(printf, 2, 3))) static void remark(
	struct buf *b, const char *fmt, ...)
{
	AUTO_FREE char *text = NULL;
	va_list ap;

	va_start(ap, fmt);
	text = xvasprintf(fmt, ap);
	va_end(ap);
	docker_comment(b, text);
}

/* What the line takes from the environment and is not there. */
static void missing_secrets(struct buf *b, const struct resolved *s)
{
	for (size_t i = 0; i < s->env.n; i++) {
		const struct kv *v = &s->env.v[i];
		const char *here = getenv(v->key);

		if (docker_env_by_name(s, v) && !docker_env_is_filed(s, v) &&
			(!here || strcmp(here, v->value) != 0))
			remark(b, "export %s with its value first: it is not shown",
				v->key);
	}
}

/* How the display lets it in, which is this run's. */
static void display(struct buf *b, const struct resolved *s)
{
	if (s->x.access == X_LOCALUSER || s->x.xhost == XHOST_USER)
		buf_addf(b, "xhost +si:localuser:'#%u'   # and - afterwards\n",
			s->x.host_uid);
	if (s->x.access == X_LOCAL || s->x.xhost == XHOST_LOCAL)
		buf_adds(b, "xhost +local:   # and - afterwards\n");
	if (s->x.cookie_path)
		remark(b, "cnnrun also puts a cookie for display :%s at %s;", s->x.number,
			s->x.cookie_path);
	if (s->x.cookie_path && !s->elsewhere)
		remark(b, "by hand: xhost +si:localuser:'#%u' before, - after",
			s->x.host_uid);
	if (s->x.carried)
		remark(b,
			"cnnrun also makes a socket /tmp/.X11-unix/X%s that leads to %s",
			s->x.number, s->x.display);
}

/* What cnnrun has in an image that has no sleep is not docker's. */
static void box(struct buf *b, const struct resolved *s)
{
	buf_adds(b, " infinity\n");
	for (size_t i = 0; i < s->set.n_prepare; i++) {
		const struct plan_prepare *p = &s->set.prepare[i];

		buf_addf(b, "docker exec %s", p->user == PREPARE_ROOT ? "--user 0 " : "");
		place_word(b, s->set.name);
		shell_words(b, &p->command, 0);
		buf_addc(b, '\n');
	}
	buf_adds(b, "docker exec --interactive --tty ");
	place_word(b, s->set.name);
	shell_words(b, &s->set.entrypoint, 0);
	shell_words(b, &s->set.command, 0);
	if (!s->set.entrypoint.n && !s->set.command.n)
		buf_adds(b, " sh");
	buf_addc(b, '\n');
}

static void option(struct buf *b, const char *name, const char *value)
{
	buf_addf(b, " \\\n\t%s", name);
	if (value) {
		buf_addc(b, ' ');
		place_word(b, value);
	}
}

void docker_run(struct buf *b, const struct resolved *s, const struct kvs *options)
{
	const struct strv *entry = &s->set.entrypoint;

	buf_adds(b, "docker run");
	for (size_t i = 0; i < options->n; i++)
		option(b, options->v[i].key, options->v[i].value);
	if (s->set.box)
		option(b, "--entrypoint", "sleep");
	else if (s->set.has_entrypoint)
		option(b, "--entrypoint", entry->n ? entry->v[0] : "");
	buf_adds(b, " \\\n\t");
	shell_word(b, s->image);
	if (s->set.box) {
		box(b, s);
		return;
	}
	shell_words(b, entry, 1);
	shell_words(b, &s->set.command, 0);
	buf_addc(b, '\n');
}

char *docker_line(const struct resolved *s)
{
	struct buf b = {0};
	AUTO_KVS struct kvs options = {0};
	AUTO_STRV struct strv remarks = {0};

	display(&b, s);
	docker_remarks(
		&remarks, s, "where the image says a language: without --env LANG");
	for (size_t i = 0; i < remarks.n; i++)
		docker_comment(&b, remarks.v[i]);
	missing_secrets(&b, s);
	docker_options(&options, s);
	docker_run(&b, s, &options);
	return buf_take(&b);
}
