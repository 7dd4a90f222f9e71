/* SPDX-License-Identifier: MIT */
/* The texts of engines and registries, which are no part of any API, decide here what is
 * said. */
#include "engine/docker/image/pull_words.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "engine/docker/docker.h"
#include "engine/registry/docker_config.h"

enum why {
	OTHER,
	LIMIT,
	LOGIN,
	NO_PLATFORM,
	NO_IMAGE,
	BUSY,
	TLS,
	NO_NAME,
	NO_NETWORK,
	NOBODY,
	BROKEN
};

/* In this order: a refusal may be wrapped in words about something else. */
static const struct {
	const char *words;
	enum why why;
} table[] = {
	{"toomanyrequests", LIMIT},
	{"too many requests", LIMIT},
	{"rate limit", LIMIT},
	{"HTTP 429", LIMIT},
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
	{"HTTP status: 5", BUSY},
	{"parsing HTTP 5", BUSY},
	{"status code 5", BUSY},
	{"StatusCode: 5", BUSY},
	{"Internal Server Error", BUSY},
	{"Bad Gateway", BUSY},
	{"Service Unavailable", BUSY},
	{"Gateway Timeout", BUSY},
	{"Gateway Time-out", BUSY},
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
	{"connection reset", BROKEN},
	{"broken pipe", BROKEN},
	{"EOF", BROKEN},
};

static enum why why_of(const char *said)
{
	for (size_t i = 0; i < COUNT_OF(table); i++)
		if (strcasestr(said, table[i].words))
			return table[i].why;
	return OTHER;
}

bool registry_denies(const char *said)
{
	return why_of(said) == LOGIN;
}

enum { FIRST_WAIT_MS = 1000, LAST_WAIT_MS = 60000 };

/* "retry-after: 1m2.5s": how long the registry asks to wait, in ms; 0 = it does not say.
 */
static int64_t wish_of(const char *said)
{
	static const struct {
		const char *unit;
		double ms;
	} units[] = {{"h", 3600e3}, {"ms", 1}, {"m", 60e3}, {"s", 1e3}};
	const char *at = strcasestr(said, "retry-after: ");
	double sum = 0;

	for (at = at ? at + 13 : ""; isdigit((unsigned char)*at);) {
		char *end;
		double n = strtod(at, &end);
		size_t i = 0;

		while (i < COUNT_OF(units) &&
			strncmp(end, units[i].unit, strlen(units[i].unit)) != 0)
			i++;
		if (i == COUNT_OF(units)) /* less than a millisecond */
			break;
		sum += n * units[i].ms;
		at = end + strlen(units[i].unit);
	}
	return sum < 1e12 ? (int64_t)sum : (int64_t)1e12;
}

int transfer_wait(const char *ref, const char *said, bool login, int tries)
{
	enum why why = why_of(said);
	int64_t wish = wish_of(said), ms = (int64_t)FIRST_WAIT_MS << (tries - 1);
	AUTO_FREE char *other = NULL;

	if (tries >= TRANSFER_TRIES || wish > LAST_WAIT_MS ||
		(why != LIMIT && why != BUSY && why != BROKEN))
		return 0;
	if (why == LIMIT && !login)
		other = registry_login(ref);
	if (other)
		return 0; /* which may have more */
	return (int)(ms > wish ? ms : wish);
}

/* "an hour", where nothing better is known; the caller frees. */
static char *how_long(const char *said)
{
	int64_t minutes = (wish_of(said) + 59999) / 60000;

	if (minutes <= 1)
		return xstrdup("an hour");
	if (minutes <= 90)
		return xasprintf("%d minutes", (int)minutes);
	return xasprintf("%d hours", (int)((minutes + 59) / 60));
}

/* What failed, in words. */
struct failure {
	const char *registry, *said;
	enum why why;
	bool push, login;
};

static void refused(const struct failure *f, struct err *e)
{
	const char *where = strcmp(f->registry, "docker.io") ? f->registry : "";
	const char *blank = *where ? " " : "", *what = f->push ? "pushes" : "pulls";
	AUTO_FREE char *time = how_long(f->said);

	if (f->why == LIMIT && f->login)
		err_set(e, ERR_DENIED,
			"%s has had too many %s of yours (429); wait %s, then run it "
			"again",
			f->registry, what, time);
	else if (f->why == LIMIT)
		err_set(e, ERR_DENIED,
			"%s has had too many %s from this address (429); wait %s, or "
			"log in, which allows more: docker login%s%s",
			f->registry, what, time, blank, where);
	else if (f->push)
		err_hint(e, "may your login push there? %s: docker login%s%s",
			f->login ? "Another login" : "To log in", blank, where);
	else if (f->login)
		err_set(e, ERR_DENIED,
			"your login at %s may not read it, or there is no such image; is "
			"the name right? Another login: docker login%s%s",
			f->registry, blank, where);
	else
		err_set(e, ERR_DENIED,
			"%s wants a login for it, or has no such image; is the name "
			"right? To log in: docker login%s%s",
			f->registry, blank, where);
	e->code = ERR_DENIED;
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

static void unreachable(const struct failure *f, struct err *e)
{
	const char *last = last_words(f->said);

	if (f->why == BUSY)
		err_set(e, ERR_UNREACHABLE,
			"%s cannot answer now (%s); run it again later", f->registry,
			last);
	else if (f->why == TLS)
		err_set(e, ERR_UNREACHABLE,
			"%s speaks no TLS that the engine trusts (%s); give the engine "
			"its certificate, or name it among its insecure registries",
			f->registry, last);
	else if (f->why == NO_NAME)
		err_set(e, ERR_UNREACHABLE,
			"the engine cannot find the name of %s (%s); is there a network, "
			"and is the name right?",
			f->registry, last);
	else if (f->why == NO_NETWORK)
		err_set(e, ERR_UNREACHABLE,
			"the engine has no network to %s (%s); connect, then run it "
			"again",
			f->registry, last);
	else
		err_set(e, ERR_UNREACHABLE,
			"%s does not answer (%s); is it up, and does the engine need a "
			"proxy to reach it?",
			f->registry, last);
}

/* Those that Docker asks before its own registry, where that is what failed. */
static void name_mirrors(struct engine *g, const char *registry, struct err *e)
{
	AUTO_JSON cJSON *info = NULL;
	const cJSON *mirrors, *first;

	if (strcmp(registry, "docker.io") != 0 || docker_info(g, true, &info, NULL) < 0)
		return;
	mirrors = json_get(json_get(info, "RegistryConfig"), "Mirrors");
	first = cJSON_GetArrayItem(mirrors, 0);
	if (cJSON_IsString(first))
		err_hint(e, "nor had the engine's mirror %s it", first->valuestring);
}

const char *transfer_verb(bool push)
{
	return push ? "push" : "pull";
}

int transfer_failed(
	struct engine *g, const char *ref, bool push, bool login, struct err *e)
{
	AUTO_FREE char *registry = registry_name(ref);
	AUTO_FREE char *said = xstrdup(e->msg);
	const struct failure f = {registry, said, why_of(said), push, login};

	log_debug("%s %s: %s", transfer_verb(push), ref, said);
	if (f.why == LIMIT || f.why == LOGIN)
		refused(&f, e);
	else if ((f.why == NO_PLATFORM || f.why == NO_IMAGE) && !push)
		missing(registry, f.why, e);
	else if (f.why >= BUSY)
		unreachable(&f, e);
	if (f.why != OTHER && !push)
		name_mirrors(g, registry, e);
	return err_wrap(e, "%s %s", transfer_verb(push), ref);
}
