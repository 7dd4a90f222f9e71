/* SPDX-License-Identifier: MIT */
#include "engine/forward.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "engine/wire/ssh.h"

/* What our script says, among what else a login prints. */
#define SAYS "cnnrun-place: "

bool forward_possible(const char *url)
{
	return url && !strncmp(url, "ssh://", 6);
}

static int control(
	const char *url, const char *word, const struct strv *words, struct err *e)
{
	const char *dir = words->n ? ssh_dir(url, e) : NULL;

	if (!words->n)
		return 0;
	return dir ? ssh_control(url, dir, word, words, e) : -1;
}

int forward_open(const char *url, const struct strv *words, struct err *e)
{
	return control(url, "forward", words, e);
}

/* One by one: ssh gives up at the first that is not there. */
void forward_close(const char *url, const struct strv *words)
{
	for (size_t i = 0; i < words->n; i++) {
		const struct strv one = {.v = &words->v[i], .n = 1};

		control(url, "cancel", &one, NULL);
	}
}

static int script(const char *url, const char *text, struct buf *said, struct err *e)
{
	const char *dir = ssh_dir(url, e);

	return dir ? ssh_script(url, dir, text, said, e) : -1;
}

int forward_place(const char *url, const char *name, char **path, struct err *e)
{
	AUTO_FREE char *text = xasprintf("umask 077\nd=${XDG_RUNTIME_DIR:-}\n"
					 "[ -n \"$d\" ] && [ -w \"$d\" ] || d=/tmp\n"
					 "mkdir \"$d/%s\" && echo '" SAYS "'\"$d/%s\"\n",
		name, name);
	AUTO_BUF struct buf said = {0};
	AUTO_FREE char *there = NULL, *as_url = NULL;
	AUTO_ENDPOINT struct endpoint p = {0};
	const char *at;

	if (script(url, text, &said, e) < 0)
		return -1;
	at = strstr(buf_str(&said), SAYS);
	if (!at)
		return err_set(e, EPROTO, "%s has no room for a directory of ours", url);
	at += strlen(SAYS);
	there = xstrndup(at, strcspn(at, "\r\n"));
	as_url = xasprintf("ssh://box%s", there); /* it goes into a word of ssh's */
	if (*there != '/' || endpoint_parse(as_url, &p, e) < 0)
		return err_set(e, EPROTO, "%s names no directory of ours", url);
	*path = there;
	there = NULL;
	return 0;
}

int forward_place_open(const char *url, const char *socket, struct err *e)
{
	AUTO_FREE char *text = xasprintf("chmod 666 '%s'\n", socket);
	AUTO_BUF struct buf said = {0};

	return script(url, text, &said, e);
}

/* A link is none of ours. */
int forward_place_remove(const char *url, const char *name, struct err *e)
{
	AUTO_FREE char *text =
		xasprintf("for d in \"${XDG_RUNTIME_DIR:-/tmp}/%s\" '/tmp/%s'; do\n"
			  "[ -d \"$d\" ] && [ ! -h \"$d\" ] || continue\n"
			  "rm -f \"$d\"/*\nrmdir \"$d\"\ndone\nexit 0\n",
			name, name);
	AUTO_BUF struct buf said = {0};

	return script(url, text, &said, e);
}

char *forward_typed(const char *url, const char *word)
{
	AUTO_ENDPOINT struct endpoint p = {0};
	AUTO_FREE char *where = NULL;

	if (endpoint_parse(url, &p, NULL) < 0)
		return xstrdup("");
	where = ssh_typed(&p);
	return xasprintf("%s -N %.2s %s", where, word, word + 2);
}
