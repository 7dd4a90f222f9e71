/* SPDX-License-Identifier: MIT */
/* A plan in words: what is asked for, and what that lets the container do. */
#include "cli/face/show.h"

#include <string.h>

#include "base/mem.h"
#include "base/path.h"
#include "cli/face/show_lines.h"
#include "cli/face/words.h"

static void show_image(struct buf *out, const struct plan *p)
{
	struct lines l = {out, "image"};
	const struct plan_build *b = &p->build;
	const char *context = b->context ? b->context : ".";
	AUTO_FREE char *file =
		b->dockerfile ? xstrdup(b->dockerfile) : path_join(context, "Dockerfile");

	if (!b->wanted) {
		line(&l, "%s%s", p->image ? p->image : "(none)",
			p->pull == PULL_ALWAYS  ? ", pulled each time"
			: p->pull == PULL_NEVER ? ", never pulled"
						: "");
		return;
	}
	line(&l, "%s", b->tag);
	l.subject = "build";
	line(&l, "%s with the context %s%s%s", shown_path(file, p->project),
		shown_path(context, p->project), b->target ? ", up to " : "",
		b->target ? b->target : "");
	if (b->base)
		line(&l, "from %s", b->base);
	for (size_t i = 0; i < b->args.n; i++)
		line(&l, "%s=%s", b->args.v[i].key,
			looks_secret(b->args.v[i].key, b->args.v[i].value)
				? "****"
				: b->args.v[i].value);
	for (size_t i = 0; i < b->contexts.n; i++)
		line(&l, "context %s is %s", b->contexts.v[i].key,
			strstr(b->contexts.v[i].value, CONTEXT_IMAGE)
				? b->contexts.v[i].value
				: shown_path(b->contexts.v[i].value, p->project));
	for (size_t i = 0; i < b->n_secrets; i++)
		line(&l, "secret %s from %s%s", b->secrets[i].id,
			b->secrets[i].env ? "the variable " : "",
			b->secrets[i].env ? b->secrets[i].env
					  : shown_path(b->secrets[i].file, p->project));
	if (b->ssh)
		line(&l, "with your SSH agent");
}

static void show_command(struct buf *out, const struct resolved *s)
{
	struct lines l = {out, "command"};
	AUTO_FREE char *entry = words(&s->set.entrypoint, " "),
		       *command = words(&s->set.command, " ");

	if (s->set.has_command || s->set.has_entrypoint)
		line(&l, "%s%s%s", entry, *entry && *command ? " " : "", command);
	else
		line(&l, s->set.box ? "a shell" : "the image's own");
	l.subject = "workdir";
	if (s->set.workdir)
		line(&l, "%s", s->set.workdir);
}

static void show_user(struct buf *out, const struct resolved *s)
{
	struct lines l = {out, "user"};
	const struct resolved_identity *id = &s->identity;
	AUTO_BUF struct buf groups = {0};

	for (size_t i = 0; i < s->groups.n; i++) {
		const char *name = s->groups.v[i];

		for (size_t k = 0; k < id->n_groups; k++) {
			AUTO_FREE char *gid =
				xasprintf("%u", (unsigned)id->groups[k].gid);

			if (id->groups[k].name && !strcmp(gid, s->groups.v[i]))
				name = id->groups[k].name;
		}
		buf_addf(&groups, "%s%s", i ? ", " : "; groups ", name);
	}
	if (s->of_image.as_host)
		line(&l, "the image's %s, with your uid%s",
			s->of_image.name ? s->of_image.name : "own", buf_str(&groups));
	else if (!s->has_user)
		line(&l, "the image's %s%s", s->of_image.name ? s->of_image.name : "own",
			buf_str(&groups));
	else
		line(&l, "%s%s%u:%u%s%s", id->name ? id->name : "", id->name ? " (" : "",
			(unsigned)s->uid, (unsigned)s->gid, id->name ? ")" : "",
			buf_str(&groups));
}

static void show_env(struct buf *out, const struct resolved *s)
{
	struct lines l = {out, "env"};

	for (size_t i = 0; i < s->env.n; i++) {
		const struct kv *v = &s->env.v[i];

		line(&l, "%s=%s", v->key, resolved_hides(s, v) ? "****" : v->value);
	}
	if (resolved_lacks_language(s))
		line(&l, "LANG=" RESOLVED_LANG "  where the image says none");
}

static void show_spec(struct buf *out, const struct plan *p, const struct resolved *s)
{
	show_command(out, s);
	show_user(out, s);
	show_reach(out, s);
	show_env(out, s);
	show_settings(out, p, s);
}

static void show_service(struct buf *out, const struct plan *p, const struct resolved *s)
{
	AUTO_FREE char *ready = ready_words(&s->ready), *after = words(&s->after, ", ");
	struct lines l = {out, "service"};

	buf_addc(out, '\n');
	line(&l, "%s", s->service);
	l.subject = "ready";
	line(&l, "by %s", ready);
	l.subject = "after";
	if (*after)
		line(&l, "%s", after);
	show_image(out, p);
	show_spec(out, p, s);
}

void show_tree(struct buf *out, const struct profile_source *src, const struct plan *p,
	const struct resolved *s, const struct strv *recorded,
	const struct rights *rights, const struct rights *shares)
{
	struct lines l = {out, "profile"};

	line(&l, "%s%s", src->shown, src->trusted ? " (came with cnnrun)" : "");
	if (p->about) {
		l.subject = "about";
		line(&l, "%s", p->about);
	}
	l.subject = "project";
	line(&l, "%s", p->project);
	l.subject = "engine";
	if (src->engine)
		line(&l, "%s, another machine's", src->engine);
	l.subject = "options";
	for (size_t i = 0; i < p->taken.n; i++)
		line(&l, "%s", p->taken.v[i]);
	l.subject = "first runs";
	for (size_t i = 0; i < recorded->n; i++)
		line(&l, "%s", recorded->v[i]);
	if (p->build.wanted || p->image)
		show_image(out, p);
	if (s)
		show_spec(out, p, s);
	for (size_t i = 0; s && i < s->n_services; i++)
		show_service(out, &p->services[i], &s->services[i]);
	if (s || rights->n)
		show_rights(out, src, rights, p, shares);
}
