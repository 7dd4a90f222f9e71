/* SPDX-License-Identifier: MIT */
#include "engine/wire/ways.h"

#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/path.h"

/* A process has one engine, seldom two. */
struct noted {
	struct way way;
	char *url;
	struct noted *next;
};

struct way *way_to(const char *url)
{
	static struct noted *all;
	struct noted *n = all;

	while (n && strcmp(n->url, url) != 0)
		n = n->next;
	if (n)
		return &n->way;
	n = xcalloc(1, sizeof *n);
	n->url = xstrdup(url);
	n->next = all;
	all = n;
	return &n->way;
}

void way_certificates(struct way *way, const char *dir)
{
	const struct {
		const char *name;
		char **slot;
	} files[] = {
		{"ca.pem", &way->ca}, {"cert.pem", &way->cert}, {"key.pem", &way->key}};

	for (size_t i = 0; i < COUNT_OF(files); i++) {
		AUTO_FREE char *path = path_join(dir, files[i].name);

		str_set(files[i].slot, access(path, F_OK) ? NULL : path);
	}
}
