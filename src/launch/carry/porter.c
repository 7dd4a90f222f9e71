/* SPDX-License-Identifier: MIT */
#include "launch/carry/porter.h"

#include <stdlib.h>

#include "base/log.h"
#include "base/mem.h"
#include "engine/container.h"
#include "launch/carry/porter_image.h"
#include "launch/carry/porter_words.h"
#include "launch/ledger/mark.h"

/* What it may do there: all, as far as files go, and nothing else. */
static void describe(struct resolved *s, const struct porter_place *at, const char *image)
{
	static const char *const needed[] = {"CHOWN", "DAC_OVERRIDE", "FOWNER"};

	s->set.name = xasprintf("%s-porter", at->name);
	str_set(&s->image, PORTER_IMAGE);
	str_set(&s->image_id, image);
	str_set(&s->set.workdir, PORTER_VOLUME);
	str_set(&s->set.network, "none");
	str_set(&s->userns, at->userns);
	s->set.init = false;
	s->set.has_command = true;
	strv_add(&s->set.command, PORTER_PROGRAM);
	s->open_stdin = true;
	s->has_user = true;
	strv_add(&s->set.cap_drop, "ALL");
	for (size_t i = 0; i < COUNT_OF(needed); i++)
		strv_add(&s->set.cap_add, needed[i]);
	strv_add(&s->set.security_opt, "no-new-privileges");
	kvs_set(&s->set.labels, LABEL_CNNRUN, "1");
	kvs_set(&s->set.labels, LABEL_LAUNCH, ledger_id(at->ledger));
	resolved_add_mount(s, MOUNT_VOLUME, at->volume, PORTER_VOLUME)->no_copy = true;
}

static int make(struct porter *p, bool *unsure, struct err *e)
{
	AUTO_RESOLVED struct resolved s;
	AUTO_FREE char *image = NULL;
	int rc;

	resolved_init(&s);
	if (porter_image(p->at.g, &image, e) < 0)
		return -1;
	describe(&s, &p->at, image);
	if (mark_set(&s, e) < 0)
		return -1;
	ledger_making(p->at.ledger, true);
	rc = container_create(p->at.g, &s, &p->id, NULL, e);
	if (rc < 0 && e->code < 400) /* the engine's answer was lost */
		*unsure = true;
	else
		ledger_making(p->at.ledger, false);
	return rc;
}

static int begin(struct porter *p, bool *unsure, struct err *e)
{
	const struct porter_place *at = &p->at;
	int status, rc;

	if (at->way)
		return at->way->begin(at->way->ctx, &p->stream, e);
	rc = make(p, unsure, e);
	if (!rc)
		rc = container_attach(
			at->g, p->id, false, true, false, NULL, &p->stream, e);
	if (!rc)
		rc = container_start(at->g, p->id, NULL, &status, e);
	return rc;
}

int porter_open(
	struct porter **out, const struct porter_place *at, bool *unsure, struct err *e)
{
	struct porter *p = xcalloc(1, sizeof *p);

	p->at = *at;
	p->unsure = unsure;
	if (begin(p, unsure, e) < 0) {
		*unsure |= p->id && container_remove(at->g, p->id, true, NULL, NULL) < 0;
		free(p->id);
		p->id = NULL;
		porter_close(p);
		return err_wrap(e, "carry %s", at->source);
	}
	*out = p;
	return 0;
}

void porter_close(struct porter *p)
{
	struct err e = {0};

	if (!p)
		return;
	stream_free(p->stream);
	if (p->at.way)
		p->at.way->end(p->at.way->ctx);
	/* it ends when its input does; what cannot be removed the janitor removes */
	if (p->id && container_remove(p->at.g, p->id, true, NULL, &e) < 0) {
		log_debug("%s", e.msg);
		*p->unsure = true;
	}
	free(p->id);
	buf_free(&p->out);
	free(p);
}
