/* SPDX-License-Identifier: MIT */
/* The services of a box, which stay with it: what their next start has to know is in
 * their gates. */
#include "launch/service/kept.h"

#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/path.h"
#include "engine/container.h"
#include "engine/network.h"
#include "launch/gate/kept.h"
#include "launch/ledger/owner.h"
#include "launch/own.h"
#include "launch/service/service.h"
#include "plan/primitive/shapes.h"

#define FILE_NAME "service" /* in a gate */

enum { FILE_MAX_BYTES = 1 << 20 };

#define AT(member) .offset = offsetof(struct resolved, member)

static const struct field fields[] = {
	{.key = "ready", .type = FIELD_OBJECT, AT(ready), .of = &shape_ready},
	{.key = "after", .type = FIELD_STRV, AT(after)},
	{.key = "health", .type = FIELD_STRV, AT(from.health)},
	FIELDS_END,
};

static int note(const struct service *v, struct err *e)
{
	static const struct resolved blank;
	AUTO_JSON cJSON *o = cJSON_CreateObject();
	AUTO_FREE char *path = path_join(v->l.gate.dir, FILE_NAME), *text = NULL;

	fields_write(v->l.s, &blank, fields, o);
	text = json_text(o, false);
	return file_write(path, text, strlen(text), 0400, e);
}

int services_keep(struct services *w, const char *box, struct err *e)
{
	for (size_t i = 0; w && i < w->n; i++) {
		const struct service *v = &w->v[i];
		AUTO_FREE char *name = xasprintf("%s-%s", box, v->l.s->service);

		if (v->l.gate.dir && note(v, e) < 0)
			return -1;
		if (container_rename(v->l.g, v->l.id, name, e) == 0)
			continue;
		if (e->code == 409)
			own_name_free(v->l.g, name, e);
		return -1;
	}
	return 0;
}

static int read_note(const char *gate, struct resolved *s, struct err *e)
{
	AUTO_FREE char *path = path_join(gate, FILE_NAME);
	AUTO_BUF struct buf text = {0};
	AUTO_JSON cJSON *o = NULL;

	if (file_read(path, FILE_MAX_BYTES, &text, e) < 0 ||
		!(o = json_parse(buf_str(&text), text.n, e)))
		return -1;
	for (const struct field *f = fields; f->key; f++) {
		const cJSON *value = json_get(o, f->key);

		if (value && field_read(s, f, value, NULL, e) < 0)
			return -1;
	}
	return 0;
}

/* As it is after services_begin() has made it, and runs where it does. */
static int recall(struct services *w, const struct container_item *c, struct err *e)
{
	struct service *v = &w->v[w->n++];
	const char *launch = kvs_get(&c->labels, LABEL_LAUNCH);
	struct resolved *s = xcalloc(1, sizeof *s);

	resolved_init(s);
	s->service = xstrdup(kvs_get(&c->labels, LABEL_SERVICE));
	kvs_set(&s->set.labels, LABEL_GATE, kvs_get(&c->labels, LABEL_GATE));
	v->kept_gate = xasprintf("%s.%s", launch, s->service);
	v->l = (struct launching){
		.g = w->main->g, .s = s, .id = xstrdup(c->id), .gate = GATE_NONE};
	v->l.gate.dir = gate_kept_dir(v->kept_gate);
	if (!strcmp(c->state, "running"))
		v->state = SERVICE_READY;
	if (read_note(v->l.gate.dir, s, e) < 0)
		return err_wrap(e, "service %s", s->service);
	return 0;
}

static int list(
	struct engine *g, const char *launch, struct container_list *out, struct err *e)
{
	AUTO_LIST struct container_list all = {0};

	if (own_list(g, true, &all, NULL, e) < 0)
		return -1;
	own_beside_box(&all, launch, out);
	return 0;
}

int services_again(struct engine *g, const char *launch, struct err *e)
{
	AUTO_LIST struct container_list l = {0};
	struct launching main = {.g = g};
	struct services *w;
	int rc = 0;

	if (list(g, launch, &l, e) < 0)
		return -1;
	w = services_none(&main, l.n);
	for (size_t i = 0; !rc && i < l.n; i++)
		rc = recall(w, &l.v[i], e);
	if (!rc)
		rc = services_wait(w, e);
	for (size_t i = 0; i < w->n; i++) {
		resolved_free(w->v[i].l.s);
		free(w->v[i].l.s);
	}
	services_end(w, true);
	return rc;
}

/* Those that were started last first. */
static int end_all(
	struct engine *g, const char *launch, int seconds, bool remove, struct err *e)
{
	AUTO_LIST struct container_list l = {0};
	int rc = 0;

	if (list(g, launch, &l, e) < 0)
		return -1;
	for (size_t i = 0; i < l.n; i++) {
		const struct container_item *c = &l.v[i];
		bool runs = !strcmp(c->state, "running");

		if ((runs && container_stop(g, c->id, seconds, e) < 0) ||
			(remove && container_remove(g, c->id, true, NULL, e) < 0))
			rc = err_wrap(e, "%s", c->name);
	}
	return rc;
}

int services_stop(struct engine *g, const char *launch, int seconds, struct err *e)
{
	return end_all(g, launch, seconds, false, e);
}

int services_remove(struct engine *g, const char *launch, struct err *e)
{
	AUTO_FREE char *label = xasprintf(LABEL_LAUNCH "=%s", launch);
	AUTO_STRV struct strv networks = {0};

	if (end_all(g, launch, -1, true, e) < 0 ||
		network_list(g, label, &networks, e) < 0)
		return -1;
	for (size_t i = 0; i < networks.n; i++)
		if (network_remove(g, networks.v[i], e) < 0)
			return -1;
	return 0;
}
