/* SPDX-License-Identifier: MIT */
#include "launch/box/name.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"

enum { WORD_MAX = 24 };

/* The last name of a path without its ending, as it may stand in a container's name. */
static void add_word(struct buf *b, const char *path)
{
	const char *base = path ? strrchr(path, '/') : NULL;
	size_t n;

	base = base ? base + 1 : path ? path : "";
	n = strcspn(base + (*base == '.'), ".") + (*base == '.');
	for (size_t i = 0; i < n && i < WORD_MAX; i++) {
		bool fits = isalnum((unsigned char)base[i]);

		if (fits || (b->n && b->p[b->n - 1] != '-'))
			buf_addc(b, fits ? base[i] : '-');
	}
}

char *box_name(const char *project, const char *profile)
{
	AUTO_BUF struct buf b = {0};
	const char *base = profile ? strrchr(profile, '/') : NULL;
	struct digest d;
	char hex[DIGEST_HEX], uid[24];

	snprintf(uid, sizeof uid, "%u", (unsigned)getuid());
	digest_init(&d);
	digest_field(&d, uid);
	digest_field(&d, project);
	digest_field(&d, profile);
	digest_end(&d, hex);
	add_word(&b, project);
	if (!base || strcmp(base, "/cnnrun.lua") != 0) {
		if (b.n && b.p[b.n - 1] != '-')
			buf_addc(&b, '-');
		add_word(&b, profile);
	}
	buf_addf(&b, "%s%.6s", b.n && b.p[b.n - 1] != '-' ? "-" : b.n ? "" : "box-", hex);
	return buf_take(&b);
}

void box_digest(const struct plan *p, const struct resolved *s, char hex[DIGEST_HEX])
{
	static const char *const passing[] = {"image", "build", "command", "entrypoint",
		"env", "env_file", "workdir", "tty", "detach", "detach_keys", "keep",
		"log", "name"};
	AUTO_JSON cJSON *j = plan_json(p);
	cJSON *all = cJSON_GetObjectItemCaseSensitive(j, "containers"), *one;
	cJSON *main = cJSON_GetObjectItemCaseSensitive(all, "main");
	AUTO_FREE char *text = NULL;
	struct digest d;

	for (size_t i = 0; i < COUNT_OF(passing); i++)
		cJSON_DeleteItemFromObjectCaseSensitive(main, passing[i]);
	cJSON_ArrayForEach(one, all)
	{
		cJSON_DeleteItemFromObjectCaseSensitive(one, "image");
		cJSON_DeleteItemFromObjectCaseSensitive(one, "build");
	}
	text = json_text(all, false);
	digest_init(&d);
	digest_field(&d, text);
	digest_field(&d, s->seccomp);
	for (size_t i = 0; i < s->n_services; i++)
		digest_field(&d, s->services[i].seccomp);
	digest_end(&d, hex);
}
