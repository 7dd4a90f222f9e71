/* SPDX-License-Identifier: MIT */
/* The lines for a container and its services. */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/printable.h"
#include "plan/resolved.h"
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
static void add_service(
	struct buf *b, const struct resolved *s, const char *name, struct strv *done)
{
	const struct resolved *one = find(s, name);
	AUTO_FREE char *ready = ready_words(&one->ready);

	if (strv_has(done, name))
		return;
	strv_add(done, name);
	for (size_t i = 0; i < one->after.n; i++)
		add_service(b, s, one->after.v[i], done);
	add(b, one);
	str_printable(&ready);
	buf_addf(b, "# wait until %s is ready: %s\n", name, ready);
}

char *docker_lines(const struct resolved *s)
{
	struct buf b = {0};
	AUTO_STRV struct strv done = {0};

	if (s->n_services) {
		buf_adds(&b, "docker network create ");
		shell_word(&b, s->own_network);
		buf_addc(&b, '\n');
	}
	for (size_t i = 0; i < s->n_services; i++)
		add_service(&b, s, s->services[i].service, &done);
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
