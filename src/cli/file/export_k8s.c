/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "cli/file/export.h"
#include "launch/lock/lock.h"

#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_."

/* "name", "domain/name" */
static bool is_label(const char *s)
{
	size_t n = strspn(s, LETTERS);

	if (n && s[n] == '/')
		s += n + 1, n = strspn(s, LETTERS);
	return n && n <= 63 && !s[n];
}

int export_nodes(
	const struct opts *o, const struct opt *option, struct kvs *nodes, struct err *e)
{
	for (size_t i = 0; i < o->n_given; i++) {
		const char *text = o->given[i].text, *is;
		AUTO_FREE char *label = NULL;

		if (o->given[i].opt != option)
			continue;
		is = strchr(text, '=');
		label = is ? xstrndup(text, (size_t)(is - text)) : NULL;
		if (!label || !is_label(label) || strlen(is + 1) > 63 ||
			strspn(is + 1, LETTERS) != strlen(is + 1))
			return err_set(e, ERR_USAGE,
				"--node: a label and its value, as "
				"kubernetes.io/arch=amd64, not \"%s\"",
				text);
		kvs_set(nodes, label, is + 1);
	}
	return 0;
}

static int pin(struct plan *p, const cJSON *entry, const char *shown, struct err *e)
{
	const char *digest = json_str(lock_container(entry, p), "digest");

	if (p->build.wanted)
		return err_set(e, EINVAL,
			"--locked: no registry has told the digest of %s, which is "
			"built: push it, and --image names it with that",
			p->build.tag);
	if (!digest)
		return err_set(e, ENOENT,
			"cnnrun.lock has no digest of %s from a registry: cnnrun lock "
			"%s, "
			"once it is pulled from one",
			p->image, shown);
	str_set(&p->image, digest);
	return 0;
}

int export_pin(struct evaluation *ev, const struct resolved *s, struct err *e)
{
	AUTO_JSON cJSON *all = NULL;
	const cJSON *entry = NULL;
	struct plan *p = &ev->plan;

	if (locked_entry(ev, &all, &entry, e) < 0)
		return -1;
	if (!entry)
		return 0;
	if (lock_check(entry, p, s, e) < 0 || pin(p, entry, ev->src.shown, e) < 0)
		return -1;
	for (size_t i = 0; i < p->n_services; i++)
		if (pin(&p->services[i], entry, ev->src.shown, e) < 0)
			return -1;
	return 0;
}
