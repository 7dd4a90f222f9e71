/* SPDX-License-Identifier: MIT */
/* A plan in words: what is asked for, and what that lets the container do. */
#include "cli/show.h"

#include <stdarg.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/path.h"
#include "cli/color.h"
#include "cli/words.h"

/* Lines of one subject: its name stands on the first only. */
struct lines {
	struct buf *out;
	const char *subject;
};

static void line(struct lines *l, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

static void line(struct lines *l, const char *fmt, ...)
{
	AUTO_FREE char *text = NULL;
	va_list ap;

	va_start(ap, fmt);
	text = xvasprintf(fmt, ap);
	va_end(ap);
	log_printable(text, false);
	buf_addf(l->out, "%s%-10s%s %s\n", color(COLOR_BOLD), l->subject, color(COLOR_END),
			text);
	l->subject = "";
}

static char *words(const struct strv *s, const char *between)
{
	AUTO_BUF struct buf b = {0};

	for (size_t i = 0; i < s->n; i++) {
		if (i)
			buf_adds(&b, between);
		if (*between == ' ')
			add_quoted(&b, s->v[i]);
		else
			buf_adds(&b, s->v[i]);
	}
	return buf_take(&b);
}

void show_image(struct buf *out, const struct plan *p)
{
	struct lines l = {out, "image"};
	const struct plan_build *b = &p->build;
	const char *context = b->context ? b->context : ".";
	AUTO_FREE char *file = b->dockerfile ? xstrdup(b->dockerfile)
					     : path_join(context, "Dockerfile");

	if (!b->wanted) {
		line(&l, "%s%s", p->image ? p->image : "(none)",
				p->pull == PULL_ALWAYS		? ", pulled each time"
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
				looks_secret(b->args.v[i].key) ? "****" : b->args.v[i].value);
}

static void show_command(struct buf *out, const struct spec *s)
{
	struct lines l = {out, "command"};
	AUTO_FREE char *entry = words(&s->entrypoint, " "), *command = words(&s->command, " ");

	if (s->has_command || s->has_entrypoint)
		line(&l, "%s%s%s", entry, *entry && *command ? " " : "", command);
	else
		line(&l, "the image's own");
	l.subject = "workdir";
	if (s->workdir)
		line(&l, "%s", s->workdir);
}

static void show_user(struct buf *out, const struct spec *s)
{
	struct lines l = {out, "user"};
	const struct spec_identity *id = &s->identity;
	AUTO_BUF struct buf groups = {0};

	for (size_t i = 0; i < s->groups.n; i++) {
		const char *name = s->groups.v[i];

		for (size_t k = 0; k < id->n_groups; k++) {
			AUTO_FREE char *gid = xasprintf("%u", (unsigned)id->groups[k].gid);

			if (id->groups[k].name && !strcmp(gid, s->groups.v[i]))
				name = id->groups[k].name;
		}
		buf_addf(&groups, "%s%s", i ? ", " : "; groups ", name);
	}
	if (!s->has_user)
		line(&l, "the image's own%s", buf_str(&groups));
	else
		line(&l, "%s%s%u:%u%s%s", id->name ? id->name : "", id->name ? " (" : "",
				(unsigned)s->uid, (unsigned)s->gid, id->name ? ")" : "",
				buf_str(&groups));
}

static void show_mounts(struct buf *out, const struct spec *s)
{
	struct lines l = {out, "mounts"};
	size_t widest = 0;

	for (size_t i = 0; i < s->n_mounts; i++) {
		const char *from = shown_path(s->mounts[i].source, s->project);

		if (from && strlen(from) > widest && strlen(from) <= 32)
			widest = strlen(from);
	}
	for (size_t i = 0; i < s->n_mounts; i++) {
		const struct spec_mount *m = &s->mounts[i];
		const char *from = m->type == MOUNT_TMPFS ? "(memory)"
				: m->type == MOUNT_BIND   ? shown_path(m->source, s->project)
							  : m->source;

		line(&l, "%-*s -> %s%s%s", (int)widest, from ? from : "(new volume)", m->target,
				m->readonly ? "  read-only" : "",
				m->type == MOUNT_VOLUME ? "  volume" : "");
	}
}

static void show_gpus(struct buf *out, const struct spec *s)
{
	struct lines l = {out, "gpus"};
	AUTO_FREE char *ids = words(&s->gpus.ids, ", ");
	AUTO_FREE char *can = words(&s->gpus.capabilities, ", ");

	switch (s->gpus.select) {
	case GPU_NONE:
		break;
	case GPU_ALL:
		line(&l, "all (%s)", can);
		break;
	case GPU_COUNT:
		line(&l, "any %d (%s)", s->gpus.count, can);
		break;
	case GPU_IDS:
		line(&l, "%s (%s)", ids, can);
		break;
	}
}

static void show_display(struct buf *out, const struct spec *s)
{
	static const char *const by[] = {
			[X_OPEN] = "which admits it already",
			[X_AUTH] = "by a cookie made for this run",
			[X_COOKIE] = "by a copy of the display's cookie",
			[X_LOCALUSER] = "by xhost for this user while it runs",
			[X_LOCAL] = "by xhost for every local user while it runs",
	};
	struct lines l = {out, "display"};

	if (s->x.access != X_NONE)
		line(&l, "%s, %s", s->x.display ? s->x.display : "?", by[s->x.access]);
	if (s->x.xhost != XHOST_NONE)
		line(&l, "xhost +%s while it runs",
				s->x.xhost == XHOST_LOCAL ? "local:" : "si:localuser");
}

static void show_env(struct buf *out, const struct spec *s)
{
	struct lines l = {out, "env"};

	for (size_t i = 0; i < s->env.n; i++) {
		const struct kv *v = &s->env.v[i];

		line(&l, "%s=%s", v->key, looks_secret(v->key) ? "****" : v->value);
	}
}

static void show_network(struct buf *out, const struct spec *s)
{
	struct lines l = {out, "network"};

	line(&l, "%s", s->network);
	for (size_t i = 0; i < s->extra_hosts.n; i++)
		line(&l, "%s is %s", s->extra_hosts.v[i].key, s->extra_hosts.v[i].value);
	l.subject = "ports";
	for (size_t i = 0; i < s->n_ports; i++) {
		const struct plan_port *p = &s->ports[i];
		AUTO_FREE char *port = p->host ? xasprintf("%u", p->host) : xstrdup("any");

		line(&l, "%s:%s -> %u/%s", p->host_ip, port, p->container, p->protocol);
	}
	l.subject = "devices";
	for (size_t i = 0; i < s->n_devices; i++)
		line(&l, "%s -> %s (%s)", s->devices[i].source, s->devices[i].target,
				s->devices[i].permissions);
}

static void add_limit(struct buf *b, const char *name, int64_t bytes)
{
	if (!bytes)
		return;
	buf_addf(b, "%s%s ", b->n ? ", " : "", name);
	if (bytes < 0)
		buf_adds(b, "unlimited");
	else
		add_size(b, bytes);
}

static void show_limits(struct buf *out, const struct spec *s)
{
	struct lines l = {out, "limits"};
	AUTO_BUF struct buf b = {0};

	if (s->cpus > 0)
		buf_addf(&b, "%g cpus", s->cpus);
	if (s->cpuset)
		buf_addf(&b, "%scpus %s", b.n ? ", " : "", s->cpuset);
	add_limit(&b, "memory", s->memory);
	add_limit(&b, "memory and swap", s->memory_swap);
	add_limit(&b, "shared memory", s->shm);
	if (s->pids)
		buf_addf(&b, "%s%lld processes", b.n ? ", " : "", (long long)s->pids);
	for (size_t i = 0; i < s->n_ulimits; i++)
		buf_addf(&b, "%s%s %lld:%lld", b.n ? ", " : "", s->ulimits[i].name,
				(long long)s->ulimits[i].soft, (long long)s->ulimits[i].hard);
	if (b.n)
		line(&l, "%s", b.p);
}

static void show_life(struct buf *out, const struct plan *p, const struct spec *s)
{
	struct lines l = {out, "name"};

	/* A made-up name is another one the next time. */
	if (p->name)
		line(&l, "%s", s->name);
	l.subject = "runs";
	line(&l, "%s, %s", s->detach ? "in the background" : "in the foreground",
			s->keep ? "kept after its end" : "removed at its end");
	if (s->restart)
		line(&l, "restarted: %s", s->restart);
}

static void show_capabilities(struct buf *out, const struct spec *s)
{
	AUTO_STRV struct strv can = {0};

	spec_capabilities(s, &can);
	if (!can.n) {
		buf_adds(out, "\nThis container can do nothing to the host outside the project.\n");
		return;
	}
	buf_addf(out, "\n%sThis container can:%s\n", color(COLOR_BOLD), color(COLOR_END));
	for (size_t i = 0; i < can.n; i++) {
		log_printable(can.v[i], false);
		buf_addf(out, "  - %s%s%s\n", color(COLOR_YELLOW), can.v[i], color(COLOR_END));
	}
}

void show_tree(struct buf *out, const struct plan *p, const struct spec *s,
		const struct strv *recorded)
{
	struct lines l = {out, "profile"};

	line(&l, "%s", shown_path(p->profile, p->project));
	if (p->about) {
		l.subject = "about";
		line(&l, "%s", p->about);
	}
	l.subject = "project";
	line(&l, "%s", p->project);
	l.subject = "first runs";
	for (size_t i = 0; i < recorded->n; i++)
		line(&l, "%s", recorded->v[i]);
	show_image(out, p);
	if (!s)
		return;
	show_command(out, s);
	show_user(out, s);
	show_mounts(out, s);
	show_gpus(out, s);
	show_display(out, s);
	show_env(out, s);
	show_network(out, s);
	show_limits(out, s);
	show_life(out, p, s);
	show_capabilities(out, s);
}
