/* SPDX-License-Identifier: MIT */
/* The rules follow the words of resolved_capabilities(); words that no rule knows must be
 * the same, so that a slip here asks once too often and never lets anything through. */
#include "right/covers.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/path.h"

/* What follows head in s; NULL = s begins otherwise. */
static const char *after(const char *s, const char *head)
{
	size_t n = strlen(head);

	return strncmp(s, head, n) ? NULL : s + n;
}

static const char *gpu_ids(const char *s)
{
	const char *ids = after(s, "use GPUs ");

	return ids ? ids : after(s, "use GPU ");
}

/* "use 2 GPUs"; 0 = something else. */
static long gpu_count(const char *s)
{
	const char *number = after(s, "use ");
	char *end;
	long n;

	if (!number || !isdigit((unsigned char)*number))
		return 0;
	n = strtol(number, &end, 10);
	return !strcmp(end, " GPU") || !strcmp(end, " GPUs") ? n : 0;
}

static bool has_id(const char *list, const char *id)
{
	size_t n = strlen(id);

	for (const char *s = list; s; s = strstr(s, ", "), s = s ? s + 2 : NULL)
		if (!strncmp(s, id, n) && (!s[n] || s[n] == ','))
			return true;
	return false;
}

static bool gpus(const char *granted, const char *wanted)
{
	const char *have = gpu_ids(granted), *want = gpu_ids(wanted);
	AUTO_FREE char *copy = NULL;
	char *save = NULL;

	if (!strcmp(granted, "use all GPUs"))
		return want || gpu_count(wanted) > 0;
	if (gpu_count(granted) > 0)
		return gpu_count(wanted) > 0 && gpu_count(wanted) <= gpu_count(granted);
	if (!have || !want)
		return false;
	copy = xstrdup(want);
	for (char *id = strtok_r(copy, ", ", &save); id; id = strtok_r(NULL, ", ", &save))
		if (!has_id(have, id))
			return false;
	return true;
}

static bool files(const char *granted, const char *wanted)
{
	static const char reads[] = "read outside the project: ",
			  writes[] = "write outside the project: ";
	const char *writable = after(granted, writes), *written = after(wanted, writes);
	const char *have = writable ? writable : after(granted, reads);
	const char *want = written ? written : after(wanted, reads);

	return have && want && (writable || !written) && *have == '/' && *want == '/' &&
	       path_within(want, have);
}

static bool volumes(const char *granted, const char *wanted)
{
	const char *have = after(granted, "use the volume "),
		   *want = after(wanted, "read the volume ");

	return have && want && !strcmp(have, want);
}

/* Whoever has one socket of an engine has the host; another one is no more. */
static bool engine(const char *granted, const char *wanted)
{
	static const char head[] = "control the container engine, and so the host: ";

	return after(granted, head) && after(wanted, head);
}

/* The display's entries: "every local user" includes every uid. */
static bool display(const char *granted, const char *wanted)
{
	return !strcmp(granted, "open the X display to every local user while it runs") &&
	       after(wanted, "open the X display to every process of uid ");
}

static bool privileges(const char *granted, const char *wanted)
{
	if (!strcmp(granted, "do anything to the host (privileged)"))
		return true;
	return !strcmp(granted, "be root in the container") &&
	       !strcmp(wanted, "be root in the container, where its image is");
}

static bool network(const char *granted, const char *wanted)
{
	return !strcmp(granted, "use the host's network") &&
	       after(wanted, "be reached from the network at ");
}

/* The right itself, whatever leads to it. */
static const char *right(const char *words)
{
	const char *rest = after(words, BY_LINK);

	return rest ? rest : words;
}

bool capability_by_link(const char *words)
{
	return after(words, BY_LINK);
}

bool capability_covers(const char *granted, const char *wanted)
{
	granted = right(granted);
	wanted = right(wanted);
	return !strcmp(granted, wanted) || privileges(granted, wanted) ||
	       files(granted, wanted) || volumes(granted, wanted) ||
	       engine(granted, wanted) || gpus(granted, wanted) ||
	       display(granted, wanted) || network(granted, wanted);
}

bool capability_in(const struct strv *granted, const char *wanted)
{
	for (size_t i = 0; i < granted->n; i++)
		if (capability_covers(granted->v[i], wanted))
			return true;
	return false;
}
