/* SPDX-License-Identifier: MIT */
#include "launch/ledger/mark.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/mem.h"
#include "launch/ledger/mark_key.h"

/* What a mark covers. */
static const char *const covered[] = {LABEL_CNNRUN, LABEL_PROFILE, LABEL_PROJECT,
	LABEL_UID, LABEL_IMAGE, LABEL_GATE, LABEL_SERVICE, LABEL_LAUNCH, LABEL_RIGHTS,
	LABEL_BOX, LABEL_BASE};

/* Told apart from what comes next by its NUL. */
static void add_field(struct buf *b, const char *s)
{
	buf_adds(b, s ? s : "");
	buf_addc(b, 0);
}

static void container_mark(const struct mark_key *key, const char *image_id,
	const struct kvs *labels, char hex[DIGEST_HEX])
{
	const char *colon = image_id ? strchr(image_id, ':') : NULL;
	AUTO_BUF struct buf b = {0};

	add_field(&b, "container");
	add_field(&b, colon ? colon + 1 : image_id); /* with "sha256:" or without */
	for (size_t i = 0; i < COUNT_OF(covered); i++)
		add_field(&b, kvs_get(labels, covered[i]));
	digest_keyed(key->bytes, sizeof key->bytes, b.p, b.n, hex);
}

static void volume_mark(
	const struct mark_key *key, const char *name, char hex[DIGEST_HEX])
{
	AUTO_BUF struct buf b = {0};

	add_field(&b, "volume");
	add_field(&b, name);
	digest_keyed(key->bytes, sizeof key->bytes, b.p, b.n, hex);
}

static void mark_one(const struct mark_key *key, const char *name, struct kvs *labels)
{
	char hex[DIGEST_HEX];

	volume_mark(key, name, hex);
	kvs_set(labels, LABEL_CNNRUN, "1");
	kvs_setf(labels, LABEL_UID, "%u", (unsigned)getuid());
	kvs_set(labels, LABEL_MARK, hex);
}

int mark_volume(const char *name, struct kvs *labels, struct err *e)
{
	struct mark_key key;

	if (mark_key_ensure(&key, e) < 0)
		return -1;
	mark_one(&key, name, labels);
	return 0;
}

int mark_set(struct resolved *s, struct err *e)
{
	struct kvs *labels = &s->set.labels;
	struct mark_key key;
	char hex[DIGEST_HEX];

	if (mark_key_ensure(&key, e) < 0)
		return -1;
	for (size_t i = 0; i < COUNT_OF(covered); i++)
		if (!kvs_get(labels, covered[i]))
			kvs_set(labels, covered[i], "");
	if (!kvs_get(labels, LABEL_JOB))
		kvs_set(labels, LABEL_JOB, "");
	container_mark(&key, s->image_id, labels, hex);
	kvs_set(labels, LABEL_MARK, hex);
	for (size_t i = 0; i < s->n_mounts; i++) {
		struct resolved_mount *m = &s->mounts[i];

		if (m->type == MOUNT_VOLUME)
			mark_one(&key, m->source, &m->labels);
	}
	return 0;
}

static bool holds(const struct mark_key *key, const struct container_item *c)
{
	const char *mark = kvs_get(&c->labels, LABEL_MARK);
	char hex[DIGEST_HEX];

	if (!mark)
		return false;
	container_mark(key, c->image_id, &c->labels, hex);
	return !strcmp(mark, hex);
}

void mark_select(struct container_list *l, struct container_list *others)
{
	AUTO_LIST struct container_list away = {0};
	struct container_list *rest = others ? others : &away;
	struct mark_key key;
	bool any = l->n && mark_key_read(&key);
	size_t n = 0;

	for (size_t i = 0; i < l->n; i++) {
		if (any && holds(&key, &l->v[i])) {
			l->v[n++] = l->v[i];
			continue;
		}
		rest->v = xrealloc(rest->v, (rest->n + 1) * sizeof *rest->v);
		rest->v[rest->n++] = l->v[i];
	}
	l->n = n;
}

const char *mark_service(const struct container_item *c)
{
	const char *service = kvs_get(&c->labels, LABEL_SERVICE);

	return service && *service ? service : NULL;
}

bool mark_of_volume(const char *name, const char *mark)
{
	struct mark_key key;
	char hex[DIGEST_HEX];

	if (!mark_key_read(&key))
		return false;
	volume_mark(&key, name, hex);
	return !strcmp(mark, hex);
}
