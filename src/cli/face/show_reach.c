/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "base/mem.h"
#include "base/printable.h"
#include "cli/face/color.h"
#include "cli/face/consent.h"
#include "cli/face/show_lines.h"
#include "cli/face/words.h"

/* Longer sources are not aligned with. */
enum { MOUNT_WIDTH_MAX = 32 };

static const char *mount_from(const struct resolved *s, const struct resolved_mount *m)
{
	if (m->type == MOUNT_TMPFS)
		return "(memory)";
	if (m->type == MOUNT_BIND || m->carried)
		return shown_path(m->carried ? m->carried : m->source, s->project);
	return m->source ? m->source : "(new volume)";
}

/* Where, of two machines? */
static const char *mount_lies(const struct resolved_mount *m)
{
	return m->type == MOUNT_BIND ? "  here, which is refused: say { carry = true }"
				     : "  there";
}

static void show_mounts(struct buf *out, const struct resolved *s)
{
	struct lines l = {out, "mounts"};
	size_t widest = 0;

	for (size_t i = 0; i < s->n_mounts; i++) {
		size_t n = strlen(mount_from(s, &s->mounts[i]));

		if (n > widest && n <= MOUNT_WIDTH_MAX)
			widest = n;
	}
	for (size_t i = 0; i < s->n_mounts; i++) {
		const struct resolved_mount *m = &s->mounts[i];

		line(&l, "%-*s -> %s%s%s%s", (int)widest, mount_from(s, m), m->target,
			m->readonly ? "  read-only" : "",
			m->comes_home             ? "  carried, and home again"
			: m->carried              ? "  carried"
			: m->type == MOUNT_VOLUME ? "  volume"
			: m->exec                 ? "  programs may run"
						  : "",
			s->elsewhere ? mount_lies(m) : "");
	}
}

static void show_gpus(struct buf *out, const struct resolved *s)
{
	struct lines l = {out, "gpus"};
	const struct plan_gpus *g = &s->set.gpus;
	AUTO_FREE char *ids = words(&g->ids, ", ");
	AUTO_FREE char *can = words(&g->capabilities, ", ");
	AUTO_BUF struct buf b = {0};

	if (g->select == GPU_NONE)
		return;
	if (g->select == GPU_COUNT)
		buf_addf(&b, g->pick == GPU_PICK_FREE ? "the %d least busy" : "any %d",
			g->count);
	else
		buf_adds(&b, g->select == GPU_ALL ? "all" : ids);
	if (g->min_free) {
		buf_adds(&b, " with ");
		add_size(&b, g->min_free);
		buf_adds(&b, " free");
	}
	if (g->pick == GPU_PICK_FREE)
		buf_addf(&b, ", held%s", g->wait ? "; waits for them" : "");
	if (g->runtime)
		buf_adds(&b, ", by the runtime nvidia");
	if (g->capabilities.n)
		buf_addf(&b, " (%s)", can);
	line(&l, "%s", b.p);
}

static void show_display(struct buf *out, const struct resolved *s)
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
		line(&l, "%s, %s%s", s->x.display ? s->x.display : "?", by[s->x.access],
			s->x.by_ssh    ? ", this machine's, by ssh"
			: s->x.carried ? ", through a socket made for this run"
				       : "");
	if (s->x.xhost != XHOST_NONE)
		line(&l, "xhost +%s while it runs",
			s->x.xhost == XHOST_LOCAL ? "local:" : "si:localuser");
}

/* What is to answer here, of a container on another machine. */
static void show_ways(struct buf *out, const struct resolved *s)
{
	struct lines l = {out, "ways"};

	for (size_t i = 0; s->elsewhere && i < s->set.n_ports; i++) {
		const struct plan_port *p = &s->set.ports[i];
		AUTO_FREE char *where = port_where(p), *to = NULL;

		if (!resolved_leads(s, p))
			continue;
		to = p->container_end ? xasprintf("%u-%u", p->container, p->container_end)
				      : xasprintf("%u", p->container);
		line(&l, "port %s here -> %s there, by ssh", where, to);
	}
}

void show_reach(struct buf *out, const struct resolved *s)
{
	show_mounts(out, s);
	show_gpus(out, s);
	show_display(out, s);
	show_ways(out, s);
}

/* What each service adds to what the main container can. */
static void show_shares(
	struct buf *out, const struct plan *p, const struct rights *shares)
{
	for (size_t i = 0; i < p->n_services; i++) {
		AUTO_RIGHTS struct rights more = {0};

		rights_missing(&shares[0], &shares[i + 1], &more);
		if (!more.n)
			continue;
		buf_addf(out,
			"Of these the service %s has, and the main container has not:\n",
			p->services[i].service);
		add_rights(out, &more, NULL, NULL);
	}
}

void show_rights(struct buf *out, const struct profile_source *src,
	const struct rights *rights, const struct plan *p, const struct rights *shares)
{
	AUTO_RIGHTS struct rights needed = {0}, missing = {0};
	const char *who = p->n_services ? "These containers" : "This container";

	allow_needed(rights, src, &needed);
	allow_missing(rights, src, &missing);
	if (rights->n)
		buf_addf(
			out, "\n%s%s can:%s\n", color(COLOR_BOLD), who, color(COLOR_END));
	else
		buf_addf(out, "\n%s can do nothing to the host outside the project.\n",
			who);
	add_rights(out, rights, &needed, &missing);
	if (shares && p->n_services)
		show_shares(out, p, shares);
	if (src->unsafe) {
		buf_adds(out, "It is not run: ");
		add_printable(out, src->unsafe);
		buf_addc(out, '\n');
	}
}
