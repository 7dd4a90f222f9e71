/* SPDX-License-Identifier: MIT */
#include "build/reach_word.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/strv.h"
#include "build/reach.h"

static const char *const schemes[] = {
	"http://", "https://", "git://", "ssh://", "ftp://", "git@", "github.com/"};

/* Without quotes and escapes, up to the first variable; what JSON puts around a word is
 * passed over. */
static char *plain(const char *word, bool *variable)
{
	AUTO_BUF struct buf b = {0};

	word += strspn(word, "[,\"'");
	for (; *word && *word != '$'; word++)
		if (!strchr("\\`\"'", *word))
			buf_addc(&b, (char)tolower((unsigned char)*word));
	*variable = *word == '$';
	return buf_take(&b);
}

/* Could a variable behind this make it an address? */
static bool may_become_one(const char *start)
{
	for (size_t i = 0; i < COUNT_OF(schemes); i++)
		if (!strncmp(schemes[i], start, strlen(start)))
			return true;
	return false;
}

/* What is before the path, without user and password. open: a variable follows s. */
static char *authority(const char *s, const char *ends, bool open)
{
	size_t n = strcspn(s, ends);
	AUTO_FREE char *whole = xstrndup(s, n);
	const char *at = strrchr(whole, '@'), *host = at ? at + 1 : whole;

	return (open && !s[n]) || !*host ? xstrdup(REACH_ANY) : xstrdup(host);
}

char *reach_word(const char *word)
{
	bool variable;
	AUTO_FREE char *s = plain(word, &variable);
	const char *at = strstr(s, "://");

	if (at)
		return authority(at + 3, "/?#", variable);
	if (!strncmp(s, "github.com/", 11))
		return xstrdup("github.com");
	at = strchr(s, '@');
	if (at && strchr(at, ':') && at < s + strcspn(s, "/"))
		return authority(at + 1, ":", variable);
	return variable && may_become_one(s) ? xstrdup(REACH_ANY) : NULL;
}

bool reach_is_docker_frontend(const char *ref)
{
	static const char *const own[] = {
		"docker/dockerfile", "docker/dockerfile-upstream"};
	size_t n;

	if (!strncmp(ref, "docker.io/", 10))
		ref += 10;
	n = strcspn(ref, ":@");
	for (size_t i = 0; i < COUNT_OF(own); i++)
		if (strlen(own[i]) == n && !strncmp(ref, own[i], n))
			return true;
	return false;
}

char *reach_registry(const char *ref)
{
	size_t n = strcspn(ref, "/"), host = strcspn(ref, ":/");
	AUTO_FREE char *name = xstrndup(ref, host);
	struct in_addr v4;

	if (!ref[n])
		return NULL;
	if (*ref == '[' || inet_aton(name, &v4) ||
		(host < n && !strcasecmp(name, "localhost")))
		return xstrndup(ref, n);
	return NULL;
}
