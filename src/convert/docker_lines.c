/* SPDX-License-Identifier: MIT */
/* The lines for a container and its services. */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/printable.h"
#include "convert/convert.h"
#include "convert/docker_option.h"
#include "plan/shell_word.h"

static void add(struct buf *b, const struct resolved *s)
{
	AUTO_FREE char *text = docker_line(s);

	buf_adds(b, text);
}

static const struct resolved *find(const struct resolved *s, const char *name)
{
	for (size_t i = 0; i < s->n_services; i++)
		if (!strcmp(s->services[i].service, name))
			return &s->services[i];
	return NULL;
}

/* After those that it is after, which go in no circle. */
static void visit(const struct resolved *s, const struct resolved *one, struct strv *done,
	void (*fn)(void *ctx, const struct resolved *service), void *ctx)
{
	if (strv_has(done, one->service))
		return;
	strv_add(done, one->service);
	for (size_t i = 0; i < one->after.n; i++)
		visit(s, find(s, one->after.v[i]), done, fn, ctx);
	fn(ctx, one);
}

void docker_in_order(const struct resolved *s,
	void (*fn)(void *ctx, const struct resolved *service), void *ctx)
{
	AUTO_STRV struct strv done = {0};

	for (size_t i = 0; i < s->n_services; i++)
		visit(s, &s->services[i], &done, fn, ctx);
}

static void add_service(void *ctx, const struct resolved *one)
{
	struct buf *b = ctx;
	AUTO_FREE char *ready = ready_words(&one->ready);

	add(b, one);
	str_printable(&ready);
	buf_addf(b, "# wait until %s is ready: %s\n", one->service, ready);
}

char *docker_lines(const struct resolved *s)
{
	struct buf b = {0};

	if (s->n_services) {
		buf_adds(&b, "docker network create ");
		shell_word(&b, s->own_network);
		buf_addc(&b, '\n');
	}
	docker_in_order(s, add_service, &b);
	add(&b, s);
	if (s->n_services) {
		buf_adds(&b, "docker rm --force --volumes");
		for (size_t i = 0; i < s->n_services; i++) {
			buf_addc(&b, ' ');
			shell_word(&b, s->services[i].set.name);
		}
		buf_adds(&b, "\ndocker network rm ");
		shell_word(&b, s->own_network);
		buf_addc(&b, '\n');
	}
	return buf_take(&b);
}
