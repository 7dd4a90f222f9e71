/* SPDX-License-Identifier: MIT */
/* What a build was given, told to whom BuildKit asks for: a secret by its name, the login
 * at a registry, the context as a tar. What was not given is not there. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "engine/docker/session/session.h"
#include "engine/registry/docker_config.h"

enum { PIECE = 64 << 10 };

/* The text of a field of a message; "" where it has none. The caller frees. */
static char *text_of(struct pb m, uint32_t number)
{
	struct pb_field f;
	char *text = xstrdup("");

	while (pb_next(&m, &f)) {
		if (f.number != number)
			continue;
		free(text);
		text = pb_text(&f);
	}
	return text;
}

static void reply(struct rpc *r, const struct buf *message)
{
	rpc_send(r, message);
	rpc_end(r, RPC_OK, NULL);
}

/* 1 = its name → 1 = its bytes */
void secret_get(struct rpc *r, struct pb m)
{
	const struct build_offer *offer = ((struct session *)r->ctx)->b->offer;
	AUTO_FREE char *id = text_of(m, 1);
	AUTO_BUF struct buf out = {0};

	for (size_t i = 0; i < offer->n_secrets; i++) {
		const struct build_secret *s = &offer->secrets[i];

		if (strcmp(s->id, id) != 0)
			continue;
		pb_add_bytes(&out, 1, s->data, s->n);
		reply(r, &out);
		return;
	}
	rpc_end(r, RPC_NOT_FOUND, "the build was given no such secret");
}

/* 1 = the registry's host → 1 = name, 2 = password, or a token without a name */
void credentials_get(struct rpc *r, struct pb m)
{
	struct session *s = r->ctx;
	const struct build_offer *offer = s->b->offer;
	AUTO_FREE char *host = text_of(m, 1);
	AUTO_FREE char *login = registry_host_login(host), *user = NULL, *secret = NULL;
	AUTO_BUF struct buf out = {0};

	if (!login || !offer->may_login(offer->ctx, login)) {
		reply(r, &out); /* as nobody in particular */
		return;
	}
	if (registry_credentials(login, &user, &secret, &s->err) < 0) {
		rpc_end(r, RPC_UNAVAILABLE, "no password could be had");
		return;
	}
	pb_add_text(&out, 1, user);
	pb_add_text(&out, 2, secret);
	reply(r, &out);
}

void upload_begin(struct rpc *r)
{
	struct session *s = r->ctx;
	const char *path = kvs_get(&r->meta, "urlpath");
	const char *slash = path ? strrchr(path, '/') : NULL;

	if (!path || strcmp(slash ? slash + 1 : path, s->id) != 0)
		rpc_end(r, RPC_NOT_FOUND, "there is no such upload");
	else if (s->upload.begun && !s->upload.ended)
		rpc_end(r, RPC_UNAVAILABLE, "it is on its way already");
	else if (build_upload_begin(&s->upload, &s->err) < 0)
		rpc_end(r, RPC_INTERNAL, "the context cannot be read");
}

void upload_ready(struct rpc *r)
{
	struct session *s = r->ctx;
	AUTO_FREE char *piece = xmalloc(PIECE);
	AUTO_BUF struct buf out = {0};
	ssize_t k = build_upload_read(&s->upload, piece, PIECE);

	if (k < 0) {
		rpc_end(r, RPC_INTERNAL, "the context cannot be read");
	} else if (!k) {
		rpc_end(r, RPC_OK, NULL);
	} else {
		pb_add_bytes(&out, 1, piece, (size_t)k);
		rpc_send(r, &out);
	}
}
