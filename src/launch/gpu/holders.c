/* SPDX-License-Identifier: MIT */
#include "launch/gpu/holders.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/printable.h"
#include "host/user.h"
#include "launch/ledger/owner.h"
#include "launch/own.h"

void gpu_holders_get(struct engine *g, struct gpu_holders *out)
{
	*out = (struct gpu_holders){0};
	if (claims_list(GPU_CLAIMS, &out->claims) < 0 || !out->claims.n || !g)
		return;
	own_list(g, false, &out->own, NULL, NULL);
	own_list_everybody(g, false, &out->all, NULL);
}

void gpu_holders_free(struct gpu_holders *h)
{
	claims_free(&h->claims);
	container_list_free(&h->own);
	container_list_free(&h->all);
}

const struct claim *gpu_claim(const struct gpu_holders *h, const char *uuid)
{
	AUTO_FREE char *name = xasprintf("%s%s", GPU_CLAIMS, uuid);

	return claims_find(&h->claims, name);
}

static bool has_word(const char *words, const char *word)
{
	size_t n = strlen(word);

	for (const char *p = words; p && (p = strstr(p, word)); p += n)
		if ((p == words || p[-1] == ' ') && (!p[n] || p[n] == ' '))
			return true;
	return false;
}

/* This user's are known by their mark. Of others' anybody can have written the labels,
 * and whose GPU it is has been said by the kernel. */
const struct container_item *gpu_container(
	const struct gpu_holders *h, const struct claim *c, const char *uuid)
{
	const struct container_list *l = c->uid == getuid() ? &h->own : &h->all;
	AUTO_FREE char *uid = xasprintf("%u", (unsigned)c->uid);

	for (size_t i = 0; c->known && i < l->n; i++) {
		const struct container_item *one = &l->v[i];
		const char *owner = kvs_get(&one->labels, LABEL_UID);

		if (owner && !strcmp(owner, uid) &&
			has_word(kvs_get(&one->labels, LABEL_GPUS), uuid))
			return one;
	}
	return NULL;
}

void gpu_holder_words(struct buf *b, const struct gpu_holders *h, const char *uuid)
{
	const struct claim *c = gpu_claim(h, uuid);
	const struct container_item *in = c ? gpu_container(h, c, uuid) : NULL;
	AUTO_FREE char *user = c && c->known ? host_user_name(c->uid) : NULL;
	time_t since = in ? (time_t)in->created : 0;
	char when[32] = "?";
	struct tm tm;

	if (user)
		add_printable(b, user);
	else
		buf_adds(b, "another launch");
	if (!in)
		return;
	if (localtime_r(&since, &tm))
		strftime(when, sizeof when, "%Y-%m-%d %H:%M", &tm);
	buf_adds(b, " (");
	add_printable(b, in->name);
	buf_addf(b, ", since %s)", when);
}
