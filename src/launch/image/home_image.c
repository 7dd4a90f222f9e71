/* SPDX-License-Identifier: MIT */
#include "launch/image/home_image.h"

#include <errno.h>
#include <string.h>

#include "base/digest.h"
#include "base/log.h"
#include "base/mem.h"
#include "engine/docker/ustar.h"
#include "engine/image.h"
#include "launch/image/base_record.h"
#include "launch/ledger/owner.h"

struct sending {
	char *dockerfile;
	struct buf tar;
	size_t sent;
};

static int begin(void *ctx, bool classic, struct err *e)
{
	struct sending *s = ctx;
	static char path[] = "/Dockerfile";
	struct resolved_file f = {.path = path,
		.data = s->dockerfile,
		.n = strlen(s->dockerfile),
		.mode = 0644};

	(void)classic;
	buf_free(&s->tar);
	s->tar = (struct buf){0};
	s->sent = 0;
	if (ustar_add(&s->tar, &f, e) < 0)
		return -1;
	ustar_end(&s->tar);
	return 0;
}

static ssize_t next(void *ctx, char *to, size_t n)
{
	struct sending *s = ctx;

	if (n > s->tar.n - s->sent)
		n = s->tar.n - s->sent;
	memcpy(to, s->tar.p + s->sent, n);
	s->sent += n;
	return (ssize_t)n;
}

/* What of the home is the user's or his group's; nothing is run through a shell, for the
 * home's name is the image's. */
static char *make_dockerfile(const struct resolved *s, const struct passwd_entry *who)
{
	AUTO_STRV struct strv run = {0};
	AUTO_JSON cJSON *words = NULL;
	AUTO_FREE char *text = NULL;

	strv_addf(&run, "find");
	strv_add(&run, who->home);
	strv_add(&run, "-xdev");
	strv_add(&run, "(");
	strv_add(&run, "-user");
	strv_addf(&run, "%u", (unsigned)who->uid);
	strv_add(&run, "-o");
	strv_add(&run, "-group");
	strv_addf(&run, "%u", (unsigned)who->gid);
	strv_add(&run, ")");
	strv_add(&run, "-exec");
	strv_add(&run, "chown");
	strv_add(&run, "-h");
	strv_addf(&run, "%u:%u", (unsigned)s->uid, (unsigned)s->gid);
	strv_add(&run, "{}");
	strv_add(&run, "+");
	words = json_strv(&run);
	text = json_text(words, false);
	return xasprintf("FROM %s\nUSER 0:0\nRUN %s\n", s->image_id, text);
}

/* What an image does to builds that start from it would be done here as well. */
static int check_onbuild(struct engine *g, const struct resolved *s, struct err *e)
{
	AUTO_IMAGE struct image image = {0};
	bool found = false;

	if (image_inspect(g, s->image_id, &image, &found, e) < 0)
		return -1;
	return image.onbuild.n ? err_set(e, EPERM, "it has ONBUILD instructions") : 0;
}

static int make(struct engine *g, const struct resolved *s,
	const struct passwd_entry *who, const char *ref, char **id, struct err *e)
{
	static const struct kvs none;
	static const struct strv no_cache;
	AUTO_FREE char *dockerfile = make_dockerfile(s, who);
	struct sending sending = {.dockerfile = dockerfile};
	const struct build_request r = {.tag = ref,
		.network = "none",
		.args = &none,
		.labels = &none,
		.cache_from = &no_cache,
		.classic = true, /* BuildKit would look for the id in a registry */
		.dockerfile = "Dockerfile",
		.begin = begin,
		.read = next,
		.ctx = &sending};
	int rc = check_onbuild(g, s, e);

	if (!rc) {
		log_info("giving %s of the image %s your uid (once for this image)",
			who->home, s->image);
		rc = image_build(g, &r, NULL, NULL, id, e);
	}
	buf_free(&sending.tar);
	if (rc < 0) {
		err_wrap(e, "giving %s of the image %s your uid", who->home, s->image);
		err_hint(e, "the image needs find and chown; without uid = \"host\" its "
			    "user stays as it is");
	}
	return rc;
}

int home_image(struct engine *g, struct resolved *s, const struct passwd_entry *who,
	struct err *e)
{
	AUTO_FREE char *key = xasprintf("%s\n%u:%u\n%u:%u\n%s", s->image_id,
		(unsigned)who->uid, (unsigned)who->gid, (unsigned)s->uid,
		(unsigned)s->gid, who->home);
	AUTO_FREE char *ref = NULL, *id = NULL;
	AUTO_IMAGE struct image made = {0};
	char hex[DIGEST_HEX];
	bool found = false;

	digest_hex(key, strlen(key), hex);
	ref = xasprintf("cnnrun-home:%.24s", hex);
	if (image_inspect(g, ref, &made, &found, e) < 0)
		return -1;
	if (!found || !base_is_ours(g, ref, made.id)) {
		if (make(g, s, who, ref, &id, e) < 0)
			return -1;
		base_keep(g, ref, id);
	}
	kvs_set(&s->set.labels, LABEL_BASE, s->image_id);
	str_set(&s->image_id, id ? id : made.id);
	return 0;
}
