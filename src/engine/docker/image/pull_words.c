/* SPDX-License-Identifier: MIT */
/* The texts of engines and registries, which are no part of any API, decide here what is
 * said. */
#include "engine/docker/image/pull_words.h"

#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "engine/registry/docker_config.h"

enum why { OTHER, LIMIT, LOGIN, NO_PLATFORM, NO_IMAGE, TLS, NO_NAME, NO_NETWORK, NOBODY };

/* In this order: a refusal may be wrapped in words about something else. */
static const struct {
	const char *words;
	enum why why;
} table[] = {
	{"toomanyrequests", LIMIT},
	{"too many requests", LIMIT},
	{"rate limit", LIMIT},
	{"no basic auth credentials", LOGIN},
	{"unauthorized", LOGIN},
	{"authentication required", LOGIN},
	{"denied", LOGIN},
	{"forbidden", LOGIN},
	{"no matching manifest", NO_PLATFORM},
	{"no image found in manifest list", NO_PLATFORM},
	{"manifest unknown", NO_IMAGE},
	{"name unknown", NO_IMAGE},
	{"not found: manifest", NO_IMAGE},
	{"not found: does not exist", NO_IMAGE},
	{"gave HTTP response to HTTPS", TLS},
	{"x509:", TLS},
	{"tls: ", TLS},
	{"no such host", NO_NAME},
	{"name resolution", NO_NAME},
	{"server misbehaving", NO_NAME},
	{"lookup ", NO_NAME},
	{"network is unreachable", NO_NETWORK},
	{"no route to host", NO_NETWORK},
	{"proxyconnect", NOBODY},
	{"dial tcp", NOBODY},
	{"connection refused", NOBODY},
	{"i/o timeout", NOBODY},
	{"Client.Timeout", NOBODY},
	{"deadline exceeded", NOBODY},
	{"handshake timeout", NOBODY},
	{"EOF", NOBODY},
};

static enum why why_of(const char *said)
{
	for (size_t i = 0; i < COUNT_OF(table); i++)
		if (strcasestr(said, table[i].words))
			return table[i].why;
	return OTHER;
}

static void refused(const char *registry, bool login, enum why why, struct err *e)
{
	const char *where = strcmp(registry, "docker.io") ? registry : "";
	const char *blank = *where ? " " : "";

	if (why == LIMIT && login)
		err_set(e, ERR_DENIED,
			"%s has had too many pulls of yours (429); wait an hour, then "
			"run "
			"it again",
			registry);
	else if (why == LIMIT)
		err_set(e, ERR_DENIED,
			"%s has had too many pulls from this address (429); wait an "
			"hour, or log in, which allows more: docker login%s%s",
			registry, blank, where);
	else if (login)
		err_set(e, ERR_DENIED,
			"your login at %s may not read it, or there is no such image; is "
			"the name right? Another login: docker login%s%s",
			registry, blank, where);
	else
		err_set(e, ERR_DENIED,
			"%s wants a login for it, or has no such image; is the name "
			"right? To log in: docker login%s%s",
			registry, blank, where);
}

static void missing(const char *registry, enum why why, struct err *e)
{
	if (why == NO_PLATFORM)
		err_set(e, ERR_NO_IMAGE,
			"%s has it for other processors only; choose another tag, or "
			"another platform",
			registry);
	else
		err_set(e, ERR_NO_IMAGE,
			"%s has no such image or no such tag; is it spelt right?",
			registry);
}

/* The last of what was said, such as "connection refused". */
static const char *last_words(const char *said)
{
	const char *at = said, *next;

	while ((next = strstr(at, ": ")) && next[2])
		at = next + 2;
	return at;
}

static void unreachable(
	const char *registry, const char *said, enum why why, struct err *e)
{
	const char *last = last_words(said);

	if (why == TLS)
		err_set(e, ERR_UNREACHABLE,
			"%s speaks no TLS that the engine trusts (%s); give the engine "
			"its certificate, or name it among its insecure registries",
			registry, last);
	else if (why == NO_NAME)
		err_set(e, ERR_UNREACHABLE,
			"the engine cannot find the name of %s (%s); is there a network, "
			"and is the name right?",
			registry, last);
	else if (why == NO_NETWORK)
		err_set(e, ERR_UNREACHABLE,
			"the engine has no network to %s (%s); connect, then run it "
			"again",
			registry, last);
	else
		err_set(e, ERR_UNREACHABLE,
			"%s does not answer (%s); is it up, and does the engine need a "
			"proxy to reach it?",
			registry, last);
}

int pull_failed(const char *ref, bool login, struct err *e)
{
	AUTO_FREE char *registry = registry_name(ref);
	AUTO_FREE char *said = xstrdup(e->msg);
	enum why why = why_of(said);

	log_debug("pull %s: %s", ref, said);
	if (why == LIMIT || why == LOGIN)
		refused(registry, login, why, e);
	else if (why == NO_PLATFORM || why == NO_IMAGE)
		missing(registry, why, e);
	else if (why != OTHER)
		unreachable(registry, said, why, e);
	return err_wrap(e, "pull %s", ref);
}
