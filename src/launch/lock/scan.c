/* SPDX-License-Identifier: MIT */
#include "launch/lock/scan.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "engine/container.h"
#include "launch/image/image_notes.h"
#include "launch/ledger/ledger.h"
#include "launch/ledger/mark.h"
#include "launch/lock/packages.h"

#define NOTE "packages"

static int make(struct engine *g, struct ledger *ledger, const char *image,
	const char *image_id, char **id, bool *unsure, struct err *e)
{
	AUTO_RESOLVED struct resolved s;
	int rc;

	resolved_init(&s);
	s.set.name = xasprintf("cnnrun-lock-%.12s", ledger_id(ledger));
	str_set(&s.image, image);
	str_set(&s.image_id, image_id);
	str_set(&s.set.network, "none");
	s.set.init = false;
	s.set.has_command = true;
	strv_add(&s.set.command, "true");
	kvs_set(&s.set.labels, LABEL_CNNRUN, "1");
	kvs_set(&s.set.labels, LABEL_LAUNCH, ledger_id(ledger));
	if (mark_set(&s, e) < 0)
		return -1;
	ledger_making(ledger, true);
	rc = container_create(g, &s, id, NULL, e);
	*unsure = rc < 0 && e->code < 400; /* the engine's answer was lost */
	if (!*unsure)
		ledger_making(ledger, false);
	return rc;
}

/* The engine sends what is in its layers: the container is never started. */
static int take(void *ctx, const char *p, size_t n)
{
	return tar_stream_feed(ctx, p, n);
}

static int read_container(
	struct engine *g, const char *id, struct packages *found, struct err *e)
{
	struct tar_stream tar = {
		.want = packages_want, .text = packages_text, .ctx = found, .e = e};
	int rc = container_export(g, id, take, &tar, e);

	tar_stream_free(&tar);
	return rc;
}

static int scan(struct engine *g, const char *image, const char *image_id,
	struct packages *found, struct err *e)
{
	AUTO_RECORD struct record r = {.url = xstrdup(engine_info(g)->url)};
	const struct ledger_holds holds = {0};
	AUTO_FREE char *id = NULL;
	struct ledger *ledger;
	bool unsure = false;
	int rc;

	if (ledger_open(&r, &holds, &ledger, e) < 0)
		return -1;
	rc = make(g, ledger, image, image_id, &id, &unsure, e);
	if (!rc)
		rc = read_container(g, id, found, e);
	if (id && container_remove(g, id, true, NULL, NULL) < 0)
		unsure = true;
	ledger_close(ledger, unsure ? LEDGER_UNDO : LEDGER_CLEAN);
	return rc;
}

static void note(struct engine *g, const char *image_id, const cJSON *packages)
{
	AUTO_FREE char *text = json_text(packages, false);
	struct buf b = {.p = text, .n = strlen(text)};

	image_notes_write(g, image_id, NOTE, &b);
}

int image_packages(struct engine *g, const char *image, const char *image_id, cJSON **out,
	struct err *e)
{
	AUTO_BUF struct buf noted = {0};
	struct packages found = {0};
	int rc;

	if (image_notes_read(g, image_id, NOTE, &noted)) {
		*out = json_parse(buf_str(&noted), noted.n, NULL);
		if (*out)
			return 0;
	}
	rc = scan(g, image, image_id, &found, e);
	if (rc < 0)
		err_wrap(e, "read the packages of the image %s", image);
	for (size_t i = 0; !rc && i < found.unread.n; i++)
		log_warn("the packages of %s that rpm has installed are not listed: "
			 "cannot read its %s",
			image, found.unread.v[i]);
	if (!rc) {
		*out = packages_json(&found);
		if (!found.unread.n)
			note(g, image_id, *out);
	}
	packages_free(&found);
	return rc;
}
